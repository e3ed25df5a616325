/**
 * Where the boards of an inventory begin and how many slots each has (§3.2).
 *
 * The wire says neither. Marker boards carry `FF FF` in their header and are walked; all others
 * are found by asking which board sizes fit the length, and by the slot numbers where two do.
 */

import { byteAt } from './bytes.js';

export const BOARD_HEADER_BYTES = 6;
export const SLOT_BYTES = 15;

/** One board: where its header begins in the data, and its number of slots. */
export interface BoardSpan {
  readonly offset: number;
  readonly slotCount: number;
}

export type BoardLayout = readonly BoardSpan[];

const MARKER = 0xff;

/** Slots of a board, in the order in which candidates are preferred (§3.2 rule 2). */
const EQUAL_BOARD_SLOTS = [5, 6, 8, 4, 3] as const;

const MIXED_BOARD_SLOTS = [4, 2] as const;
const SINGLE_SMALL_BOARD_SLOTS = 2;

const boardBytes = (slotCount: number): number => BOARD_HEADER_BYTES + slotCount * SLOT_BYTES;

const layoutOf = (slotCounts: readonly number[]): BoardLayout => {
  const spans: BoardSpan[] = [];
  let offset = 0;
  for (const slotCount of slotCounts) {
    spans.push({ offset, slotCount });
    offset += boardBytes(slotCount);
  }
  return spans;
};

const bytesOf = (slotCounts: readonly number[]): number =>
  slotCounts.reduce((total, slotCount) => total + boardBytes(slotCount), 0);

/** `FF FF` after the first byte: a marker header. In a slot these are state and pack current. */
const carriesMarker = (data: Uint8Array, offset: number): boolean =>
  data[offset + 1] === MARKER && data[offset + 2] === MARKER;

const walkMarkerBoards = (data: Uint8Array): BoardLayout | undefined => {
  const boards: BoardSpan[] = [];
  let offset = 0;
  while (offset < data.length) {
    if (data.length - offset < BOARD_HEADER_BYTES || !carriesMarker(data, offset)) return undefined;
    const board = offset;
    let slotCount = 0;
    offset += BOARD_HEADER_BYTES;
    while (data.length - offset >= SLOT_BYTES && !carriesMarker(data, offset)) {
      slotCount += 1;
      offset += SLOT_BYTES;
    }
    if (slotCount === 0) return undefined;
    boards.push({ offset: board, slotCount });
  }
  return boards;
};

const equalBoards = (dataBytes: number, slotCount: number): readonly number[] | undefined => {
  const boards = dataBytes / boardBytes(slotCount);
  return Number.isInteger(boards) ? Array.from({ length: boards }, () => slotCount) : undefined;
};

interface Candidate {
  readonly mixed: boolean;
  readonly layout: BoardLayout;
}

const candidatesFor = (dataBytes: number): readonly Candidate[] => {
  if (dataBytes === 0) return [];
  const sole = [MIXED_BOARD_SLOTS, [SINGLE_SMALL_BOARD_SLOTS]].filter(
    (slotCounts) => bytesOf(slotCounts) === dataBytes,
  );
  const equal = EQUAL_BOARD_SLOTS.flatMap((slotCount) => {
    const slotCounts = equalBoards(dataBytes, slotCount);
    return slotCounts === undefined ? [] : [slotCounts];
  });
  return [...sole, ...equal].map((slotCounts) => ({
    mixed: slotCounts === MIXED_BOARD_SLOTS,
    layout: layoutOf(slotCounts),
  }));
};

/** Offsets of every slot of a board. */
export const slotOffsets = (board: BoardSpan): readonly number[] =>
  Array.from(
    { length: board.slotCount },
    (_, index) => board.offset + BOARD_HEADER_BYTES + index * SLOT_BYTES,
  );

const slotNumbersRise = (data: Uint8Array, layout: BoardLayout): boolean => {
  const numbers = layout.flatMap(slotOffsets).map((offset) => byteAt(data, offset));
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? number));
};

const pickCandidate = (data: Uint8Array): BoardLayout | undefined => {
  const candidates = candidatesFor(data.length);
  const chosen =
    // Comparing a single byte with a small number, as some servers do, takes a nearly empty
    // battery for a slot number and loses two slots; the whole run of numbers decides instead.
    candidates.find((candidate) => slotNumbersRise(data, candidate.layout)) ??
    candidates.find((candidate) => !candidate.mixed) ??
    candidates[0];
  return chosen?.layout;
};

/** The boards of an inventory's data; `undefined` when no layout fits (`bad_layout`). */
export const findBoards = (data: Uint8Array): BoardLayout | undefined =>
  carriesMarker(data, 0) ? walkMarkerBoards(data) : pickCandidate(data);
