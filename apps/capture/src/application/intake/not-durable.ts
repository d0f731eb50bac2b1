import { AppError } from '#libs/kernel';

/** The events may have arrived or not. Sent again with the same event ids, they are stored once. */
export function notDurable(cause?: unknown): AppError {
  const message = 'The events could not be made durable in time; send them again shortly';
  return new AppError('bus_unavailable', message, [], { cause });
}
