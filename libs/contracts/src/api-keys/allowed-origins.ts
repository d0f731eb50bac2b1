const MAX_LENGTH = 300;
/** Stands for one label at the beginning of a host. */
const WILDCARD = /^(https?:\/\/)\*\.(?=[^.]+\.|localhost\b)/;
const FIRST_LABEL = /^(https?:\/\/)[^.:/]+\./;

/** An origin as browsers send it, or one with `*` for the first label of its host: `https://*.example.com`. */
export function isAllowedOrigin(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const origin = text.replace(WILDCARD, '$1any.');
  return /^https?:\/\/[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin;
}

/** Whether the origin of a page is in the list; an empty list allows every origin. */
export function allowsOrigin(allowed: readonly string[], origin: string): boolean {
  return allowed.length === 0 || allowed.includes(origin) || allowed.includes(origin.replace(FIRST_LABEL, '$1*.'));
}
