import {
  accountsRpc,
  analyticsRpc,
  type AnswerOf,
  type EventFilter,
  type ExportFormat,
  type ExportPart,
  type KeyRecord,
  type Origin,
  type Page,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { exportFormats } from '../../domain/event-export.js';
import type { Services } from '../services.js';

/** Longer than the statement timeout of the event store; the first part of an export takes two statements. */
const TIMEOUT_MS = 5_000;
const EXPORT_TIMEOUT_MS = 8_000;

/** The filters of a question, with the environment by its name or id. */
export interface EventQuestion {
  readonly filter: Omit<EventFilter, 'environment_id'>;
  readonly environment?: string;
}
/** The caller: a person, or an API key. A key of one environment sees only the events captured in it. */
export interface EventCaller {
  readonly origin: Origin;
  readonly key?: KeyRecord;
}
type ListQuestion = EventQuestion & { readonly page: Page; readonly with_total?: boolean };
type ExportQuestion = EventQuestion & { readonly format: ExportFormat };

/** Questions to the event store, the same for people and for API keys. */
export class EventQuestions {
  constructor(private readonly services: Services) {}

  async list(
    { page, with_total, ...question }: ListQuestion,
    caller: EventCaller,
  ): Promise<AnswerOf<typeof analyticsRpc.listEvents>> {
    const filter = await this.#filterOf(question, caller);
    return this.services.ask(analyticsRpc.listEvents, { filter, page, with_total }, caller.origin, {
      timeoutMs: TIMEOUT_MS,
    });
  }

  async count(question: EventQuestion, caller: EventCaller): Promise<AnswerOf<typeof analyticsRpc.countEvents>> {
    const filter = await this.#filterOf(question, caller);
    return this.services.ask(analyticsRpc.countEvents, { filter }, caller.origin, { timeoutMs: TIMEOUT_MS });
  }

  /**
   * Returns the text of an export once the store has delivered the first part; later parts are requested as the reader takes the
   * text, and a part that fails makes the iteration throw. @throws AppError `too_large`, `overloaded`
   */
  async export({ format, ...question }: ExportQuestion, caller: EventCaller): Promise<AsyncIterable<string>> {
    const filter = await this.#filterOf(question, caller);
    const part = (cursor?: string): Promise<ExportPart> =>
      this.services.ask(analyticsRpc.exportEvents, { filter, format, cursor }, caller.origin, {
        timeoutMs: EXPORT_TIMEOUT_MS,
      });
    return exportText(format, await part(), part);
  }

  /** The id of an environment, by name or id. @throws AppError `environment_mismatch`, `not_found` */
  async environmentId(environment: string | undefined, { origin, key }: EventCaller): Promise<string | undefined> {
    const own = key?.environment;
    if (own !== undefined && [undefined, own.name, own.id].includes(environment)) return own.id;
    if (own !== undefined) throw new AppError('environment_mismatch', `The key belongs to the environment ${own.name}`);
    if (environment === undefined) return undefined;
    return (await this.services.ask(accountsRpc.getEnvironment, { environment }, origin)).id;
  }

  async #filterOf({ filter, environment }: EventQuestion, caller: EventCaller): Promise<EventFilter> {
    return { ...filter, environment_id: await this.environmentId(environment, caller) };
  }
}

async function* exportText(
  format: ExportFormat,
  first: ExportPart,
  next: (cursor: string) => Promise<ExportPart>,
): AsyncGenerator<string> {
  const { head, line } = exportFormats[format];
  yield head + first.events.map(line).join('');
  for (let cursor = first.next_cursor; cursor !== null;) {
    const part = await next(cursor);
    yield part.events.map(line).join('');
    cursor = part.next_cursor;
  }
}
