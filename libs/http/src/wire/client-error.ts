import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { uuidv7 } from 'uuidv7';
import { AppError } from '#libs/kernel';
import { toEnvelope } from '../answers/envelope.js';
import { endAndLinger, lingerWhileArriving } from './linger.js';
import { requestIdOf } from './request-id.js';

interface ConnectionError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/**
 * Answers errors that Node detects before there is a request (too slow, too large, not HTTP): writes the envelope to the socket.
 * @param maxUrlBytes distinguishes a long URL (414) from large headers (431), since Node has one limit for both
 */
export function answerClientError(error: ConnectionError, socket: Socket, maxUrlBytes: number): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable || isAnswering(socket)) return void socket.destroy();
  const { status, body } = toEnvelope(failureOf(error, maxUrlBytes), uuidv7());
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${body.error.request_id}`,
    'Connection: close',
  ];
  endAndLinger(socket, `${head.join('\r\n')}\r\n\r\n${text}`);
}

/** Answers requests whose Expect is none that Node fulfils: 417, after which clients repeat the request without it. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = new AppError('bad_request', 'Send no Expect header other than 100-continue');
  const { body } = toEnvelope(error, requestIdOf(request));
  if (!request.complete) lingerWhileArriving(request, response);
  response
    .writeHead(417, {
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': body.error.request_id,
      connection: 'close',
    })
    .end(JSON.stringify(body));
}

/** Whether an answer has begun on this connection; a second one must not be written into it. */
function isAnswering(socket: Socket): boolean {
  const answer = (socket as Socket & { _httpMessage?: { readonly headersSent: boolean } | null })._httpMessage;
  return answer?.headersSent === true;
}

function failureOf(error: ConnectionError, maxUrlBytes: number): AppError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError('request_timeout', 'The request did not arrive in time');
  }
  if (error.code !== 'HPE_HEADER_OVERFLOW') return new AppError('bad_request', 'This is not a valid HTTP/1.1 request');
  const packet = error.rawPacket ?? Buffer.alloc(0);
  const isLongUrl = packet.length > maxUrlBytes && !packet.subarray(0, maxUrlBytes).includes('\r\n');
  return isLongUrl
    ? new AppError('uri_too_long', 'The URL is too long')
    : new AppError('headers_too_large', 'The headers are too large');
}
