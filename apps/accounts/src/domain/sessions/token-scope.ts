import { TOKEN_SCOPES, type TokenScope } from '#libs/contracts';
import { invalid } from '#libs/kernel';

/** The `scope` claim; `undefined`: no claim, and so no limit. @throws AppError `invalid_type` */
export function scopeClaim(scopes: readonly TokenScope[] | undefined): string | undefined {
  if (scopes === undefined) return undefined;
  if (scopes.length > 0 && scopes.every((scope) => TOKEN_SCOPES.includes(scope))) return [...new Set(scopes)].join(' ');
  throw invalid('invalid_type', 'scope', `A scope holds ${TOKEN_SCOPES.join(', ')} or both`);
}
