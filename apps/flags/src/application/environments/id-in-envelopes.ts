import { PLATFORM, type Scope } from '#libs/contracts';

/** The environment of a config, for the envelope of facts. Platform flags have configs by name, not by id: `undefined`. */
export function idInEnvelopes({ scope }: { readonly scope: Scope }, environment: string): string | undefined {
  return scope === PLATFORM ? undefined : environment;
}
