import type { Instant } from '../../domain/shared/instant.js';
import type { LogItem } from '../../ports/event-store.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import { inBatches } from '../process/batches.js';
import { findBeginning } from './beginning.js';
import { Sealer, type SealingTools } from './sealer.js';

export type { SealingTools, SealLimits } from './sealer.js';

/** Events that are taken at once before the time is looked at again. */
const batchEventsMax = 200;

/** What comes first: more of the log, or the moment at which a seal is due. */
const firstOf = async <T>(
  { clock }: SealingTools,
  next: Promise<T>,
  { dueAt, signal }: { readonly dueAt: Instant | null; readonly signal: AbortSignal },
): Promise<T | 'due'> => {
  if (dueAt === null) return next;
  const waiting = linkedAbort(signal);
  const due = clock.until(dueAt, waiting.signal);
  try {
    return await Promise.race([next, due.then(() => 'due' as const)]);
  } finally {
    waiting.abort();
  }
};

/** Follows the log until `signal` aborts, or until somebody else has put a seal on it. */
const follow = async (
  sealer: Sealer,
  items: AsyncIterable<LogItem>,
  signal: AbortSignal,
): Promise<void> => {
  const batches = inBatches(items, batchEventsMax);
  for (let next = batches.next(); !signal.aborted; ) {
    const first = await firstOf(sealer.tools, next, { dueAt: sealer.dueAt, signal });
    if (signal.aborted) return;
    if (first === 'due') {
      if ((await sealer.seal()) === 'overtaken') return;
      continue;
    }
    if (first.done === true) return;
    next = batches.next();
    for (const item of first.value) {
      if ((await sealer.take(item)) === 'overtaken') return;
    }
  }
};

/**
 * Seals the log until `signal` aborts: reads it from behind the last seal, and puts the next one
 * behind every stretch of `eventsMax` events, and behind what has waited for `intervalSeconds`.
 * Where nothing happens nothing is sealed.
 *
 * An event that a reader was handed cannot get another one before it: positions of the log only
 * grow, and its readers are told of an event when all before it are there. So a stretch that was
 * read is complete.
 *
 * One instance is enough. Several do no harm: a seal names the revision behind which it is to
 * stand, so that the store lets in one of each number, and whoever is late reads the chain anew.
 *
 * @throws SealingBlocked when the chain cannot be continued.
 */
export const runSealing = async (tools: SealingTools, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const beginning = await findBeginning(tools);
    const left = linkedAbort(signal);
    const items = tools.store.subscribeLog({ after: beginning.after, signal: left.signal });
    try {
      await follow(new Sealer(tools, beginning), items, signal);
    } finally {
      left.abort();
    }
  }
};
