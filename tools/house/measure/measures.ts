import { libsOf, unusedNamesOf } from '../code/door-budget.js';
import { useCasesOf } from '../code/construction.js';
import { lengthsOf } from '../code/function-length.js';
import { ports, portsOf } from '../code/ports.js';
import { overallRatio, ratiosOf } from '../code/test-ratio.js';
import type { House } from '../house.js';
import { strayFilesOf } from '../layout/app-roots.js';
import { folderSizes } from '../layout/folder-size.js';
import { isTest, isUnitSpec } from '../paths.js';
import { commentsOf } from '../source/comments.js';
import { exportsOf } from '../source/exports.js';
import { doorOf, importsOf } from '../source/modules.js';
import { oneSidedInterfaces } from './interfaces.js';

type Row = readonly [what: string, figure: string];

/** Figures of a checkout as a Markdown table: the same tool measures before and after. */
export function measures(house: House): readonly string[] {
  const rows = [
    ...doors(house),
    ...layout(house),
    ...sides(house),
    ...tests(house),
    ...lengths(house),
    ...words(house),
  ];
  return ['| measure | figure |', '| --- | --- |', ...rows.map(([what, figure]) => `| ${what} | ${figure} |`)];
}

function doors(house: House): readonly Row[] {
  return libsOf(house).map((lib): Row => {
    const files = house.sources.filter(({ path }) => path.startsWith(`libs/${lib}/src/`) && !isTest(path)).length;
    const names = exportsOf(house, doorOf(lib)).size;
    const unused = unusedNamesOf(house, lib);
    const inTests = unused.filter(({ byTests }) => byTests).length;
    const figure = `${files} files, ${names} names, ${unused.length} unused outside (${inTests} of them used by tests)`;
    return [`libs/${lib}`, figure];
  });
}

function layout(house: House): readonly Row[] {
  const sizes = folderSizes(house);
  const full = sizes.filter(({ files }) => files > 20).length;
  const strays = strayFilesOf(house);
  return [
    ['biggest folder', sizes[0] === undefined ? '–' : `${sizes[0].folder}, ${sizes[0].files} files`],
    ['folders of more than 20 files', String(full)],
    ['strays in the src roots of apps', `${strays.length}${listed(strays.map((path) => path.replace('apps/', '')))}`],
  ];
}

function sides(house: House): readonly Row[] {
  const interfaces = oneSidedInterfaces(house);
  return [
    ['ports (abstract classes) with one side', `${ports(house).length} of ${portsOf(house).length}`],
    ['interfaces of ports with one side', `${interfaces.oneSided} of ${interfaces.all}`],
  ];
}

function tests(house: House): readonly Row[] {
  const useCases = useCasesOf(house);
  const parts = Object.entries(ratiosOf(house)).map(([part, ratio]) => `${part} ${ratio}`);
  return [
    ['use cases with a unit spec', `${useCases.filter(hasUnitSpec(house)).length} of ${useCases.length}`],
    ['test ÷ source, apps and libs', `${overallRatio(house)}${listed(parts)}`],
  ];
}

/** A unit spec imports the class. */
function hasUnitSpec(house: House): (useCase: { readonly path: string; readonly name: string }) => boolean {
  const imports = house.sources.filter(({ path }) => isUnitSpec(path)).flatMap(({ path }) => importsOf(house, path));
  const tested = new Set(imports.map(({ from, name }) => `${from}#${name}`));
  return ({ path, name }) => tested.has(`${path}#${name}`);
}

function lengths(house: House): readonly Row[] {
  const { count, median, p90, longest } = lengthsOf(house);
  const files = house.sources.filter(({ path }) => !isTest(path) && !/^bench\/[^/]+\/peers?\//.test(path));
  const longestFile = files.toSorted((a, b) => linesOf(b.text) - linesOf(a.text))[0];
  return [
    ['functions', `${count}: median ${median} lines, 90th percentile ${p90}`],
    ['longest function', longest === undefined ? '–' : `${longest.lines} lines, ${longest.path}:${longest.line}`],
    ['longest file', longestFile === undefined ? '–' : `${longestFile.path}, ${linesOf(longestFile.text)} lines`],
  ];
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

function words(house: House): readonly Row[] {
  const comments = house.sources.flatMap((source) => commentsOf(source)).map(({ text }) => text);
  const persons = /\b(who|whom|whose|whoever|nobody|somebody|everybody|anybody)\b/i;
  const speech = /\b(tell|tells|told|say|says|said)\b/i;
  return [
    ['comments with `who` `whom` `nobody` `somebody`', String(comments.filter((text) => persons.test(text)).length)],
    ['comments with `tell` `say`', String(comments.filter((text) => speech.test(text)).length)],
  ];
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? '' : ` (${items.join(', ')})`;
}
