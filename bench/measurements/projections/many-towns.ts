/**
 * A long history of a whole network, made within seconds: the lives of a few generated towns, told
 * again for as many more as are wanted, under names of their own and at the same time. So events
 * that stand together in the log are of many renters and stations, as in a large network.
 */

import type { RecordedEvent } from '../../../ports/event-store.js';
import { generatedHistory } from '../../../tests/support/generated-history.js';
import { numbersFrom, seed } from '../../seed.js';

/** Events of the towns that are really generated; enough for everything that can happen. */
const eventsOfPattern = 10_000;
/** Events of a town that follow on one another: a fact and what the processes make of it. */
const eventsInARowMax = 8;
/** Towns of one pattern are numbered from 1; those of its next copy begin behind this. */
const townsOfPatternMax = 1_000;
/** Positions are not dense, as in a real log. */
const positionStep = 7n;

/** A part of a text that differs from copy to copy. */
type Hole = (copy: number) => string;
type Template = readonly (string | Hole)[];

/**
 * What names something of a town, in stream names and in data: ids such as `r-3-47:rental` (the
 * first number is the town), serials of power banks (`305`) and cabinets, and UUIDs. UUIDs and
 * times come first, so that their digits are not taken for anything else.
 */
const named = new RegExp(
  [
    '(?<uuid>[0-9a-f]{8}(?=-[0-9a-f]{4}-))',
    '(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T)',
    '(?<=[A-Za-z]-)(?<town>[0-9]+)(?=-[0-9])',
    '(?<=["-])(?<bank>[0-9]+)(?=0[1-9](?:"|$))',
    '(?<="imei":"86)(?<imei>[0-9]{6})',
  ].join('|'),
  'g',
);

const distinctly = 0x9e3779b1;

const holeFor = ({ groups = {} }: RegExpExecArray, text: string): string | Hole => {
  const { uuid, time } = groups;
  if (time !== undefined) return time;
  if (uuid !== undefined) {
    const bits = Number.parseInt(uuid, 16);
    return (copy) => ((bits ^ Math.imul(copy, distinctly)) >>> 0).toString(16).padStart(8, '0');
  }
  const town = Number(text);
  return (copy) => String(town + copy * townsOfPatternMax).padStart(text.length, '0');
};

const templateOf = (text: string): Template => {
  const parts: (string | Hole)[] = [];
  let from = 0;
  for (const found of text.matchAll(named)) {
    parts.push(text.slice(from, found.index), holeFor(found, found[0]));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
};

const filled = (template: Template, copy: number): string => {
  let text = '';
  for (const part of template) text += typeof part === 'string' ? part : part(copy);
  return text;
};

interface EventTemplate {
  readonly original: RecordedEvent;
  readonly id: Template;
  readonly stream: Template;
  readonly data: Template;
  readonly metadata: Template;
}

/** An event with its data as the bytes that the store keeps. */
export interface WrittenEvent extends Omit<RecordedEvent, 'data' | 'metadata' | 'bytes'> {
  readonly data: Buffer;
  readonly metadata: Buffer;
  /** What it says, for sums: amounts are the same in all copies. */
  readonly original: RecordedEvent;
}

const makePattern = async (): Promise<readonly EventTemplate[]> => {
  const pattern: EventTemplate[] = [];
  for await (const original of generatedHistory({ seed, events: eventsOfPattern })) {
    const { id, stream, data, metadata } = original;
    pattern.push({
      original,
      id: templateOf(id),
      stream: templateOf(stream),
      data: templateOf(JSON.stringify(data)),
      metadata: templateOf(JSON.stringify(metadata)),
    });
  }
  return pattern;
};

/** There is one network with one set of settings, whatever towns there are in it. */
const isOfNetwork = ({ original }: EventTemplate): boolean =>
  original.stream.startsWith('settings-');

/** One after the other in the order of the log, at least so many; the same in every run. */
export async function* manyTowns(events: number): AsyncGenerator<WrittenEvent> {
  const network = await makePattern();
  const pattern = network.filter((each) => !isOfNetwork(each));
  const next = numbersFrom(seed);
  const told: number[] = Array.from({ length: Math.ceil(events / pattern.length) }, () => 0);
  const open = [...told.keys()];
  let position = 0n;
  const tell = (template: EventTemplate, copy: number): WrittenEvent => {
    position += positionStep;
    const { original } = template;
    return {
      ...original,
      original,
      position,
      id: filled(template.id, copy),
      stream: filled(template.stream, copy),
      data: Buffer.from(filled(template.data, copy)),
      metadata: Buffer.from(filled(template.metadata, copy)),
    };
  };
  for (const template of network.filter(isOfNetwork)) yield tell(template, 0);
  while (open.length > 0) {
    const place = Math.floor(next() * open.length);
    const copy = open[place] ?? 0;
    const from = told[copy] ?? 0;
    const until = Math.min(pattern.length, from + 1 + Math.floor(next() * eventsInARowMax));
    for (const template of pattern.slice(from, until)) yield tell(template, copy);
    told[copy] = until;
    if (until === pattern.length) open.splice(place, 1);
  }
}
