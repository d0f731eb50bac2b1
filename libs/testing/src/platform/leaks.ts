/** Secrets that no log may contain: API keys with their secret part, tokens, URLs with a password. */
const PATTERNS: readonly RegExp[] = [
  /loom_(?:flags_client|flags_server|analytics_write|analytics_rw)_(?:[a-z][a-z0-9_]*_)?[0-9a-f]{40}/,
  /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/,
  /(?:postgres|nats|redis):\/\/[^\s"/@]*:[^\s"/@]+@/,
  /\$argon2id\$/,
];

/** The lines of a text that hold a secret: one of the patterns, or one of the canaries as it is. At most ten. */
export function leaksIn(text: string, canaries: readonly string[]): readonly string[] {
  const leaks: string[] = [];
  for (const line of text.split('\n')) {
    if (leaks.length === 10) break;
    if (canaries.some((canary) => line.includes(canary)) || PATTERNS.some((pattern) => pattern.test(line)))
      leaks.push(line);
  }
  return leaks;
}
