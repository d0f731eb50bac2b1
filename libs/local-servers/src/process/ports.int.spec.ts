import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { claimPort, freePort, isPortFree } from './ports.js';

const EPHEMERAL = '/proc/sys/net/ipv4/ip_local_port_range';

describe('freePort', () => {
  it('returns each port once, though no server listens on it yet', async () => {
    const ports = await Promise.all(Array.from({ length: 300 }, freePort));

    expect(new Set(ports).size).toBe(300);
    expect(await isPortFree(ports[0]!)).toBe(true);
  });

  it('may be claimed again by its own process, which is how a platform comes back to its ports', async () => {
    const port = await freePort();

    expect(await claimPort(port)).toBe(true);
  });

  it('returns none that the kernel could assign to a connection', async () => {
    if (!existsSync(EPHEMERAL)) return;
    const [first = 0, last = 0] = readFileSync(EPHEMERAL, 'utf8').trim().split(/\s+/).map(Number);
    const port = await freePort();

    expect(port < first || port > last).toBe(true);
  });
});

describe('claimPort', () => {
  it('is refused while another process holds the port, and works once that was killed', async () => {
    const module = new URL('ports.ts', import.meta.url).href;
    const script = `import('${module}').then(async ({ freePort }) => console.log(await freePort())); setInterval(() => 0, 1e6)`;
    const other = spawn(process.execPath, ['--no-warnings', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    const port = Number(line);

    expect([await isPortFree(port), await claimPort(port)]).toEqual([true, false]);
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await claimPort(port)).toBe(true);
  }, 20_000);

  it('accepts a port of another range if it is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    expect(await claimPort(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await claimPort(port)).toBe(true);
  });
});
