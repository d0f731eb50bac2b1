import { UUID } from '#libs/contracts';
import { AppError, invalid, isBlank } from '#libs/kernel';

const MAX = { name: 200, description: 2_000, tag: 100, tags: 50, note: 2_000 } as const;

interface Described {
  readonly name: unknown;
  readonly description?: unknown;
}
interface Details extends Described {
  readonly tags: unknown;
  readonly maintainer_user_id?: unknown;
}

/** Name and description, which all objects have. */
export function readNames({ name, description }: Described): { name: string; description?: string } {
  return {
    name: describe('name', name, MAX.name),
    description: optionalText('description', description, MAX.description),
  };
}

/** The part of a flag that is for people and that evaluation does not read. */
export function readDetails(draft: Details): {
  name: string;
  description?: string;
  tags: readonly string[];
  maintainerUserId?: string;
} {
  return {
    ...readNames(draft),
    tags: readTags(draft.tags),
    maintainerUserId: readMaintainer(draft.maintainer_user_id),
  };
}

/** A required text that is not blank. @throws AppError `invalid_type`, `invalid_name`, `too_long` */
export function describe(field: string, text: unknown, max: number): string {
  if (text === undefined || text === null) throw invalid('invalid_type', field, 'is required');
  if (typeof text !== 'string') throw invalid('invalid_type', field, 'must be a string');
  if (isBlank(text)) throw invalid('invalid_name', field, 'must not be blank');
  if (text.length > max) throw invalid('too_long', field, `at most ${max} characters`);
  return text;
}

export function readNote(note: unknown): string | undefined {
  return optionalText('note', note, MAX.note);
}

/** @throws AppError `invalid_type` */
export function optionalBoolean(field: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid('invalid_type', field, 'must be a boolean');
}

/** @throws AppError `invalid_type` */
export function optionalString(field: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw invalid('invalid_type', field, 'must be a string');
}

function optionalText(field: string, text: unknown, max: number): string | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') throw invalid('invalid_type', field, 'must be a string');
  if (text.length > max) throw invalid('too_long', field, `at most ${max} characters`);
  return text;
}

function readTags(tags: unknown): readonly string[] {
  if (!Array.isArray(tags)) throw invalid('invalid_type', 'tags', 'must be a list of strings');
  if (tags.length > MAX.tags) throw invalid('too_long', 'tags', `at most ${MAX.tags} tags`);
  return [...new Set(tags.map((tag: unknown, index) => describe(`tags[${index}]`, tag, MAX.tag)))];
}

function readMaintainer(userId: unknown): string | undefined {
  if (userId === undefined || userId === null) return undefined;
  if (typeof userId === 'string' && UUID.test(userId)) return userId;
  throw new AppError('invalid_id', 'maintainer_user_id must be the id of a user', [
    { field: 'maintainer_user_id', message: 'must be a UUID' },
  ]);
}
