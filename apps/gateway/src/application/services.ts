import type { Origin, Rpc } from '#libs/contracts';

/** The other services of the platform, asked over the bus. `RpcClient` of libs/bus implements it. */
export interface Services {
  /** @throws AppError with the code of the refusal; `bus_unavailable` when the service cannot be reached */
  ask<Command, Answer>(
    rpc: Rpc<Command, Answer>,
    command: Command,
    origin?: Origin,
    options?: { readonly timeoutMs?: number },
  ): Promise<Answer>;
}
