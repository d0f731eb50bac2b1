import type { Readable } from 'node:stream';
import {
  accountsRpc,
  analyticsRpc,
  UUID,
  type AnswerOf,
  type ExportEventsBody,
  type KeyRecord,
  type Origin,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { readPage, type QueryOf } from '#libs/http';
import type { RpcClient } from '#libs/bus';
import { exportText } from './event-export.js';
import { filterOf, filterOfBody, type filterParams, type listParams } from './event-filters.js';

/** Longer than the event store lets a statement take, and a begun export asks two. */
const TIMEOUT_MS = 5_000;
const EXPORT_TIMEOUT_MS = 8_000;

type Listed = Promise<AnswerOf<typeof analyticsRpc.listEvents>>;
type Counted = Promise<AnswerOf<typeof analyticsRpc.countEvents>>;

/** What people and keys ask the event store alike. With a key, only for what was captured in its environment, if it has one. */
export class EventQuestions {
  constructor(private readonly rpc: RpcClient) {}

  async list(asked: QueryOf<typeof listParams>, origin: Origin, key?: KeyRecord): Listed {
    const filter = filterOf(asked, await this.environmentId(asked.environment, origin, key));
    const command = { filter, page: readPage(asked, 'desc'), with_total: asked.with_total };
    return this.rpc.ask(analyticsRpc.listEvents, command, origin, { timeoutMs: TIMEOUT_MS });
  }

  async count(asked: QueryOf<typeof filterParams>, origin: Origin, key?: KeyRecord): Counted {
    const filter = filterOf(asked, await this.environmentId(asked.environment, origin, key));
    return this.rpc.ask(analyticsRpc.countEvents, { filter }, origin, { timeoutMs: TIMEOUT_MS });
  }

  /** Begun when this resolves. @throws AppError `too_large`, `overloaded` */
  async export(body: ExportEventsBody, origin: Origin, key: KeyRecord): Promise<Readable> {
    const { format = 'ndjson' } = body;
    const filter = filterOfBody(body, await this.environmentId(body.environment, origin, key));
    const part = (cursor?: string) => {
      const command = { filter, format, cursor };
      return this.rpc.ask(analyticsRpc.exportEvents, command, origin, { timeoutMs: EXPORT_TIMEOUT_MS });
    };
    return exportText(format, await part(), part);
  }

  /** An id is believed, also of an environment that was deleted. @throws AppError `environment_mismatch`, `not_found` */
  async environmentId(asked: string | undefined, origin: Origin, key?: KeyRecord): Promise<string | undefined> {
    const own = key?.environment;
    if (own !== undefined && (asked === undefined || asked === own.name || asked === own.id)) return own.id;
    if (own !== undefined) throw new AppError('environment_mismatch', `The key belongs to the environment ${own.name}`);
    if (asked === undefined || UUID.test(asked)) return asked;
    return (await this.rpc.ask(accountsRpc.getEnvironment, { environment: asked }, origin)).id;
  }
}
