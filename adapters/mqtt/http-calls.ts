/** The HTTP calls that cabinets make (protocol §10), as a table from paths to what is done. */

import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { StationSerial } from '../../domain/shared/ids.js';
import { toMs } from '../../domain/shared/instant.js';
import type { CabinetCredentials } from '../../ports/cabinet-credentials.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { reportOfHttpReturn } from './family-a/http-return.js';
import type { SignedParameters } from './family-a/http-sign.js';
import { writeProvisioning } from './family-a/provisioning.js';
import type { HandedIn, HttpInbox } from './http-inbox.js';
import type { CallLimiter } from './http-limits.js';
import type { SignRule } from './http-request.js';
import type { RejectionReason } from './rejections.js';

/** What cabinets are told at their start (protocol §10.4); all values are text. */
export interface CabinetConfiguration {
  readonly dRotationRefer: string;
  readonly dReturnLocked: string;
  readonly dHeadConfig: string;
  readonly dRotationNumber: string;
  readonly dRotationEnable: string;
  readonly dMotorEnable: string;
  readonly dAreaConfig: string;
}

export const usualConfiguration: CabinetConfiguration = {
  dRotationRefer: '15',
  dReturnLocked: '0',
  dHeadConfig: '43',
  dRotationNumber: '5',
  dRotationEnable: '1',
  dMotorEnable: '1',
  dAreaConfig: '0',
};

export interface CallTools {
  readonly inbox: HttpInbox;
  readonly credentials: CabinetCredentials;
  readonly limiter: CallLimiter;
  /** Where cabinets find the broker, as seen from where they are. */
  readonly broker: { readonly host: string; readonly port: number; readonly productKey: string };
  readonly configuration: CabinetConfiguration;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** A call that is in order so far: signed as its rule says, by a registered cabinet. */
export interface AdmittedCall {
  readonly station: StationSerial;
  readonly deviceName: string;
  readonly parameters: SignedParameters;
  readonly body: Buffer;
}

/** Right is the `data` of the answer; left why there is none. */
export type CallResult = E.Either<RejectionReason | 'unavailable', string>;

interface Call {
  readonly name: string;
  /** Older and newer spelling; both are served. */
  readonly paths: readonly string[];
  readonly sign: SignRule;
}

/** A call of a registered cabinet, which one of its parameters names. */
export interface DeviceCall extends Call {
  readonly kind: 'device';
  readonly deviceParameter: 'uuid' | 'rentboxSN';
  readonly answer: (call: AdmittedCall, tools: CallTools) => Promise<CallResult>;
}

/** A call whose answer is the same for everybody and gives nothing away. */
export interface OpenCall extends Call {
  readonly kind: 'open';
  readonly data: string;
}

export type CabinetCall = DeviceCall | OpenCall;

const noData = '';

const resultOf = (handedIn: HandedIn): CallResult =>
  handedIn === 'stored' ? E.right(noData) : E.left(handedIn);

const signed: SignRule = { isOptional: false, whenAbsent: {}, unlessEmpty: [] };

const provision: DeviceCall = {
  kind: 'device',
  name: 'provision',
  paths: ['/api/iot/client/con', '/api/rentbox/client/connect'],
  sign: { ...signed, whenAbsent: { deviceId: '', simMobile: '', simUUID: '' } },
  deviceParameter: 'uuid',
  answer: async ({ station, deviceName, body }, tools) => {
    const { limiter, credentials, broker, clock, inbox, log } = tools;
    if (!(await limiter.provisioning(deviceName))) return E.left('rate_limited');
    const password = await credentials.passwordFor(deviceName);
    if (O.isNone(password)) return E.left('unknown_device');
    const names = { clientId: deviceName, username: deviceName };
    const timestampMs = toMs(clock.now());
    const access = { ...names, ...broker, password: password.value, timestampMs };
    const written = writeProvisioning(access);
    if (E.isLeft(written)) {
      log.error('a cabinet cannot be given its access', { deviceName, reason: written.left });
      return E.left('unavailable');
    }
    if (body.length > 0) inbox.keepDiagnostics(station, body.toString('utf8'));
    log.info('a cabinet was given its access to the broker', { deviceName });
    return written;
  },
};

const upload: DeviceCall = {
  kind: 'device',
  name: 'upload',
  paths: ['/api/rentbox/upload/data', '/api/rentbox/client/upload'],
  sign: { isOptional: true, whenAbsent: { signal: '0' }, unlessEmpty: ['ssid'] },
  deviceParameter: 'rentboxSN',
  answer: async ({ station, deviceName, body }, { inbox }) => {
    const read = inbox.readUpload(body);
    if (E.isLeft(read)) return read;
    return resultOf(await inbox.handIn({ station, deviceName, report: read.right, bytes: body }));
  },
};

const acceptedReturn: DeviceCall = {
  kind: 'device',
  name: 'return',
  paths: ['/api/rentbox/order/return'],
  sign: signed,
  deviceParameter: 'rentboxSN',
  answer: async ({ station, deviceName, parameters }, { inbox }) => {
    const read = reportOfHttpReturn(parameters);
    if (E.isLeft(read)) return read;
    const bytes = Buffer.from(JSON.stringify([read.right.bankSerial, read.right.slot]));
    return resultOf(await inbox.handIn({ station, deviceName, report: read.right, bytes }));
  },
};

const configure: DeviceCall = {
  kind: 'device',
  name: 'configuration',
  paths: ['/api/rentbox/config/data', '/api/rentbox/client/config'],
  sign: { ...signed, isOptional: true },
  deviceParameter: 'rentboxSN',
  answer: async ({ station, body }, { inbox, configuration }) => {
    if (body.length > 0) inbox.keepDiagnostics(station, body.toString('utf8'));
    return E.right(JSON.stringify(configuration));
  },
};

const firmwareLines = ['publish', 'test'].flatMap((line) =>
  ['', '/mcu', '/chip'].map((part) => `/api/iot/app/version/${line}${part}`),
);

/**
 * We keep no firmware, and an empty answer says that there is nothing newer (protocol §10.5). The
 * call may name no cabinet at all.
 */
const firmware: OpenCall = {
  kind: 'open',
  name: 'firmware',
  paths: [
    ...firmwareLines,
    ...['main', 'control'].map((part) => `/api/rentbox/client/version/${part}`),
  ],
  sign: { isOptional: true, whenAbsent: { deviceUuid: '' }, unlessEmpty: [] },
  data: noData,
};

export const cabinetCalls: readonly CabinetCall[] = [
  provision,
  upload,
  acceptedReturn,
  configure,
  firmware,
];
