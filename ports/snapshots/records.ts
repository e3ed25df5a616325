import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { NonNegativeInteger, nullable, PositiveInteger } from '../../domain/shared/codecs.js';
import type { EventDefinitions } from '../../domain/shared/events.js';
import { currentSchemaVersion } from '../../domain/shared/events.js';
import type { SnapshotRules } from '../../domain/shared/snapshot-rules.js';
import type { RecordedEvent, Revision } from '../event-store.js';
import { Fingerprints } from './fingerprints.js';

/** To be raised when the records themselves change. */
const recordsVersion = 1;

const RevisionText = new t.Type<Revision, string, unknown>(
  'Revision',
  (input): input is Revision => typeof input === 'bigint' && input >= 0n,
  (input, context) =>
    typeof input === 'string' && /^(0|[1-9]\d{0,18})$/.test(input)
      ? t.success(BigInt(input))
      : t.failure(input, context),
  String,
);

/** Where the keys are that a snapshot does not hold itself. */
const Pages = t.strict({
  /** A key is in the page of its fingerprint modulo this. */
  count: PositiveInteger,
  /** Each page has at least all keys that the stream had seen by then. */
  upTo: RevisionText,
});
export type Pages = t.TypeOf<typeof Pages>;

const common = {
  /** What made it, see `shapeOf`: what another shape has kept is not understood. */
  shape: t.string,
  /** Of which stream, in the program's own words. */
  stream: t.string,
};

/** A stream up to one of its events. */
const SnapshotRecord = t.strict({
  ...common,
  revision: RevisionText,
  /** The event at this revision: a stream that has another one there is another stream. */
  eventId: t.string,
  /** See `SnapshotRules.toStored`. */
  state: t.unknown,
  /** Keys seen that are in no page. */
  keys: Fingerprints,
  pages: nullable(Pages),
});
export type SnapshotRecord = t.TypeOf<typeof SnapshotRecord>;

/** A part of the keys that a stream has seen. */
const PageRecord = t.strict({
  ...common,
  page: NonNegativeInteger,
  pages: Pages,
  keys: Fingerprints,
});
export type PageRecord = t.TypeOf<typeof PageRecord>;

/** What is written with it, so that a record that was damaged is told from a true one. */
const sumOf = (encoded: object): string =>
  createHash('sha256').update(JSON.stringify(encoded)).digest('hex');

const Summed = t.type({ record: t.unknown, sum: t.string });

interface RecordKind<Kept> {
  /** Type of the event that holds it. */
  readonly type: string;
  encode(record: Kept): unknown;
  /** `null` for what is no record of this kind, or damaged. */
  decode(recorded: RecordedEvent): Kept | null;
}

const recordKind = <Kept>(
  type: string,
  codec: t.Type<Kept, object, unknown>,
): RecordKind<Kept> => ({
  type,
  encode: (record) => {
    const encoded = codec.encode(record);
    return { record: encoded, sum: sumOf(encoded) };
  },
  decode: (recorded) => {
    const summed = Summed.decode(recorded.data);
    if (recorded.type !== type || E.isLeft(summed)) return null;
    const { record, sum } = summed.right;
    if (typeof record !== 'object' || record === null || sumOf(record) !== sum) return null;
    const decoded = codec.decode(record);
    return E.isRight(decoded) ? decoded.right : null;
  },
});

/** Type of the event that an operator puts in the place of a snapshot: there is none any more. */
export const snapshotDropped = 'SnapshotDropped';

export const snapshotRecord = recordKind('SnapshotTaken', SnapshotRecord);
export const pageRecord = recordKind('SnapshotKeysKept', PageRecord);

/**
 * Names everything that a snapshot depends on: its own form, the rules by which the aggregate makes
 * it, and the versions of the events that are folded. One of another shape is passed over, and
 * replaced.
 */
export const shapeOf = (
  events: EventDefinitions,
  { version }: Pick<SnapshotRules<never, never, never>, 'version'>,
): string => {
  const versions = Object.entries(events).map(
    ([type, definition]) => `${type}.${currentSchemaVersion(definition)}`,
  );
  return [`records.${recordsVersion}`, `rules.${version}`, ...versions.sort()].join(' ');
};
