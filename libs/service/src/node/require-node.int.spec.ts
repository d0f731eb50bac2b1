import { run } from '#libs/local-servers';
import { refusalOfNode } from './require-node.js';

const PRETEND = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.19.0'})`;

describe('the version of Node', () => {
  it('is accepted from 24 on', () => {
    expect(['24.0.0', '24.21.3', '26.1.0'].map(refusalOfNode)).toEqual([undefined, undefined, undefined]);
    expect(refusalOfNode('22.12.0')).toContain('Loom needs Node 24 or newer; this is Node 22.12.0');
  });

  it('is refused with one line by every service, before anything else is loaded', async () => {
    for (const service of ['gateway', 'standalone']) {
      const entry = `dist/apps/${service}/src/main.js`;
      const failed = await run(process.execPath, ['--import', PRETEND, entry, '--check-config']).catch(
        (error: unknown) => error,
      );

      expect(failed).toMatchObject({ code: 1, stdout: '', stderr: `${refusalOfNode('20.19.0')}\n` });
    }
  });
});
