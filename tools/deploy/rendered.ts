import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from './kubernetes-types.js';

const OVERLAYS = 'k8s/overlays';

export function overlays(): readonly string[] {
  return readdirSync(OVERLAYS).toSorted();
}

/** True when this machine has kubectl. */
export function hasKubectl(): boolean {
  return spawnSync('kubectl', ['version', '--client'], { timeout: 20_000 }).status === 0;
}

/** All manifests of an overlay, as `kubectl apply -k` would send them. @throws Error with kubectl's error output when it cannot be rendered */
export function render(overlay: string): readonly Manifest[] {
  const folder = `${OVERLAYS}/${overlay}`;
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) throw new Error(`${folder} cannot be rendered: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}
