/** Compares the links of category streams with the events that they stand for. */
import type { EventStoreDBClient } from '@eventstore/db-client';

export interface Links {
  /** `<revision>@<stream>` of every event that has to be linked, in the order of the log. */
  readonly categorised: readonly string[];
  /** What the links say, in the order of the log. */
  readonly linked: readonly string[];
}

async function readLinks(client: EventStoreDBClient, prefix: string): Promise<Links> {
  const categorised: string[] = [];
  const linked: string[] = [];
  for await (const { event } of client.readAll()) {
    if (event === undefined) continue;
    const { streamId, revision, type, data } = event;
    if (streamId.startsWith(prefix)) categorised.push(`${revision}@${streamId}`);
    if (type === '$>' && streamId.startsWith(`$ce-${prefix}`) && data instanceof Uint8Array) {
      linked.push(Buffer.from(data).toString('utf8'));
    }
  }
  return { categorised, linked };
}

/** Reads the log until there are as many links as events of streams that begin with the prefix. */
export async function untilLinked(client: EventStoreDBClient, prefix: string): Promise<Links> {
  for (;;) {
    const links = await readLinks(client, prefix);
    if (links.linked.length >= links.categorised.length) return links;
  }
}
