import { validate } from 'dockerfile-utils';
import { METRICS_PORT } from './deployables.js';

/** The problems of a Dockerfile: those of the linter, and those of the rules below. */
export function dockerfileMistakes(text: string): readonly string[] {
  const found = validate(text).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
  const last = text.slice(text.lastIndexOf('\nFROM '));
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!);
  return [
    ...found,
    ...images.filter((image) => !/:(?!latest)/.test(image)).map((image) => `${image} has no fixed version`),
    ...(last.includes(`LOOM_METRICS_PORT=${METRICS_PORT}`) ? [] : ['/metrics and /version are on the public port']),
    ...(/^USER [1-9][0-9]*/m.test(last) ? [] : ['the last stage runs as root']),
    ...(/npm (install|i)\b/.test(text) ? ['npm install: use npm ci, which installs exactly the lock file'] : []),
    ...[...text.matchAll(/npm ci[^&\n]*/g)]
      .filter(([command]) => !command.includes('--ignore-scripts'))
      .map(([command]) => `${command.trim()} runs scripts of dependencies`),
  ];
}
