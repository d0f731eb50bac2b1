import type { Report, Row } from './report.js';

const HEAD = ['bench', 'metric', 'floor', 'ours', 'ratio', 'bar', 'met', 'spread'];

/** All results as one table of plain text, with the notes below it. */
export function table(reports: readonly Report[]): string {
  const body = reports.flatMap(({ name, rows }) => rows.map((row) => [name, ...cells(row)]));
  const widths = HEAD.map((head, column) => Math.max(head.length, ...body.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  const rule = widths.map((width) => '─'.repeat(width));
  const notes = reports.flatMap(({ name, notes: texts }) => texts.map((text) => `${name}: ${text}`));
  return [line(HEAD), line(rule), ...body.map(line), ...notes].map((text) => text.trimEnd()).join('\n');
}

function cells({ metric, unit, floor, ours, bar, spread }: Row): string[] {
  return [
    metric,
    floor === undefined ? '' : `${short(floor)} ${unit}`,
    `${short(ours)} ${unit}`,
    floor === undefined ? '' : short(ours / floor),
    bar?.text ?? '',
    bar === undefined ? '' : bar.isMet ? 'met' : 'NOT MET',
    spread === undefined ? '' : spread.map(short).join(' … '),
  ];
}

function short(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}
