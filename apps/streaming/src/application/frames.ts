/** One SSE message or several, serialised once for all readers. */
export interface Frame {
  /** The id of the last message; `undefined` for comments and `retry:`. */
  readonly id: string | undefined;
  readonly bytes: Buffer;
  /** Number of messages with data. */
  readonly events: number;
}

interface Message {
  readonly event: string;
  readonly data: object;
}

/** One SSE message (WHATWG HTML, 9.2.6; JSON holds no line break). */
export function frame(id: string, { event, data }: Message): Frame {
  const text = `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify({ event, data })}\n\n`;
  return { id, bytes: Buffer.from(text), events: 1 };
}

/** OFREP's request to evaluate again (specification 05a). `version` is the one that the next bulk answer must reach. */
export function refetchFrame(version: string, now: Date): Frame {
  const lastModified = Math.floor(now.getTime() / 1_000);
  const data = JSON.stringify({ type: 'refetchEvaluation', etag: `"${version}"`, lastModified });
  return { id: version, bytes: Buffer.from(`id: ${version}\nevent: message\ndata: ${data}\n\n`), events: 1 };
}

/** An id without data: no message, but the client sends it as `Last-Event-ID` when it reconnects. */
export function idFrame(version: string): Frame {
  return { id: version, bytes: Buffer.from(`id: ${version}\n\n`), events: 0 };
}

/** The delay before a client reconnects. */
export function retryFrame(line: string): Frame {
  return { id: undefined, bytes: Buffer.from(line), events: 0 };
}

/** Keeps a connection alive. */
export const COMMENT: Frame = { id: undefined, bytes: Buffer.from(': alive\n\n'), events: 0 };

/** Joins several frames to one. */
export function joined(frames: readonly Frame[]): Frame {
  const id = frames.findLast((one) => one.id !== undefined)?.id;
  const events = frames.reduce((sum, one) => sum + one.events, 0);
  return { id, bytes: Buffer.concat(frames.map(({ bytes }) => bytes)), events };
}
