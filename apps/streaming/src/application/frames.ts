import type { StreamEvent } from '../domain/stream-events.js';

/** One SSE message, serialised once for all readers (WHATWG HTML, 9.2.6; JSON holds no line break). */
export function frame(id: string, { event, data }: StreamEvent): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ event, data })}\n\n`);
}

/** OFREP's word for "ask again" (specification 05a). `version` is what the next bulk answer must reach. */
export function refetchFrame(version: string, now: Date): Buffer {
  const lastModified = Math.floor(now.getTime() / 1_000);
  const data = JSON.stringify({ type: 'refetchEvaluation', etag: `"${version}"`, lastModified });
  return Buffer.from(`id: ${version}\nevent: message\ndata: ${data}\n\n`);
}

/** Keeps a connection alive and says nothing. */
export const COMMENT = Buffer.from(': alive\n\n');
