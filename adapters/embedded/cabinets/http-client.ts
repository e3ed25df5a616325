/** The HTTP calls a simulated cabinet makes (protocol §10). */

import * as E from 'fp-ts/lib/Either.js';
import { linkedAbort } from '../../../ports/linked-abort.js';
import { parseAnswer } from '../../mqtt/family-a/envelope.js';
import { signOf } from '../../mqtt/family-a/http-sign.js';
import { type ProvisionedAccess, readProvisioning } from '../../mqtt/family-a/provisioning.js';

/** Which spelling of the paths the firmware uses; servers must know both. */
export type Firmware = 'older' | 'newer';

const PATHS: Readonly<
  Record<Firmware, Readonly<Record<'provision' | 'upload' | 'return', string>>>
> = {
  older: {
    provision: '/api/iot/client/con',
    upload: '/api/rentbox/upload/data',
    return: '/api/rentbox/order/return',
  },
  newer: {
    provision: '/api/rentbox/client/connect',
    upload: '/api/rentbox/client/upload',
    // No newer spelling of this path is known (§10.3).
    return: '/api/rentbox/order/return',
  },
};

const REQUEST_TIMEOUT_MS = 10_000;
const HARDWARE_NOTE = 'hardware=V6086&software=20240904-RBMG-3.0.0.0';

/** Why a call did not do what it was for. */
export type CallError =
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'refused'; readonly httpStatus: number }
  | { readonly kind: 'badAnswer' };

export interface CabinetHttp {
  readonly provision: () => Promise<E.Either<CallError, ProvisionedAccess>>;
  readonly upload: (frame: Uint8Array, ssid: string | null) => Promise<E.Either<CallError, void>>;
  readonly reportReturn: (serial: string, slot: number) => Promise<E.Either<CallError, void>>;
}

export interface CabinetHttpOptions {
  readonly baseUrl: string;
  readonly imei: string;
  readonly firmware: Firmware;
  /** Signal strength as the modem prints it. */
  readonly signal: string;
  readonly abort: AbortSignal;
}

interface Call {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string | null;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const send = async (
  { baseUrl, abort }: CabinetHttpOptions,
  { path, parameters, body }: Call,
): Promise<E.Either<CallError, string>> => {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  url.searchParams.set('sign', signOf(parameters));
  const over = linkedAbort(abort);
  const patience = setTimeout(() => over.abort(), REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method: body === null ? 'GET' : 'POST',
      body,
      // Cabinets say text even of bytes, which is what servers must bear (§10).
      headers: { 'content-type': 'text/plain' },
      signal: over.signal,
    });
    const text = await response.text();
    if (!response.ok) return E.left({ kind: 'refused', httpStatus: response.status });
    const answer = parseAnswer(text);
    return E.isRight(answer) ? E.right(answer.right.data) : E.left({ kind: 'badAnswer' });
  } catch (error) {
    return E.left({ kind: 'unreachable', message: messageOf(error) });
  } finally {
    clearTimeout(patience);
    over.abort();
  }
};

const ignoreData = E.map((_data: string): void => undefined);

/** The calls of one cabinet; every failure is a value. */
export const createCabinetHttp = (options: CabinetHttpOptions): CabinetHttp => {
  const { imei, firmware, signal } = options;
  const paths = PATHS[firmware];
  return {
    provision: async () => {
      const parameters = { uuid: imei, deviceId: '0', simUUID: '', simMobile: '' };
      const answer = await send(options, {
        path: paths.provision,
        parameters,
        body: HARDWARE_NOTE,
      });
      if (E.isLeft(answer)) return answer;
      return E.mapLeft((): CallError => ({ kind: 'badAnswer' }))(readProvisioning(answer.right));
    },
    upload: async (frame, ssid) => {
      const network: Record<string, string> = ssid === null ? {} : { ssid };
      const parameters = { rentboxSN: imei, signal, ...network };
      return ignoreData(await send(options, { path: paths.upload, parameters, body: frame }));
    },
    reportReturn: async (serial, slot) => {
      const parameters = { rentboxSN: imei, singleSN: serial, hole: String(slot) };
      return ignoreData(await send(options, { path: paths.return, parameters, body: null }));
    },
  };
};
