import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Pool } from 'undici';
import { codeOf } from '../notifications/network-errors.js';
import type { IdentityLimits } from './limits.js';

const connectionsMax = 10;
/** A host that does not answer by then is away. */
const connectMsMax = 3_000;
const answerBytesMax = 64 * 1_024;

const Tokens = t.type({ id_token: t.string });
const Refusal = t.type({ error: t.string });

/** Whatever else is in the answer (access and refresh tokens of the provider) is not kept. */
export type Exchange =
  | { readonly kind: 'exchanged'; readonly idToken: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface CodeExchange {
  /** Posts a form once: a code is good for one try, so nothing is sent again. */
  exchange(form: URLSearchParams): Promise<Exchange>;
  close(): Promise<void>;
}

const parsed = (body: string): unknown =>
  E.getOrElse((): unknown => null)(E.tryCatch((): unknown => JSON.parse(body), String));

/** The words of RFC 6749 §5.2 and no other text of theirs, which might repeat what we sent. */
const wordPattern = /^[a-z_]{1,40}$/;

/**
 * `invalid_grant` is about the code. Every other refusal is about us: a secret, an id or an address
 * that is not set up as it should be.
 */
const refusalIn = (status: number, body: unknown): Exchange => {
  const word = Refusal.is(body) && wordPattern.test(body.error) ? body.error : `status ${status}`;
  return { kind: word === 'invalid_grant' ? 'refused' : 'unavailable', why: word };
};

/** The token endpoint of a provider. Nothing connects before the first code. */
export const codeExchangeAt = (tokenUrl: string, { exchangeMs }: IdentityLimits): CodeExchange => {
  const { origin, pathname, search } = new URL(tokenUrl);
  const pool = new Pool(origin, {
    connections: connectionsMax,
    connect: { timeout: Math.min(connectMsMax, exchangeMs) },
    maxResponseSize: answerBytesMax,
  });
  return {
    exchange: async (form) => {
      try {
        const answer = await pool.request({
          method: 'POST',
          path: `${pathname}${search}`,
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            accept: 'application/json',
          },
          body: form.toString(),
          signal: AbortSignal.timeout(exchangeMs),
        });
        const body = parsed(await answer.body.text());
        if (answer.statusCode !== 200) return refusalIn(answer.statusCode, body);
        return Tokens.is(body)
          ? { kind: 'exchanged', idToken: body.id_token }
          : { kind: 'unavailable', why: 'an answer without a token' };
      } catch (error) {
        const code = codeOf(error);
        if (code === null) throw error;
        return { kind: 'unavailable', why: code };
      }
    },
    close: () => pool.destroy(),
  };
};
