/** Filters of `$all`: by stream name or event type, with a regular expression or prefixes. */

import { FILTER_WINDOW_EVENTS_DEFAULT } from '../limits.js';
import type { RecordedEvent } from '../log/types.js';
import type { StreamsPb } from '../wire/messages.js';

/** A filter and the pace of its checkpoints. */
export interface EventFilter {
  readonly matches: EventTest;
  /** Events looked at between two checkpoints. */
  readonly checkpointEvents: number;
}

export type EventTest = (event: RecordedEvent) => boolean;

/** What a caller asked to see: plain data, so that it can be kept. */
export interface FilterDescription {
  readonly on: 'stream' | 'type';
  /** If empty, the prefixes count. */
  readonly regex: string;
  readonly prefixes: readonly string[];
}

type FilterOptions = StreamsPb.ReadReq.Options.FilterOptions;

/** The part of a filter message that all methods with a filter share. */
export interface FilterMessage {
  getStreamIdentifier(): ExpressionMessage | undefined;
  getEventType(): ExpressionMessage | undefined;
}

interface ExpressionMessage {
  getRegex(): string;
  getPrefixList(): readonly string[];
}

/** Reads a filter; a text says what is wrong with it. */
export function parseFilter(options: FilterOptions): EventFilter | string {
  const description = describeFilter(options);
  if (typeof description === 'string') return description;
  if (!options.hasMax() && !options.hasCount()) return 'The filter has no window.';
  const windowEvents = options.hasMax() ? options.getMax() : FILTER_WINDOW_EVENTS_DEFAULT;
  if (windowEvents <= 0) return 'The filter window must be positive.';
  const multiplier = options.getCheckpointintervalmultiplier();
  if (multiplier <= 0) return 'The checkpoint interval multiplier must be positive.';
  const matches = compileFilter(description);
  if (typeof matches === 'string') return matches;
  return { matches, checkpointEvents: multiplier * windowEvents };
}

/** Takes from a message what the filter is to do; a text says what is missing. */
export function describeFilter(message: FilterMessage): FilterDescription | string {
  const byName = message.getStreamIdentifier();
  const expression = byName ?? message.getEventType();
  if (expression === undefined) return 'The filter names neither streams nor event types.';
  return {
    on: byName === undefined ? 'type' : 'stream',
    regex: expression.getRegex(),
    prefixes: expression.getPrefixList(),
  };
}

/** The test that a description stands for; a text says why there can be none. */
export function compileFilter({ on, regex, prefixes }: FilterDescription): EventTest | string {
  const test = compileExpression(regex, prefixes);
  if (typeof test === 'string') return test;
  return on === 'stream' ? (event) => test(event.streamName) : (event) => test(event.type);
}

function compileExpression(
  regex: string,
  prefixes: readonly string[],
): ((text: string) => boolean) | string {
  if (regex === '') {
    if (prefixes.length === 0) return 'The filter has neither a regular expression nor a prefix.';
    return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  }
  try {
    const compiled = compileDotNetRegex(regex);
    return (text) => compiled.test(text);
  } catch (error) {
    if (error instanceof SyntaxError) return `The regular expression is invalid: ${error.message}`;
    throw error;
  }
}

/** Callers write .NET expressions; what JavaScript spells differently is translated. */
function compileDotNetRegex(regex: string): RegExp {
  const inline = /^\(\?([ims]+)\)/.exec(regex);
  const source = regex
    .slice(inline?.[0].length ?? 0)
    .replaceAll(/\\A/g, '^')
    .replaceAll(/\\[zZ]/g, '$');
  return new RegExp(source, inline?.[1] ?? '');
}
