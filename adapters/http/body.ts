import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { isRecord } from '../../ports/http/json.js';
import { stop } from '../../ports/http/problem.js';

export interface BodyLimits {
  readonly bodyBytesMax: number;
  /** From the first byte to the last. */
  readonly bodySeconds: number;
}

/** A request that we stop reading leaves bytes on its connection, so the connection must end. */
const connectionEnds = { connection: 'close' };

/**
 * All bytes of a request's body.
 * @throws ProblemError 413 when it is too large, 408 when it is too slow, 400 when it is cut short.
 */
export const readBytes = async (request: IncomingMessage, limits: BodyLimits): Promise<Buffer> => {
  const { bodyBytesMax: limit, bodySeconds } = limits;
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(stop('request_body_timeout', {}, connectionEnds));
    timer = setTimeout(refuse, bodySeconds * 1_000);
  });
  try {
    const length = request.headers['content-length'] ?? null;
    return await Promise.race([getRawBody(request, { limit, length }), tooSlow]);
  } catch (error) {
    if (isRecord(error) && error.type === 'entity.too.large') {
      throw stop('body_too_large', { facts: { limit_bytes: limit } }, connectionEnds);
    }
    if (isRecord(error) && error.status === 400) {
      throw stop('invalid_request', { detail: 'The body was cut short.' }, connectionEnds);
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

export interface BodyDescription {
  readonly mediaType: string;
  readonly charset: string;
  readonly encoding: string;
}

/** Refuses a body that is not plain UTF-8 JSON, before a byte of it is read. */
export const requireJson = ({ mediaType, charset, encoding }: BodyDescription): void => {
  const isJson = mediaType === 'application/json' && /^(utf-?8)?$/i.test(charset);
  if (isJson && (encoding === '' || encoding === 'identity')) return;
  throw stop(
    'unsupported_media_type',
    { detail: 'Send application/json in UTF-8, not compressed.' },
    { accept: 'application/json', 'accept-encoding': 'identity', ...connectionEnds },
  );
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value in a JSON body. */
export const parseJson = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    // The parser's words quote the body, which may hold secrets (P-121).
    throw stop('malformed_json');
  }
};
