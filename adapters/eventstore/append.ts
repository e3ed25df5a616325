import {
  AccessDeniedError,
  ANY,
  type AppendExpectedRevision,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { AppendOutcome, ExpectedRevision, ProposedEvent } from '../../ports/event-store.js';
import { type Access, requiresLeader } from './access.js';

const expectedRevisionOf = (expected: ExpectedRevision): AppendExpectedRevision => {
  if (expected === 'no-stream') return NO_STREAM;
  if (expected === 'any') return ANY;
  return expected;
};

const actualOf = (error: WrongExpectedVersionError): bigint | 'no-stream' | 'unknown' => {
  const { actualVersion } = error;
  if (typeof actualVersion === 'bigint') return actualVersion;
  return actualVersion === 'no_stream' ? 'no-stream' : 'unknown';
};

/** As bytes, the client leaves metadata alone; an object it would turn into base64 and back. */
const metadataBytes = (metadata: ProposedEvent['metadata']): Uint8Array => {
  // It asks for exactly this class, and not for one that extends it, as `Buffer` does.
  const { buffer, byteOffset, length } = Buffer.from(JSON.stringify(metadata));
  return new Uint8Array(buffer, byteOffset, length);
};

/**
 * Appends in one of the three ways that the port names. Whatever is not a clear answer of the
 * server (deadline, lost connection, anything unheard of) is `unknown`.
 */
export const appendEvents = async (
  { client, names, beginning }: Access,
  stream: string,
  expected: ExpectedRevision,
  events: readonly ProposedEvent[],
): Promise<AppendOutcome> => {
  const proposed = events.map(({ id, type, data, metadata }) =>
    // The client wants "something that is JSON"; the codecs of the domain have made it that.
    jsonEvent({ id, type, data: jsonObject(data), metadata: metadataBytes(metadata) }),
  );
  try {
    // Whatever a namespace holds comes after the mark of its beginning.
    await beginning();
    const result = await client.appendToStream(names.stored(stream), proposed, {
      expectedRevision: expectedRevisionOf(expected),
      requiresLeader,
    });
    // Connection strings can ask for answers where others get errors.
    if (!result.success) return { kind: 'conflict', actual: 'unknown' };
    return {
      kind: 'done',
      revision: result.nextExpectedRevision,
      position: result.position?.commit ?? 0n,
    };
  } catch (error) {
    return outcomeOfError(error);
  }
};

const jsonObject = (data: unknown): Record<string, unknown> =>
  typeof data === 'object' && data !== null ? { ...data } : { value: data };

const outcomeOfError = (error: unknown): AppendOutcome => {
  if (error instanceof WrongExpectedVersionError) {
    return { kind: 'conflict', actual: actualOf(error) };
  }
  if (
    error instanceof StreamDeletedError ||
    error instanceof MaxAppendSizeExceededError ||
    error instanceof AccessDeniedError
  ) {
    return { kind: 'rejected', reason: error.message };
  }
  return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
};
