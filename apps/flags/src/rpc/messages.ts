import type { flagsRpc, targetingRpc, AnswerOf, CommandOf, Origin, RpcRequest } from '#libs/contracts';
import { AppError } from '#libs/kernel';

type FlagsRpc = typeof flagsRpc & typeof targetingRpc;

/** What a handler is given, and what it answers. */
export type Asked<K extends keyof FlagsRpc> = RpcRequest<CommandOf<FlagsRpc[K]>>;
export type Answer<K extends keyof FlagsRpc> = Promise<AnswerOf<FlagsRpc[K]>>;

/** What is done on behalf of somebody says of whom, and in which organization. */
export function required(origin: Origin | undefined): Origin {
  if (origin !== undefined) return origin;
  throw new AppError('bad_request', 'The request does not say on whose behalf it comes');
}
