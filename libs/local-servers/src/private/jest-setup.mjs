/** Jest loads this outside its own module system: Node strips the types, and this hook resolves './x.js' to './x.ts'. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = context.parentURL?.includes('/libs/local-servers/src/') && /^\.\.?\//.test(specifier);
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

export default async function setUp() {
  const { startSharedPostgres } = await import('./shared-postgres.ts');
  globalThis.stopSharedPostgres = await startSharedPostgres();
}
