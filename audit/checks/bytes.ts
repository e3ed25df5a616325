import { jsonBytes } from '../../domain/seal/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { type LogCheck, nothing } from '../check.js';
import { type Finding, placeOf } from '../finding.js';

const says = (bytes: Uint8Array, text: string): boolean =>
  Buffer.compare(bytes, Buffer.from(text, 'utf8')) === 0;

/** Which part of an event is not written as this program writes it; `null`: none. */
const oddPart = ({ data, metadata, bytes }: RecordedEvent): string | null => {
  if (bytes === undefined) throw new Bug('the log was read without its bytes');
  if (!says(bytes.data, jsonBytes(data))) return 'data';
  return says(bytes.metadata, jsonBytes(metadata)) ? null : 'metadata';
};

/**
 * Seals cover what the bytes of an event say (ADR 17). This covers how they say it: a blank, an
 * escape, another spelling of a number, a key that stands there twice.
 *
 * Needs a log that is read with its bytes, see `RawLog`.
 */
export const bytesAreOurs: LogCheck = {
  name: 'bytes-are-ours',
  claim: 'the bytes of each event are the JSON that this program writes for it, to the byte',
  begin: () => ({
    see: ({ recorded }) => {
      const odd = oddPart(recorded);
      if (odd === null) return nothing;
      const finding: Finding = {
        code: 'bytes-differ',
        place: placeOf(recorded),
        expected: `${odd} in the bytes that this program writes`,
        found: 'other bytes that mean the same, or that are no JSON',
      };
      return [finding];
    },
    end: () => nothing,
  }),
};
