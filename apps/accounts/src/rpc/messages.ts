import { AppError } from '#libs/kernel';
import { PLATFORM, systemOrigin, type AnswerOf, type CommandOf, type Origin, type RpcRequest } from '#libs/contracts';
import type { accountsRpc } from '#libs/contracts';

type AccountsRpc = typeof accountsRpc;
/** Not called Request: decorators would take it for the global class of that name. */
export type Asked<Name extends keyof AccountsRpc> = RpcRequest<CommandOf<AccountsRpc[Name]>>;
export type Answer<Name extends keyof AccountsRpc> = Promise<AnswerOf<AccountsRpc[Name]>>;

/** On whose behalf somebody signs in who has not said who they are. */
export function stranger(): Origin {
  return systemOrigin(PLATFORM, 'unknown');
}

/** @throws AppError `unauthenticated`: nothing of an organization is told or done for nobody. */
export function known(origin: Origin | undefined): Origin {
  if (origin !== undefined) return origin;
  throw new AppError('unauthenticated', 'This request needs an origin');
}
