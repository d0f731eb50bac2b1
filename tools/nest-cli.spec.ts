import { existsSync, readdirSync, readFileSync } from 'node:fs';

interface NestCli {
  readonly projects: Readonly<
    Record<string, { root: string; entryFile: string; compilerOptions: { tsConfigPath: string } }>
  >;
}
const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as NestCli;

describe('nest-cli.json', () => {
  it('has one project per app, each with its entry', () => {
    expect(Object.keys(projects).toSorted()).toEqual(readdirSync('apps').toSorted());
    for (const [name, { root, entryFile }] of Object.entries(projects)) {
      expect(root).toBe(`apps/${name}`);
      expect([entryFile, existsSync(`${entryFile}.ts`)]).toEqual([`apps/${name}/src/main`, true]);
    }
  });

  it('builds every project with the one tsconfig, so that building one builds all', () => {
    expect(new Set(Object.values(projects).map(({ compilerOptions }) => compilerOptions.tsConfigPath)).size).toBe(1);
  });
});
