import { invalid } from '#libs/kernel';

const LENGTH = { min: 12, max: 1_024 } as const;

/** A password that a person chose. @throws AppError `invalid_password` */
export function chosenPassword(text: string, field = 'password'): string {
  if (text.length >= LENGTH.min && text.length <= LENGTH.max) return text;
  throw invalid('invalid_password', field, `A password has ${LENGTH.min} to ${LENGTH.max} characters`);
}
