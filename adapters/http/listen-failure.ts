import { isRecord } from '../../ports/http/json.js';

/** Why an address could not be listened on, in one line that names the setting to change. */
export interface ListenFailure {
  readonly kind: 'port-taken' | 'not-permitted' | 'unknown-address';
  readonly message: string;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const causes: Readonly<Record<string, (address: Address) => ListenFailure>> = {
  EADDRINUSE: ({ host, port }) => ({
    kind: 'port-taken',
    message: `POWERBANK_HTTP_PORT: port ${port} on ${host} is taken by another program`,
  }),
  EACCES: ({ port }) => ({
    kind: 'not-permitted',
    message: `POWERBANK_HTTP_PORT: this user may not listen on port ${port}`,
  }),
  EADDRNOTAVAIL: ({ host }) => ({
    kind: 'unknown-address',
    message: `POWERBANK_HTTP_HOST: this machine has no address ${host}`,
  }),
  ENOTFOUND: ({ host }) => ({
    kind: 'unknown-address',
    message: `POWERBANK_HTTP_HOST: there is no host ${host}`,
  }),
};

/** The failure behind a socket's error; `null` when it is none that an operator can mend. */
export const listenFailureOf = (error: unknown, address: Address): ListenFailure | null => {
  if (!isRecord(error) || typeof error.code !== 'string') return null;
  return causes[error.code]?.(address) ?? null;
};
