import { isObject, type Fields } from '#libs/kernel';
import { redactText } from '#libs/observability';

/** Fields of commands in which people explain a change. They are stored, shown to others and hashed into the audit log. */
const FREE_TEXTS = ['reason', 'note'] as const;

/** Returns the command, and its `patch`, with secrets and personal data in `reason` and `note` redacted. */
export function redactFreeTexts(command: unknown): unknown {
  if (!isObject(command)) return command;
  const clean = redactFields(command);
  return isObject(clean['patch']) ? { ...clean, patch: redactFields(clean['patch']) } : clean;
}

function redactFields(record: Fields): Fields {
  const texts = FREE_TEXTS.flatMap((name) => {
    const text = record[name];
    return typeof text === 'string' ? [[name, redactText(text)] as const] : [];
  });
  return texts.length === 0 ? record : { ...record, ...Object.fromEntries(texts) };
}
