/** Ways to damage a history, clumsily and cunningly. */

import type { RecordedEvent } from '../../ports/event-store.js';
import type { History } from './audited-history.js';

export type Damage = (history: History) => History;
export type Wanted = (event: RecordedEvent) => boolean;

export const ofType =
  (type: string, where: (data: object) => boolean = () => true): Wanted =>
  ({ type: each, data }) =>
    each === type && typeof data === 'object' && data !== null && where(data);

/** The place of the first event that is wanted; the test is wrong when there is none. */
export const indexOf = (history: History, wanted: Wanted): number => {
  const index = history.findIndex(wanted);
  if (index < 0) throw new Error('this history has no such event');
  return index;
};

/** Whoever removes or adds an event with care numbers its stream anew. */
const renumbered = (history: History): History => {
  const next = new Map<string, bigint>();
  return history.map((event) => {
    const revision = next.get(event.stream) ?? 0n;
    next.set(event.stream, revision + 1n);
    return { ...event, revision };
  });
};

export const edit =
  (wanted: Wanted, change: (data: object) => object): Damage =>
  (history) => {
    const at = indexOf(history, wanted);
    return history.map((event, index) =>
      index === at && typeof event.data === 'object' && event.data !== null
        ? { ...event, data: { ...event.data, ...change(event.data) } }
        : event,
    );
  };

/** Changes anything about an event but its data. */
export const alter =
  (wanted: Wanted, change: Partial<RecordedEvent>): Damage =>
  (history) => {
    const at = indexOf(history, wanted);
    return history.map((event, index) => (index === at ? { ...event, ...change } : event));
  };

export const drop =
  (wanted: Wanted): Damage =>
  (history) =>
    history.toSpliced(indexOf(history, wanted), 1);

export const dropCarefully =
  (wanted: Wanted): Damage =>
  (history) =>
    renumbered(drop(wanted)(history));

/** The same event once more, right behind itself. */
export const repeat =
  (wanted: Wanted): Damage =>
  (history) => {
    const at = indexOf(history, wanted);
    const event = history[at];
    return event === undefined ? history : history.toSpliced(at + 1, 0, event);
  };

/** The same fact once more, as a new event at the end of its stream and of the log. */
export const repeatCarefully =
  (wanted: Wanted): Damage =>
  (history) => {
    const event = history[indexOf(history, wanted)];
    const last = history.at(-1);
    if (event === undefined || last === undefined) return history;
    const position = last.position + 1n;
    return renumbered([...history, { ...event, id: `${event.id.slice(0, -4)}ffff`, position }]);
  };

/** Two neighbours in one stream change places, and take each other's numbers. */
export const swap =
  (wanted: Wanted): Damage =>
  (history) => {
    const at = indexOf(history, wanted);
    const first = history[at];
    const next = history.findIndex(({ stream }, index) => index > at && stream === first?.stream);
    const second = history[next];
    if (first === undefined || second === undefined) return history;
    const { revision, position } = first;
    return history
      .with(at, { ...second, revision, position })
      .with(next, { ...first, revision: second.revision, position: second.position });
  };

/** Moves an event before the one that stands in front of it, with all that it is. */
export const outOfOrder =
  (wanted: Wanted): Damage =>
  (history) => {
    const at = indexOf(history, wanted);
    const [before, event] = [history[at - 1], history[at]];
    if (before === undefined || event === undefined) return history;
    return history.with(at - 1, event).with(at, before);
  };
