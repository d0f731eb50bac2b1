const REDACTED = '[redacted]';
const MAX_TEXT = 8_192;
/** Longer than any credential: a text is cut after redaction, so that no cut leaves half of one that no pattern recognises. */
const CUT_MARGIN = 2_048;

/**
 * Credentials: API keys and service tokens, JWTs, Authorization values, hashes of passwords, private keys, passwords in URLs and
 * assignments, tokens in query strings, keys of other vendors. Order matters: a token may contain what a later pattern looks for.
 */
const CREDENTIALS: readonly RegExp[] = [
  /loom_(?:flags|analytics)_[a-z]+_[A-Za-z0-9_]{8,}/g,
  /loom_api_[A-Za-z0-9_]{8,}/g,
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(?:bearer|basic) +[A-Za-z0-9._~+/=-]{6,}/gi,
  /\$argon2(?:id|i|d)\$[A-Za-z0-9$=,+/.-]*/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /(?<=:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/g,
  /(?<=[?&#](?:access_|refresh_|id_)?(?:token|api_key|apikey|password|secret)=)[^\s&#"'<>]{1,500}/gi,
  /(?<=\b(?:password|passwd|pwd|secret|api[_-]?key)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;]{4,200}/gi,
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|xox[abeprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16})/g,
];

/** Personal data, and random tokens that have no prefix: 256 bits in base64url. */
const PERSONAL: readonly RegExp[] = [
  /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b(?:\d{4}[ -]){3}\d{1,7}\b/g,
  /(?<![\w.-])\+\d{1,3}[ -]?\(?\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?![\w.-])/g,
  /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])/g,
];

/** Each credential pattern needs one of these: most texts have none, and are searched once instead of ten times. */
const MAY_HOLD_CREDENTIAL =
  /loom_|eyJ|bearer|basic|\$argon2|PRIVATE KEY|:\/\/|passw|pwd|secret|token=|api|gh[pousr]_|github_|k_live|k_test|xox|AKIA/i;

/** Returns the text with credentials replaced, and everything else unchanged: for values that are stored and shown again. */
export function redactCredentials(text: string): string {
  if (!MAY_HOLD_CREDENTIAL.test(text)) return text;
  return CREDENTIALS.reduce((result, pattern) => result.replace(pattern, REDACTED), text);
}

/**
 * Returns the text with credentials and personal data (e-mail addresses, phone, card and social security numbers) replaced; cut
 * after 8,192 characters. For logs, and for free texts of people: reasons, notes, user agents.
 */
export function redactText(text: string): string {
  const considered = text.length > MAX_TEXT + CUT_MARGIN ? text.slice(0, MAX_TEXT + CUT_MARGIN) : text;
  const clean = PERSONAL.reduce((result, pattern) => result.replace(pattern, REDACTED), redactCredentials(considered));
  return text.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}… (${text.length} characters)` : clean;
}
