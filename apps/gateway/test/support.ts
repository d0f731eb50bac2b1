import { createLogger } from '#libs/observability';
import { Bus } from '#libs/bus';
import { start, type Running, type Service } from '#libs/service';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { gatewayService } from '../src/index.js';
import { StandIns } from './stand-ins.js';

export interface Call {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is. */
  readonly body?: unknown;
}
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** `error.code`, if any. */
  readonly code: string | undefined;
}

/** A gateway process with stand-ins for the services behind it, on a real bus. */
export interface GatewayProcess {
  readonly servers: PrivateServers;
  readonly running: Running;
  readonly standIns: StandIns;
  /** The other side's connection to the bus. */
  readonly bus: Bus;
  call(method: string, path: string, call?: Call): Promise<Answered>;
  stop(): Promise<void>;
}

/** Tests ask more of one person than people do; those of the limits set their own. */
const noLimits = {
  LOOM_LIMIT_PERSON: '0',
  LOOM_LIMIT_CREATES: '0',
  LOOM_LIMIT_ANONYMOUS: '0',
  LOOM_LIMIT_GATEWAY: '0',
};

/** @param more routes that the real gateway does not have */
export async function gatewayProcess(
  settings: Readonly<Record<string, string>> = {},
  more: NonNullable<Service['routes']> = [],
): Promise<GatewayProcess> {
  const servers = await privateServers();
  const bus = new Bus(
    { url: servers.natsUrl, name: 'stand-ins' },
    createLogger({ service: 'stand-ins', level: 'fatal' }),
  );
  bus.start();
  const standIns = new StandIns(bus);
  await standIns.start();
  const service = {
    ...gatewayService,
    routes: [...(gatewayService.routes ?? []), ...more],
    module: withProviders(more),
  };
  const running = await start('gateway', [service], {
    LOOM_HTTP_PORT: '0',
    LOOM_LOG_LEVEL: 'fatal',
    LOOM_NATS_URL: servers.natsUrl,
    LOOM_REDIS_URL: servers.redisUrl,
    ...noLimits,
    ...settings,
  });
  await running.runtime.bus.flush();
  return {
    servers,
    running,
    standIns,
    bus,
    call: (method, path, call) => send(running.url + path, method, call),
    stop: async () => {
      await running.stop();
      await bus.drain();
      await servers.stop();
    },
  };
}

async function send(url: string, method: string, { token, headers = {}, body }: Call = {}): Promise<Answered> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await textOf(response);
  const parsed = (
    response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : { text }
  ) as Answered['body'];
  const code = (parsed['error'] as { code?: string } | undefined)?.code;
  return { status: response.status, headers: response.headers, body: parsed, code };
}

/** A stream has no end to wait for. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
  await response.body?.cancel();
  return '';
}

function withProviders(providers: NonNullable<Service['routes']>): Service['module'] {
  return { module: class WithMore {}, imports: [gatewayService.module], providers: [...providers] };
}
