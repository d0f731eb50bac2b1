import ts from 'typescript';
import type { House } from '../house.js';
import { isTest } from '../paths.js';
import { classesOf } from '../source/classes.js';
import { nodesOf, type Source } from '../source/source.js';

/** Interfaces with methods in files of ports, and how many of them at most one class implements. */
export function oneSidedInterfaces(house: House): { readonly all: number; readonly oneSided: number } {
  const interfaces = house.sources.filter(isPortsFile).flatMap(interfacesOf);
  const parents = house.sources.flatMap(({ path }) => classesOf(house, path)).flatMap((one) => one.parents);
  const sidesOf = (key: string) => parents.filter(({ path, name }) => `${path}#${name}` === key).length;
  return { all: interfaces.length, oneSided: interfaces.filter((key) => sidesOf(key) < 2).length };
}

function isPortsFile({ path }: Source): boolean {
  return /^apps\/[^/]+\/src\/application\/(.*\/)?ports(\/|\.ts$)/.test(path) && !isTest(path);
}

function interfacesOf(source: Source): readonly string[] {
  return nodesOf(source, ts.isInterfaceDeclaration, ts.SyntaxKind.InterfaceDeclaration)
    .filter(({ members }) => members.some(ts.isMethodSignature))
    .map(({ name }) => `${source.path}#${name.text}`);
}
