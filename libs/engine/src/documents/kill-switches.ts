import { isObject } from '#libs/kernel';

export interface ActiveKillSwitch {
  readonly id: string;
  readonly key: string;
}

export const byKey = (left: ActiveKillSwitch, right: ActiveKillSwitch): number => (left.key < right.key ? -1 : 1);

/** Keys of the flags that a kill switch names. */
export function linkedKeys(document: unknown): readonly string[] {
  const keys = isObject(document) ? document['linked_flag_keys'] : undefined;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

export const isActive = (document: unknown): boolean => isObject(document) && document['is_active'] === true;
export const idOf = (document: unknown): string => (isObject(document) ? String(document['id']) : '');
