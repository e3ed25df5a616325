/** What a cabinet's HTTP call carries: parameters in the query and raw bytes in the body. */

import type { IncomingMessage } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import getRawBody from 'raw-body';
import { checkSign, type SignedParameters, type SignVerdict } from './family-a/http-sign.js';
import type { RejectionReason } from './rejections.js';

/** Cabinets send a handful; more is no cabinet. */
const parametersMax = 20;
/** From the first byte of a body to its last. */
const bodySeconds = 15;

/** Decoded parameters by name; a name that comes twice could mean either, so it means neither. */
export const readParameters = (
  querystring: string,
): E.Either<'bad_parameters', SignedParameters> => {
  const pairs = [...new URLSearchParams(querystring)];
  const parameters = new Map(pairs);
  return pairs.length > parametersMax || parameters.size < pairs.length
    ? E.left('bad_parameters')
    : E.right(Object.fromEntries(parameters));
};

/** How one call is signed (protocol §10.0). */
export interface SignRule {
  /** Whether a call without a sign is let through: some firmware sends none, or an empty one. */
  readonly isOptional: boolean;
  /** Parameters that are signed as this text when the call leaves them out. */
  readonly whenAbsent: SignedParameters;
  /** Parameters that are not signed when they are empty. */
  readonly unlessEmpty: readonly string[];
}

const verdictOf = (parameters: SignedParameters, rule: SignRule): SignVerdict => {
  const present = Object.fromEntries(
    Object.entries(parameters).filter(
      ([name, value]) => value !== '' || !rule.unlessEmpty.includes(name),
    ),
  );
  const verdict = checkSign(present);
  // The documents do not say whether what was left out is signed; firmware may do either.
  return verdict === 'wrong' ? checkSign({ ...rule.whenAbsent, ...present }) : verdict;
};

/** Whether a call may go on. A right sign proves a whole request, never who sent it (§10.0). */
export const judgeSign = (
  parameters: SignedParameters,
  rule: SignRule,
): E.Either<RejectionReason, 'passed'> => {
  switch (verdictOf(parameters, rule)) {
    case 'valid':
      return E.right('passed');
    case 'wrong':
      return E.left('bad_sign');
    case 'missing':
      return rule.isOptional ? E.right('passed') : E.left('missing_sign');
  }
};

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'entity.too.large';

/** The body, whatever its type claims to be. */
export const readBody = async (
  request: IncomingMessage,
  bytesMax: number,
): Promise<E.Either<'body_too_large' | 'body_incomplete', Buffer>> => {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new Error('the body is too slow'));
    timer = setTimeout(giveUp, bodySeconds * 1_000);
  });
  try {
    const length = request.headers['content-length'] ?? null;
    const body = getRawBody(request, { limit: bytesMax, length });
    return E.right(await Promise.race([body, tooSlow]));
  } catch (error) {
    return E.left(isTooLarge(error) ? 'body_too_large' : 'body_incomplete');
  } finally {
    clearTimeout(timer);
  }
};
