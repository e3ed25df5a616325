import {
  fingerprintLength,
  fingerprintOf,
  GrowingTree,
  positionLeaf,
  type SealData,
  type Sha256,
  toHex,
} from '../../domain/seal/index.js';
import { type Finding, nowhere } from '../finding.js';
import { type Difference, differencesOf } from './alignment.js';
import type { UnsealedEvents } from './unsealed.js';

/** Events that are looked through for those of one seal, when they are not where they should be. */
const lookaheadEvents = 32_768;
/** Damaged events of one seal that are told one by one. */
const findingsPerSealMax = 20;

/** How the events under one seal are. */
export interface StretchCheck {
  readonly findings: readonly Finding[];
  /** Events that belong to this seal, whatever became of them. */
  readonly taken: number;
  /** Whether they stand where they stood when they were sealed. */
  readonly isPlaced: boolean;
}

export const fingerprintsIn = ({ fingerprints, count }: SealData): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    fingerprints.slice(index * fingerprintLength, (index + 1) * fingerprintLength),
  );

const holds = (sha256: Sha256, seal: SealData, events: UnsealedEvents): boolean => {
  if (events.count < seal.count) return false;
  const tree = new GrowingTree(sha256);
  for (let index = 0; index < seal.count; index += 1) tree.add(events.leafAt(index));
  return toHex(tree.root()) === seal.contentRoot;
};

const arePlaced = (sha256: Sha256, seal: SealData, events: UnsealedEvents): boolean => {
  const tree = new GrowingTree(sha256);
  for (let index = 0; index < seal.count; index += 1) {
    tree.add(positionLeaf(sha256, events.placeAt(index).position));
  }
  return toHex(tree.root()) === seal.positionRoot;
};

/** Fingerprints of what has not met its seal yet, as far as it is looked at. */
export const fingerprintsOf = (events: UnsealedEvents): readonly string[] =>
  Array.from({ length: Math.min(events.count, lookaheadEvents) }, (_, index) =>
    fingerprintOf(events.leafAt(index)),
  );

/** The last event that the seal names, found by its stream and revision; -1 when it is gone. */
const indexOfLast = ({ last }: SealData, events: UnsealedEvents, within: number): number => {
  for (let index = 0; index < within; index += 1) {
    const { stream, revision } = events.placeAt(index);
    if (stream === last.stream && String(revision) === last.revision) return index;
  }
  return -1;
};

/** Whether the first event of a seal is still there, where it was sealed. */
const isAnchored = (seal: SealData, events: UnsealedEvents, found: readonly string[]): boolean => {
  const first = found.indexOf(seal.fingerprints.slice(0, fingerprintLength));
  return first >= 0 && String(events.placeAt(first).position) === String(seal.fromPosition);
};

/**
 * How many of the oldest events belong to a seal that does not hold. Its last event ends them;
 * where that cannot be recognised positions tell, unless the log is a copy and has others.
 */
const extentOf = ({ seal, events, isPlaced }: Checked, found: readonly string[]): number => {
  const sealed = new Set(fingerprintsIn(seal));
  const recognised = found.findLastIndex((fingerprint) => sealed.has(fingerprint));
  const last = Math.max(
    found.indexOf(seal.fingerprints.slice(-fingerprintLength)),
    indexOfLast(seal, events, found.length),
  );
  if (last >= 0) return Math.max(last, recognised) + 1;
  if (isPlaced || isAnchored(seal, events, found)) {
    const end = BigInt(seal.toPosition);
    const upToEnd = found.findLastIndex((_, index) => events.placeAt(index).position <= end);
    return Math.max(upToEnd, recognised) + 1;
  }
  // Nothing of it is left to recognise: as many as there should be.
  return recognised >= 0 ? recognised + 1 : Math.min(seal.count, events.count);
};

const codes = {
  changed: 'sealed-event-changed',
  moved: 'sealed-event-moved',
  missing: 'sealed-event-missing',
  inserted: 'unsealed-event-inserted',
} as const;

const stories = {
  changed: 'another event, or other bytes of it',
  moved: 'it stands elsewhere among them',
  missing: 'it is gone; the place is that of the event before it',
  inserted: 'an event that was not there when the seal was made',
} as const;

const findingOf = (seal: SealData, events: UnsealedEvents, difference: Difference): Finding => {
  const { kind, found } = difference;
  const ofSeal = `of ${seal.count} of seal ${seal.number}`;
  const expected =
    kind === 'inserted'
      ? `only the ${seal.count} events that seal ${seal.number} was made over`
      : `event ${difference.expected + 1} ${ofSeal}, as it was sealed`;
  const { last } = seal;
  const isLast = kind === 'missing' && difference.expected === seal.count - 1;
  const neighbour = kind === 'missing' ? found - 1 : found;
  const position = neighbour < 0 ? null : events.placeAt(neighbour).position;
  const gone = isLast
    ? { stream: last.stream, revision: BigInt(last.revision), position }
    : { ...nowhere, position };
  const place = kind === 'missing' ? gone : events.placeAt(found);
  return { code: codes[kind], place, expected, found: stories[kind] };
};

const damageOf = (
  seal: SealData,
  events: UnsealedEvents,
  found: readonly string[],
): readonly Finding[] => {
  const differences = differencesOf(fingerprintsIn(seal), found);
  const told = differences
    .slice(0, findingsPerSealMax)
    .map((difference) => findingOf(seal, events, difference));
  const untold = differences.length - told.length;
  if (told.length > 0 && untold === 0) return told;
  const story = {
    code: 'sealed-events-damaged',
    place: { ...nowhere, position: found.length === 0 ? null : events.placeAt(0).position },
    expected: `the ${seal.count} events of seal ${seal.number}, as they were sealed`,
    found: told.length === 0 ? 'events of the same looks' : `${untold} more that are not`,
  };
  return [...told, story];
};

/** A seal, and what is to be held against it. */
export interface Checked {
  readonly seal: SealData;
  /** What has not met its seal yet, oldest first. */
  readonly events: UnsealedEvents;
  /** Whether the events under the seal before stood where they were sealed. */
  readonly isPlaced: boolean;
}

/** Holds a seal against the oldest events that have not met theirs. */
export const checkStretch = (sha256: Sha256, checked: Checked): StretchCheck => {
  const { seal, events } = checked;
  if (holds(sha256, seal, events)) {
    return { findings: [], taken: seal.count, isPlaced: arePlaced(sha256, seal, events) };
  }
  const found = fingerprintsOf(events);
  const taken = extentOf(checked, found);
  const findings = damageOf(seal, events, found.slice(0, taken));
  return { findings, taken, isPlaced: checked.isPlaced };
};
