import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { isRecord } from '../../ports/http/json.js';
import type { IdentityLimits } from './limits.js';

/** Key sets are kept for so long; providers publish a new key a day before they use it. */
const keptMs = 600_000;
const answerBytesMax = 256 * 1_024;

/** The provider's keys cannot be had; whether a token is good is not known. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

const boundedFetch = async (url: string, options: RequestInit): Promise<Response> => {
  const answer = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > answerBytesMax) throw new RangeError('the key set is too large');
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status: answer.status });
};

/** What an error of `fetch` is about: it hides the code of the socket in its cause. */
const reasonOf = (error: unknown): string => {
  if (!isRecord(error)) return String(error);
  const { cause, code, name } = error;
  const inner = isRecord(cause) ? cause.code : undefined;
  return [inner, code, name].find((each) => typeof each === 'string') ?? 'unknown';
};

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/**
 * Finds the key that a token names among those that the provider publishes, which are fetched when
 * they are first needed, when they are old, and when a token names one that is not among them.
 *
 * @returns a function that rejects with `KeysUnavailable` when the provider does not answer.
 */
export const publishedKeys = (url: string, limits: IdentityLimits): JWTVerifyGetKey => {
  const find = createRemoteJWKSet(new URL(url), {
    timeoutDuration: limits.keysMs,
    cooldownDuration: limits.keyCooldownMs,
    cacheMaxAge: keptMs,
    [customFetch]: boundedFetch,
  });
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      throw new KeysUnavailable(reasonOf(error), { cause: error });
    }
  };
};
