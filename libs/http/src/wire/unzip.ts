import { createGunzip, gunzip, type Gunzip } from 'node:zlib';
import { AppError } from '#libs/kernel';

type Done = (error: Error | null, plain?: Buffer) => void;

/** Highest accepted ratio of decompressed to compressed size. Small bodies of many equal events exceed it without harm. */
const MAX_GZIP_RATIO = 100;
const ALWAYS_ACCEPTED_BYTES = 64 * 1024;
/** A chunk of this size is memory of its own, which can be released at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Decompresses a body up to the limit, where it stops: a gzip bomb costs no more than a large body. The size that the last four bytes
 * claim decides only how: they are other bytes in a truncated body and in one with garbage behind it.
 * @throws to `done` AppError `body_too_large`, `bad_gzip`
 */
export function unzip(body: Buffer, bodyBytes: number, done: Done): void {
  const maxBytes = Math.min(bodyBytes, Math.max(ALWAYS_ACCEPTED_BYTES, body.length * MAX_GZIP_RATIO));
  const claimed = body.length < 4 ? 0 : body.readUInt32LE(body.length - 4);
  if (claimed > maxBytes) reasonToRefuse(body, maxBytes, done);
  else plainOf(body, maxBytes, done);
}

function plainOf(body: Buffer, maxBytes: number, done: Done): void {
  const finish = (error: NodeJS.ErrnoException | null, unzipped: Unzipped | undefined): void => {
    if (error?.code === 'ERR_BUFFER_TOO_LARGE') return done(tooLarge());
    // Zero bytes behind the last member are left over without an error.
    if (unzipped?.engine.bytesWritten === body.length) return done(null, unzipped.buffer);
    done(badGzip());
  };
  // With `info` the result is not the buffer that the types promise.
  const options = { maxOutputLength: maxBytes, info: true };
  gunzip(body, options, (error, result) => finish(error, result as unknown as Unzipped | undefined));
}

interface Unzipped {
  readonly buffer: Buffer;
  readonly engine: Gunzip;
}

/** Decompresses without keeping the result: many bombs at once would otherwise fill the memory until the next collection. */
function reasonToRefuse(body: Buffer, maxBytes: number, done: Done): void {
  const engine = createGunzip({ chunkSize: CHUNK_BYTES });
  let bytes = 0;
  let isDone = false;
  const refuse = (error: AppError): void => {
    if (isDone) return;
    isDone = true;
    engine.destroy();
    done(error);
  };
  engine.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    release(chunk);
    if (bytes > maxBytes) refuse(tooLarge());
  });
  // Everything was within the limit, so that the claim was not the size.
  engine.on('end', () => refuse(badGzip()));
  engine.on('error', () => refuse(badGzip()));
  engine.end(body);
}

/** Frees the memory of a chunk, unless the engine goes on writing behind it. */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

function tooLarge(): AppError {
  return new AppError('body_too_large', 'The body is larger than this route accepts');
}

function badGzip(): AppError {
  return new AppError('bad_gzip', 'The body is not valid gzip, as Content-Encoding: gzip requires');
}
