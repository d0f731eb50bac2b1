import tseslint from 'typescript-eslint';

/** Turned on together with the rule `forbidden-syntax` of tools/house, which counts what is left until then. */
const areEscapesErrors = true;
const escapes = [
  { selector: 'TSAsExpression > TSNeverKeyword', message: 'as never switches the compiler off.' },
  { selector: "Identifier[name='ModuleRef']", message: 'ModuleRef finds at run time what composition.ts can pass.' },
];

/** What the compiler and prettier do not say. Rules that need types are on: promises must not float in a server. */
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.loom/**', 'coverage/**', 'docs/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'String unions, no enums.' },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports.' },
        {
          selector: "NewExpression[callee.name='RegExp'][arguments.0.type!='Literal']",
          message: 'Patterns that are not literals go through re2js.',
        },
        { selector: "CallExpression[callee.name='forwardRef']", message: 'A cycle in costume.' },
        ...(areEscapesErrors ? escapes : []),
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: [
      'tools/**/*.ts',
      'bench/**/*.ts',
      'apps/standalone/src/prepare.ts',
      'apps/flags/src/operator/break-glass.ts',
      'apps/flags/src/operator/new-epoch.ts',
      'apps/accounts/src/operator/open-signing-keys.ts',
      'libs/service/src/node/require-node.ts',
      'libs/service/src/bootstrap.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.spec.ts', '**/test/**/*.ts', 'e2e/**/*.ts'], rules: { 'max-lines': 'off' } },
);
