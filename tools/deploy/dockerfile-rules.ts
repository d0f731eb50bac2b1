import { validate } from 'dockerfile-utils';

/** What is wrong with a Dockerfile: by the linter, and by what we ask of ours. */
export function dockerfileMistakes(text: string): readonly string[] {
  const found = validate(text).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
  const last = text.slice(text.lastIndexOf('\nFROM '));
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!);
  return [
    ...found,
    ...images.filter((image) => !/:(?!latest)/.test(image)).map((image) => `${image} has no fixed version`),
    ...(/^USER [1-9][0-9]*/m.test(last) ? [] : ['the last stage runs as root']),
    ...(/npm (install|i)\b/.test(text) ? ['npm install: npm ci takes what the lock file says'] : []),
    ...[...text.matchAll(/npm ci[^&\n]*/g)]
      .filter(([command]) => !command.includes('--ignore-scripts'))
      .map(([command]) => `${command.trim()} runs scripts of dependencies`),
  ];
}
