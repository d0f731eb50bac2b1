import type { Origin, Rpc, RpcRequest } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { redactFreeTexts } from './hosting/free-texts.js';

/** Answers the requests of one RPC subject. */
export interface RpcHandler {
  readonly subject: string;
  readonly answer: (request: RpcRequest<unknown>) => Promise<unknown>;
}

/** A use case, or a function of the same shape. */
type UseCase<Command, Answer> =
  | { execute(command: Command, origin: Origin): Promise<Answer> }
  | ((command: Command, origin: Origin) => Promise<Answer>);

export interface HandleOptions {
  /** Supplies the origin of a request that has none. Default: such a request is refused with `unauthenticated`. */
  readonly fallbackOrigin?: () => Origin;
}

/**
 * Returns the handler that answers `rpc` with a use case acting on behalf of the origin of the request. Secrets and personal data
 * in `reason` and `note` are redacted before the use case runs, so that they reach no table, fact or audit entry.
 * The handler throws AppError `unauthenticated` when a request has no origin and there is no `fallbackOrigin`.
 */
export function handle<Command, Answer>(
  rpc: Rpc<Command, Answer>,
  useCase: UseCase<Command, Answer>,
  { fallbackOrigin }: HandleOptions = {},
): RpcHandler {
  const execute = typeof useCase === 'function' ? useCase : useCase.execute.bind(useCase);
  const answer = async (request: RpcRequest<unknown>): Promise<Answer> =>
    execute(redactFreeTexts(request.command) as Command, originOf(request, fallbackOrigin));
  return { subject: rpc.subject, answer };
}

/** Returns the handler that answers `rpc` with a use case that needs no origin: requests of other services. */
export function handleInternal<Command, Answer>(
  rpc: Rpc<Command, Answer>,
  useCase: { execute(command: Command): Promise<Answer> } | ((command: Command) => Promise<Answer>),
): RpcHandler {
  const execute = typeof useCase === 'function' ? useCase : useCase.execute.bind(useCase);
  return { subject: rpc.subject, answer: async ({ command }) => execute(command as Command) };
}

/** The part of Nest's server that takes handlers. */
interface HandlerRegistry {
  getHandlers(): { has(subject: string): boolean };
  addHandler(subject: string, answer: RpcHandler['answer']): void;
}

/** Adds the handlers of all services of a process. @throws Error when two answer the same subject */
export function addHandlers(server: HandlerRegistry, handlers: readonly RpcHandler[]): void {
  for (const { subject, answer } of handlers) {
    if (server.getHandlers().has(subject)) throw new Error(`Two handlers for ${subject}`);
    server.addHandler(subject, answer);
  }
}

function originOf({ origin }: RpcRequest<unknown>, fallback?: () => Origin): Origin {
  const known = origin ?? fallback?.();
  if (known !== undefined) return known;
  throw new AppError('unauthenticated', 'The request has no origin: it must name the caller and the organization');
}
