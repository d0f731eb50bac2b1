import type { StreamEvent } from '../domain/stream-events.js';

/** One SSE message, serialised once for all readers (WHATWG HTML, 9.2.6; JSON holds no line break). */
export function frame(id: string, { event, data }: StreamEvent): Buffer {
  return Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ event, data })}\n\n`);
}
