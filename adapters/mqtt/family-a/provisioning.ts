/** MQTT credentials as the provisioning answer carries them: seven parts, six commas (§10.1). */

import * as E from 'fp-ts/lib/Either.js';

export interface ProvisionedAccess {
  readonly clientId: string;
  readonly productKey: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
}

/** A part holds a comma, or the text has not seven parts with two numbers among them. */
export type ProvisioningError = 'comma_in_part' | 'bad_provisioning';

const DIGITS = /^[0-9]{1,15}$/;

/** The `data` of the answer; refused when a part holds a comma, since nothing could escape it. */
export const writeProvisioning = (
  access: ProvisionedAccess,
): E.Either<ProvisioningError, string> => {
  const parts = [
    access.clientId,
    access.productKey,
    access.host,
    String(access.port),
    access.username,
    access.password,
    String(access.timestampMs),
  ];
  return parts.some((part) => part.includes(','))
    ? E.left('comma_in_part')
    : E.right(parts.join(','));
};

/** Reads the `data` of the answer as a cabinet does. */
export const readProvisioning = (data: string): E.Either<ProvisioningError, ProvisionedAccess> => {
  const [clientId, productKey, host, port, username, password, timestamp, ...rest] =
    data.split(',');
  if (clientId === undefined || productKey === undefined || host === undefined) {
    return E.left('bad_provisioning');
  }
  if (port === undefined || username === undefined || password === undefined) {
    return E.left('bad_provisioning');
  }
  if (timestamp === undefined || rest.length > 0) return E.left('bad_provisioning');
  if (!DIGITS.test(port) || !DIGITS.test(timestamp)) return E.left('bad_provisioning');
  return E.right({
    clientId,
    productKey,
    host,
    port: Number(port),
    username,
    password,
    timestampMs: Number(timestamp),
  });
};
