/** Scavenges by the node's HTTP interface, as operators ask for them. */
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { ReachableNode } from './support.js';

const Numbers = t.type({
  streamsLookedAt: t.number,
  streamsTotal: t.number,
  eventsReclaimed: t.number,
  bytesReclaimed: t.number,
  seconds: t.number,
});

const Last = t.intersection([
  t.type({ scavengeResult: t.string }),
  t.partial({ scavengeId: t.string, scavengeLink: t.string }),
  t.partial(Numbers.props),
]);

export type LastScavenge = t.TypeOf<typeof Last>;
export type ScavengeNumbers = t.TypeOf<typeof Numbers>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export async function ask(
  node: Pick<ReachableNode, 'port'>,
  method: string,
  path: string,
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${node.port}${path}`, { method });
  return { status: response.status, body: await response.json() };
}

export async function lastScavenge(node: Pick<ReachableNode, 'port'>): Promise<LastScavenge> {
  const { body } = await ask(node, 'GET', '/admin/scavenge/last');
  const decoded = Last.decode(body);
  if (E.isLeft(decoded)) throw new Error(`not an answer about scavenges: ${JSON.stringify(body)}`);
  return decoded.right;
}

/** Resolves when no scavenge runs any more, with the last one. */
export async function untilScavenged(node: Pick<ReachableNode, 'port'>): Promise<LastScavenge> {
  for (;;) {
    const last = await lastScavenge(node);
    if (last.scavengeResult !== 'InProgress') return last;
  }
}

/** A scavenge from its start to its end. */
export async function scavenge(node: Pick<ReachableNode, 'port'>): Promise<ScavengeNumbers> {
  const started = await ask(node, 'POST', '/admin/scavenge');
  if (started.status !== 200) throw new Error(`no scavenge started: ${started.status}`);
  const last = await untilScavenged(node);
  const numbers = Numbers.decode(last);
  if (last.scavengeResult !== 'Success' || E.isLeft(numbers)) {
    throw new Error(`the scavenge did not succeed: ${JSON.stringify(last)}`);
  }
  return numbers.right;
}
