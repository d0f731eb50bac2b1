import { AppError } from '#libs/kernel';
import type { Segment } from '../domain/segment.js';
import type { Segments } from './ports.js';

/** @throws AppError `not_found` */
export async function findSegment(segments: Segments, key: string): Promise<Segment> {
  const segment = await segments.find(key);
  if (segment === undefined) throw new AppError('not_found', `There is no segment ${key}`);
  return segment;
}
