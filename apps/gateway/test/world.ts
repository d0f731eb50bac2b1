import { createLogger } from '#libs/observability';
import { Bus } from '#libs/bus';
import type { Service } from '#libs/service';
import { startServices, type RunningServices } from '#libs/testing';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { gatewayService } from '../src/index.js';
import { FakeServices } from './fakes/fake-services.js';

export interface Call {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent unchanged. */
  readonly body?: unknown;
}
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** `error.code`; absent in answers without an error. */
  readonly code: string | undefined;
}

/** A gateway with fakes of the services behind it, on a real bus. */
export interface GatewayProcess {
  readonly servers: PrivateServers;
  readonly running: RunningServices;
  readonly services: FakeServices;
  /** The connection of the fakes to the bus. */
  readonly bus: Bus;
  call(method: string, path: string, call?: Call): Promise<Answered>;
  stop(): Promise<void>;
}

/** Most tests call more often than the default limits allow. */
const noLimits = {
  LOOM_LIMIT_PERSON: '0',
  LOOM_LIMIT_CREATES: '0',
  LOOM_LIMIT_ANONYMOUS: '0',
  LOOM_LIMIT_GATEWAY: '0',
};

/** @param others further services in the same process */
export async function gatewayProcess(
  settings: Readonly<Record<string, string>> = {},
  others: readonly Service[] = [],
): Promise<GatewayProcess> {
  const servers = await privateServers();
  const bus = busOf(servers);
  const services = await FakeServices.start(bus);
  const running = await startServices('gateway', [gatewayService, ...others], servers, {
    LOOM_LOG_LEVEL: 'fatal',
    ...noLimits,
    ...settings,
  });
  await running.runtime.bus.flush();
  return {
    servers,
    running,
    services,
    bus,
    call: (method, path, call) => send(running.url + path, method, call),
    stop: async () => {
      await running.stop();
      await bus.drain();
      await servers.stop();
    },
  };
}

function busOf({ natsUrl }: PrivateServers): Bus {
  const bus = new Bus({ url: natsUrl, name: 'fakes' }, createLogger({ service: 'fakes', level: 'fatal' }));
  bus.start();
  return bus;
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

/** The text of an event stream is left out, since it does not end. */
async function textOf(response: Response): Promise<string> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text();
  await response.body?.cancel();
  return '';
}
