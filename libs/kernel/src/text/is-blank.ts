/** A character that leaves a mark: neither white space, nor a control character, nor one that fonts do not draw. */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether a text shows nothing: it is empty, or has only white space, zero-width and other invisible characters. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}
