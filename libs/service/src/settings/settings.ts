import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Settings of a service or of the platform: a schema of environment variables, and the Nest token of the parsed result. */
export interface SettingsDefinition<T> {
  readonly token: string;
  readonly schema: z.ZodType<T>;
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** Schema, default and description of each variable: the source of `docs/settings.md`. */
  readonly shape: z.ZodRawShape;
}

/**
 * Declares settings. For each variable `NAME`, `NAME_FILE` may name a file that holds the value, and takes precedence.
 * @param toSettings turns the parsed variables into the object that is injected
 */
export function defineSettings<S extends z.ZodRawShape, T>(
  token: string,
  shape: S,
  toSettings: (env: z.infer<z.ZodObject<S>>) => T,
): SettingsDefinition<T> {
  return { token, schema: z.object(shape).transform(toSettings), names: Object.keys(shape), shape };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Lists every invalid setting, so that all of them can be corrected at once. */
export class InvalidSettings extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(`The settings are wrong:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.name = 'InvalidSettings';
  }
}

/** Parses all definitions; returns the settings by token. @throws InvalidSettings with every mistake of every definition */
export function parseSettings(
  definitions: readonly SettingsDefinition<unknown>[],
  environment: Environment,
): ReadonlyMap<string, unknown> {
  const mistakes: string[] = [];
  const parsed = new Map<string, unknown>();
  for (const { token, schema, names } of definitions) {
    const result = schema.safeParse(pick(names, environment, mistakes));
    if (result.success) parsed.set(token, result.data);
    else mistakes.push(...result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  if (mistakes.length > 0) throw new InvalidSettings(mistakes);
  return parsed;
}

function pick(names: readonly string[], environment: Environment, mistakes: string[]): Record<string, string> {
  const present = withoutBlanks(environment);
  const values: Record<string, string> = {};
  for (const name of names) {
    const file = present[`${name}_FILE`];
    const value = file === undefined ? present[name] : readSecret(name, file, mistakes);
    if (value !== undefined && !isBlank(value)) values[name] = value;
  }
  return values;
}

/** Leaves out blank variables, which count as absent: `NAME= command` is meant so, and a blank is no number. */
export function withoutBlanks(environment: Environment): Record<string, string> {
  const present = Object.entries(environment).filter(([, value]) => value !== undefined && !isBlank(value));
  return Object.fromEntries(present) as Record<string, string>;
}

function isBlank(value: string): boolean {
  return value.trim() === '';
}

function readSecret(name: string, file: string, mistakes: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    mistakes.push(`${name}_FILE: ${file} cannot be read`);
    return undefined;
  }
}
