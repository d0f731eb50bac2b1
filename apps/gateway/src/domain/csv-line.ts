/** The first characters of formulas in spreadsheets (OWASP, CSV injection); some read the full-width signs as well. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Spreadsheets take a file that begins with it for UTF-8. */
export const CSV_BOM = '\ufeff';
const QUOTED = /[",\r\n]/;

/**
 * One record of a CSV file with its line end (RFC 4180). A text that a spreadsheet would run as a formula is quoted and prefixed
 * with an apostrophe; numbers stay numbers. `null` and `undefined` are empty.
 */
export function csvLine(cells: readonly (string | number | boolean | null | undefined)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | boolean | null | undefined): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  if (FORMULA.test(value)) return quoted(`'${value}`);
  return QUOTED.test(value) ? quoted(value) : value;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
