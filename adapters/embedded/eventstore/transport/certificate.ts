/** What a node needs to speak TLS, looked at before it starts: a client's complaint comes late. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { EventStoreStartError } from '../start-errors.js';

export interface TlsOptions {
  /** The node's certificate, and those between it and the root if there are any. */
  readonly certificatePem: string;
  /** The key that belongs to it, not encrypted. */
  readonly privateKeyPem: string;
}

/** Throws an `EventStoreStartError` that says why clients could not connect with these. */
export function checkCertificate(options: TlsOptions, nowMs: number): void {
  const certificate = understood('certificate', () => new X509Certificate(options.certificatePem));
  const key: KeyObject = understood('private key', () => createPrivateKey(options.privateKeyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw unusable('the private key does not belong to the TLS certificate');
  }
  const { validFrom, validTo } = certificate;
  if (nowMs < Date.parse(validFrom)) {
    throw unusable(`the TLS certificate is not valid before ${validFrom}`);
  }
  if (nowMs > Date.parse(validTo)) throw unusable(`the TLS certificate expired on ${validTo}`);
  understood('certificate', () =>
    createSecureContext({ cert: options.certificatePem, key: options.privateKeyPem }),
  );
}

function understood<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(`the TLS ${what} cannot be used: ${reason}`, error);
  }
}

function unusable(message: string, cause?: unknown): EventStoreStartError {
  return new EventStoreStartError('tls-unusable', message, { cause });
}
