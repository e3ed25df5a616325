/** Filters of `$all`: by stream name or event type, with a regular expression or prefixes. */

import { FILTER_WINDOW_EVENTS_DEFAULT } from '../limits.js';
import type { RecordedEvent } from '../log/types.js';
import type { StreamsPb } from '../wire/messages.js';

/** A filter and the pace of its checkpoints. */
export interface EventFilter {
  readonly matches: (event: RecordedEvent) => boolean;
  /** Events looked at between two checkpoints. */
  readonly checkpointEvents: number;
}

type FilterOptions = StreamsPb.ReadReq.Options.FilterOptions;
type Expression = StreamsPb.ReadReq.Options.FilterOptions.Expression;

/** Reads a filter; a text says what is wrong with it. */
export function parseFilter(options: FilterOptions): EventFilter | string {
  const byName = options.getStreamIdentifier();
  const expression = byName ?? options.getEventType();
  if (expression === undefined) return 'The filter names neither streams nor event types.';
  if (!options.hasMax() && !options.hasCount()) return 'The filter has no window.';
  const windowEvents = options.hasMax() ? options.getMax() : FILTER_WINDOW_EVENTS_DEFAULT;
  if (windowEvents <= 0) return 'The filter window must be positive.';
  const multiplier = options.getCheckpointintervalmultiplier();
  if (multiplier <= 0) return 'The checkpoint interval multiplier must be positive.';
  const test = parseExpression(expression);
  if (typeof test === 'string') return test;
  return {
    matches: byName !== undefined ? (event) => test(event.streamName) : (event) => test(event.type),
    checkpointEvents: multiplier * windowEvents,
  };
}

function parseExpression(expression: Expression): ((text: string) => boolean) | string {
  const regex = expression.getRegex();
  const prefixes = expression.getPrefixList();
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
