/** The expectation of a write. The methods spell it with different names for the same choices. */
import type { Expected } from '../log/types.js';
import type { StreamsPb } from './messages.js';
import { parseUnsigned } from './numbers.js';

type Choice = Pick<
  StreamsPb.AppendReq.Options,
  'hasRevision' | 'getRevision' | 'hasNoStream' | 'hasAny' | 'hasStreamExists'
>;

/** Of an append, delete or tombstone; nothing if no choice was made. */
export function readExpected(options: Choice): Expected | undefined {
  return options.hasRevision() ? atRevision(options.getRevision()) : readMarker(options);
}

/** Of a batch append; nothing if no choice was made. */
export function readBatchExpected(options: StreamsPb.BatchAppendReq.Options): Expected | undefined {
  return options.hasStreamPosition()
    ? atRevision(options.getStreamPosition())
    : readMarker(options);
}

function atRevision(text: string): Expected | undefined {
  const revision = parseUnsigned(text);
  return revision === undefined ? undefined : { kind: 'revision', revision };
}

function readMarker(
  options: Pick<Choice, 'hasNoStream' | 'hasAny' | 'hasStreamExists'>,
): Expected | undefined {
  if (options.hasNoStream()) return { kind: 'no-stream' };
  if (options.hasAny()) return { kind: 'any' };
  return options.hasStreamExists() ? { kind: 'stream-exists' } : undefined;
}
