import type { Frame } from '../application/frames.js';

const chunks = new WeakMap<Frame, Buffer>();
/** The last frame: a fan-out writes the same frame to many readers. */
let latest: { readonly frame: Frame; readonly chunk: Buffer } | undefined;

/** A frame as one chunk of an HTTP/1.1 body (RFC 9112, 7.1), made once for all connections. */
export function chunkOf(frame: Frame): Buffer {
  if (latest?.frame === frame) return latest.chunk;
  const chunk = chunks.get(frame) ?? asChunk(frame.bytes);
  chunks.set(frame, chunk);
  latest = { frame, chunk };
  return chunk;
}

function asChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
