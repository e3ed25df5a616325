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
export const readBytes = (request: IncomingMessage, limits: BodyLimits): Promise<Buffer> => {
  const { bodyBytesMax: limit, bodySeconds } = limits;
  const length = request.headers['content-length'] ?? null;
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(stop('request_body_timeout', {}, connectionEnds));
    const timer = setTimeout(refuse, bodySeconds * 1_000);
    getRawBody(request, { limit, length }).then(
      (body) => {
        clearTimeout(timer);
        resolve(body);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(failureOf(error, limit));
      },
    );
  });
};

const failureOf = (error: unknown, limit: number): unknown => {
  if (isRecord(error) && error.type === 'entity.too.large') {
    return stop('body_too_large', { facts: { limit_bytes: limit } }, connectionEnds);
  }
  if (isRecord(error) && error.status === 400) {
    return stop('invalid_request', { detail: 'The body was cut short.' }, connectionEnds);
  }
  return error;
};

export interface BodyDescription {
  readonly mediaType: string;
  readonly charset: string;
  readonly encoding: string;
}

export type BodyFormat = 'json' | 'form';

export const mediaTypeOf: Readonly<Record<BodyFormat, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
};

/** Refuses a body that is not written as it should be, before a byte of it is read. */
export const requireFormat = (
  format: BodyFormat,
  { mediaType, charset, encoding }: BodyDescription,
): void => {
  const accept = mediaTypeOf[format];
  const isFit = mediaType === accept && /^(utf-?8)?$/i.test(charset);
  if (isFit && (encoding === '' || encoding === 'identity')) return;
  throw stop(
    'unsupported_media_type',
    { detail: `Send ${accept} in UTF-8, not compressed.` },
    { accept, 'accept-encoding': 'identity', ...connectionEnds },
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

/** The fields of a posted form; one that comes more than once is a list, which no codec takes. */
export const parseForm = (bytes: Buffer): Readonly<Record<string, unknown>> => {
  const fields = new URLSearchParams(bytes.toString('utf8'));
  const names = [...new Set(fields.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = fields.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
};
