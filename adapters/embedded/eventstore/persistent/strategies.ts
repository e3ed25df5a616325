/** Which consumer gets the next event. */

import type { ResolvedEvent } from '../log/links.js';
import { LINK_TYPE } from '../log/types.js';
import type { Consumer } from './consumer.js';
import { PinnedStrategy } from './pinned.js';
import type { StrategyName } from './settings.js';

/**
 * A consumer; `wait` if the one that this event has to go to has no room, though others may have;
 * `full` if nobody has.
 */
export type Choice = Consumer | 'wait' | 'full';

/**
 * Strategies see an event as its lane: a small number that says which events belong together.
 * It is kept with the event, so that choosing needs no look at the event itself.
 */
export interface Strategy {
  laneOf(event: ResolvedEvent): number;
  join(consumer: Consumer): void;
  leave(consumer: Consumer): void;
  choose(lane: number): Choice;
  /** An event of the lane was sent. */
  sent(lane: number): void;
  /** An event of the lane is no longer with a consumer. */
  released(lane: number): void;
}

/** Makes the strategy of a group. */
export function strategyFor(name: StrategyName): Strategy {
  switch (name) {
    case 'RoundRobin':
      return new QueueStrategy({ sticky: false });
    case 'DispatchToSingle':
      return new QueueStrategy({ sticky: true });
    case 'Pinned':
      return new PinnedStrategy(sourceStream);
    case 'PinnedByCorrelation':
      return new PinnedStrategy((event) => correlationId(event) ?? sourceStream(event));
  }
}

/** Consumers in turn; a sticky one keeps its turn until it has no room. */
class QueueStrategy implements Strategy {
  private readonly queue: Consumer[] = [];

  constructor(private readonly options: { readonly sticky: boolean }) {}

  laneOf(): number {
    return 0;
  }

  join(consumer: Consumer): void {
    this.queue.push(consumer);
  }

  leave(consumer: Consumer): void {
    this.queue.splice(this.queue.indexOf(consumer), 1);
  }

  choose(): Choice {
    const index = this.queue.findIndex((consumer) => consumer.hasRoom);
    const chosen = this.queue[index];
    if (chosen === undefined) return 'full';
    // Those that were passed over, and the chosen one unless it stays, go to the end.
    const passed = this.queue.splice(0, this.options.sticky ? index : index + 1);
    this.queue.push(...passed);
    return chosen;
  }

  sent(): void {}

  released(): void {}
}

/** The stream an event is about: for a link, the one it leads to. */
function sourceStream({ event, link }: ResolvedEvent): string {
  const found = event ?? link;
  if (found === undefined) return '';
  if (found.type !== LINK_TYPE) return found.streamName;
  const text = Buffer.from(found.data).toString('utf8');
  return text.slice(text.indexOf('@') + 1);
}

function correlationId({ event, link }: ResolvedEvent): string | undefined {
  const text = Buffer.from((event ?? link)?.customMetadata ?? []).toString('utf8');
  if (!text.includes('$correlationId')) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('$correlationId' in json)) return undefined;
    return typeof json.$correlationId === 'string' ? json.$correlationId : undefined;
  } catch (error) {
    // Metadata is the writer's own; what is no JSON has no correlation id.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
