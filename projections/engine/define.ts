import type { Category } from '../../domain/registry.js';
import type { Sql } from '../../ports/database.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import {
  type Check,
  dispatch,
  type Expiry,
  type Handlers,
  type LoggedIn,
  type Projection,
} from './projection.js';
import type { AnyTable } from './table.js';

/** The rows that a batch touches, by table. */
export type OpenRows = Readonly<Record<string, { save(): Promise<void> }>>;

export interface Following<C extends Category, Context extends OpenRows> {
  /** Opens the rows that these events are about, with one statement a table. */
  readonly open: (
    sql: Sql,
    streamIds: readonly string[],
    events: readonly LoggedIn<C>[],
  ) => Promise<Context>;
  readonly handlers: Handlers<C, Context>;
}

/** What a projection does with one category of streams. */
export interface Part {
  readonly category: Category;
  /** Takes the events of its category, in order; at least one. */
  readonly apply: (events: readonly LoggedEvent[], sql: Sql) => Promise<void>;
}

const only = <C extends Category>(
  events: readonly LoggedEvent[],
  category: C,
): readonly LoggedIn<C>[] =>
  events.filter((logged): logged is LoggedIn<C> => logged.category === category);

/**
 * Follows one category: opens the rows that a batch is about, hands every event to its handler in
 * order, writes what has changed. However many events a batch has, a table is read once and
 * written once.
 */
export const following = <C extends Category, Context extends OpenRows>(
  category: C,
  { open, handlers }: Following<C, Context>,
): Part => ({
  category,
  apply: async (ofCategory, sql) => {
    const events = only(ofCategory, category);
    const streamIds = new Set(events.map(({ streamId }) => streamId));
    const context = await open(sql, [...streamIds], events);
    for (const event of events) dispatch(handlers, context, event);
    for (const rows of Object.values(context)) await rows.save();
  },
});

/** Looks at each event once, however many parts there are. */
const byCategoryOf = (batch: readonly LoggedEvent[]): ReadonlyMap<Category, LoggedEvent[]> => {
  const byCategory = new Map<Category, LoggedEvent[]>();
  for (const logged of batch) {
    const others = byCategory.get(logged.category);
    if (others === undefined) byCategory.set(logged.category, [logged]);
    else others.push(logged);
  }
  return byCategory;
};

export interface ProjectionParts {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly AnyTable[];
  readonly parts: readonly Part[];
  readonly checks?: readonly Check[];
  readonly expiry?: Expiry;
  readonly lingerMs?: number;
}

export const defineProjection = ({
  name,
  version,
  tables,
  parts,
  checks = [],
  expiry,
  lingerMs,
}: ProjectionParts): Projection => ({
  name,
  version,
  tables,
  checks,
  ...(expiry === undefined ? {} : { expiry }),
  ...(lingerMs === undefined ? {} : { lingerMs }),
  categories: parts.map(({ category }) => category),
  apply: async (batch, sql) => {
    const byCategory = byCategoryOf(batch);
    for (const part of parts) {
      const events = byCategory.get(part.category);
      if (events !== undefined) await part.apply(events, sql);
    }
  },
});
