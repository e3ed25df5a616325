import type { LoggedEvent } from '../../ports/logged-event.js';
import { count, minor, position, text } from '../../projections/engine/columns.js';
import {
  dispatch,
  type Handlers,
  ignored,
  type Projection,
} from '../../projections/engine/projection.js';
import { loadRows, type Rows } from '../../projections/engine/rows.js';
import { defineTable, type RowOf } from '../../projections/engine/table.js';

const tallies = defineTable({
  name: 'tallies',
  columns: { user_id: text, credits: count, sum_minor: minor, position },
  key: ['user_id'],
  constraints: ['CHECK (sum_minor < 1000000)'],
});

type Tally = RowOf<typeof tallies>;

/** Switches of a test: what the handlers of this "program" cannot take, and what they tell. */
export interface TallyOptions {
  readonly version?: number;
  /** An adjustment with this reason makes the handler throw. */
  readonly poison?: string;
  /** Called at the end of each `apply`, inside the transaction. */
  readonly afterApply?: (batch: readonly LoggedEvent[]) => Promise<void> | void;
  readonly checks?: Projection['checks'];
  /** What one credit adds to `credits`; another version may see things differently. */
  readonly weight?: number;
}

interface Context {
  readonly rows: Rows<Tally>;
  readonly options: TallyOptions;
}

const add = ({ rows, options }: Context, userId: string, change: { minor: number; at: bigint }) => {
  const old = rows.get(userId) ?? { user_id: userId, credits: 0, sum_minor: 0, position: 0n };
  rows.put({
    user_id: userId,
    credits: old.credits + (options.weight ?? 1),
    sum_minor: old.sum_minor + change.minor,
    position: change.at,
  });
};

const handlers: Handlers<'wallet', Context> = {
  FundsCredited: (context, { amount }, { streamId, position: at }) =>
    add(context, streamId, { minor: amount.minor, at }),
  WalletAdjusted: (context, { amount, reason }, { streamId, position: at }) => {
    if (reason === context.options.poison) throw new Error(`cannot take ${reason}`);
    add(context, streamId, { minor: amount.minor, at });
  },
  FundsHeld: ignored,
  FundsCaptured: ignored,
  FundsReleased: ignored,
  FundsDebited: ignored,
};

/** The smallest projection that can go wrong in every way: how often and how much was credited. */
export const tally = (options: TallyOptions = {}): Projection => ({
  name: 'tally',
  version: options.version ?? 1,
  categories: ['wallet'],
  tables: [tallies],
  checks: options.checks ?? [],
  apply: async (batch, sql) => {
    const events = batch.filter((logged) => logged.category === 'wallet');
    const users = events.map(({ streamId }) => streamId);
    const rows = await loadRows(sql, tallies, 'user_id', users);
    for (const event of events) dispatch(handlers, { rows, options }, event);
    await rows.save();
    await options.afterApply?.(batch);
  },
});
