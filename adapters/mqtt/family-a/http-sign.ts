/** The signature over the query of a cabinet's HTTP calls (§10.0). */

import { createHash } from 'node:crypto';

/** Decoded query parameters by name. */
export type SignedParameters = Readonly<Record<string, string>>;

/** How a request's `sign` compares. Old firmware sends none for some calls, or an empty one. */
export type SignVerdict = 'valid' | 'missing' | 'wrong';

/**
 * Lower-case hex MD5 over `name=value` of all parameters but `sign`, in byte order, joined by `|`.
 *
 * There is no secret in it: it finds garbled requests and proves nothing about the sender.
 */
export const signOf = (parameters: SignedParameters): string => {
  const pairs = Object.entries(parameters)
    .filter(([name]) => name !== 'sign')
    .map(([name, value]) => Buffer.from(`${name}=${value}`, 'utf8'))
    .sort((left, right) => Buffer.compare(left, right))
    .map((pair) => pair.toString('utf8'));
  return createHash('md5').update(pairs.join('|'), 'utf8').digest('hex');
};

/**
 * Compares the `sign` among the parameters with the right one.
 *
 * An optional parameter that belongs to the call and was left out counts as empty, so the names in
 * `optionalNames` are added before signing when they are absent.
 */
export const checkSign = (
  parameters: SignedParameters,
  optionalNames: readonly string[] = [],
): SignVerdict => {
  const given = parameters.sign;
  if (given === undefined || given === '') return 'missing';
  const absent = Object.fromEntries(optionalNames.map((name) => [name, '']));
  return given === signOf({ ...absent, ...parameters }) ? 'valid' : 'wrong';
};
