/**
 * Certificates for tests, made on the spot: Node reads X.509 but does not write it, and a machine
 * that runs the tests need not have a tool for it. What is made is self-signed, for P-256 keys,
 * and holds just what a client asks of a server's certificate.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { TlsOptions } from '../../../adapters/embedded/eventstore/transport/certificate.js';
import { temporaryFolder } from './support.js';

/** Tags of DER, the encoding of certificates: each value is a tag, a length and content. */
const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  UTF8_STRING: 0x0c,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
  DNS_NAME: 0x82,
  IP_ADDRESS: 0x87,
  VERSION: 0xa0,
  EXTENSIONS: 0xa3,
} as const;

/** Object identifiers, encoded already. */
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALTERNATIVE_NAME = Buffer.from('0603551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');

const LONG_LENGTH = 0x82;
const SHORT_LENGTH_MAX = 0x7f;
const NO_UNUSED_BITS = Buffer.from([0]);
const TRUE = Buffer.from([0xff]);
const HOUR_MS = 3_600_000;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length <= SHORT_LENGTH_MAX) {
    return Buffer.concat([Buffer.from([tag, content.length]), content]);
  }
  const head = Buffer.from([tag, LONG_LENGTH, 0, 0]);
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(Tag.SEQUENCE, ...parts);

const time = (ms: number): Buffer =>
  der(
    Tag.GENERALIZED_TIME,
    Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)}Z`),
  );

const alternativeName = (host: string): Buffer =>
  isIPv4(host)
    ? der(Tag.IP_ADDRESS, Buffer.from(host.split('.').map(Number)))
    : der(Tag.DNS_NAME, Buffer.from(host));

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

const aroundNow = (): Validity => ({
  fromMs: Date.now() - HOUR_MS,
  toMs: Date.now() + HOUR_MS,
});

/** A certificate of 127.0.0.1 and localhost, its own issuer, and the key that belongs to it. */
export function makeCertificate({ fromMs, toMs }: Validity = aroundNow()): TlsOptions {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(
    der(Tag.SET, sequence(COMMON_NAME, der(Tag.UTF8_STRING, Buffer.from('eventstoredb-node')))),
  );
  const names = sequence(...['127.0.0.1', 'localhost'].map(alternativeName));
  const isAuthority = sequence(der(Tag.BOOLEAN, TRUE));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, der(Tag.BOOLEAN, TRUE), der(Tag.OCTET_STRING, isAuthority)),
    sequence(SUBJECT_ALTERNATIVE_NAME, der(Tag.OCTET_STRING, names)),
  );
  const signedPart = sequence(
    der(Tag.VERSION, der(Tag.INTEGER, Buffer.from([2]))),
    // The first bit is the sign, so a positive number of this length begins with a small byte.
    der(Tag.INTEGER, Buffer.from([1]), randomBytes(8)),
    sequence(ECDSA_WITH_SHA256),
    name,
    sequence(time(fromMs), time(toMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(Tag.EXTENSIONS, extensions),
  );
  const signature = sign('sha256', signedPart, privateKey);
  const certificate = sequence(
    signedPart,
    sequence(ECDSA_WITH_SHA256),
    der(Tag.BIT_STRING, NO_UNUSED_BITS, signature),
  );
  const lines = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Where a certificate and its key are on disk, until the test ends. */
export async function certificateFiles(
  t: ExecutionContext,
  tls: TlsOptions,
): Promise<{ readonly certificateFile: string; readonly privateKeyFile: string }> {
  const folder = await temporaryFolder(t);
  const certificateFile = join(folder, 'node.crt');
  const privateKeyFile = join(folder, 'node.key');
  await writeFile(certificateFile, tls.certificatePem);
  await writeFile(privateKeyFile, tls.privateKeyPem, { mode: 0o600 });
  return { certificateFile, privateKeyFile };
}
