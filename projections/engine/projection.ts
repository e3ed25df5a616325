import type { Category } from '../../domain/registry.js';
import type { Sql } from '../../ports/database.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { AnyTable } from './table.js';

/** Something that must hold in the tables of a projection; looked at before a rebuild goes live. */
export interface Check {
  /** A sentence that is true when the check passes. */
  readonly claim: string;
  /** SQL that answers one row with the number of rows that break the claim, as `violations`. */
  readonly violations: string;
}

/**
 * Rows that are deleted by age. The events stay, and a rebuild leaves out what is too old; so what
 * is shown follows from the log and the day, and other rows must not depend on these.
 */
export interface Expiry {
  readonly table: string;
  /** A `timestamptz` with an index. */
  readonly column: string;
  readonly keptSeconds: number;
}

/**
 * One read model: its tables, and how batches of events become rows.
 *
 * Its tables live in a schema of its own, named as the projection. `apply` names them without the
 * schema, because a rebuild runs the same handlers on a second schema beside the live one.
 */
export interface Projection {
  readonly name: string;
  /** Raised whenever tables or handlers change: the new version is built beside and swapped in. */
  readonly version: number;
  /** Streams that it reads; everything else is not even sent to it. */
  readonly categories: readonly Category[];
  readonly tables: readonly AnyTable[];
  /** Writes the rows that follow from a batch; the engine has opened the transaction. */
  readonly apply: (batch: readonly LoggedEvent[], sql: Sql) => Promise<void>;
  readonly checks: readonly Check[];
  readonly expiry?: Expiry;
  /** When it is in no hurry: the milliseconds that it may wait for more, see `EngineLimits`. */
  readonly lingerMs?: number;
}

/**
 * Of read models that only staff look at. Somebody waits for the others: while these stand back,
 * what a renter or a cabinet has just done is on the renters' screens sooner, and they are written
 * in fewer and larger batches.
 */
export const unhurriedLingerMs = 50;

export const rebuildNameOf = (name: string): string => `${name}__rebuild`;
export const retiredNameOf = (name: string): string => `${name}__retired`;
export const auditNameOf = (name: string): string => `${name}__audit`;

export type LoggedIn<C extends Category> = Extract<LoggedEvent, { readonly category: C }>;
export type TypeIn<C extends Category> = LoggedIn<C>['event']['type'];
export type DataOf<C extends Category, Type extends string> = Extract<
  LoggedIn<C>['event'],
  { readonly type: Type }
>['data'];

/**
 * One function for each event type of a category. All of them are named, so that a new event of
 * the domain does not compile until somebody has decided what it means here.
 */
export type Handlers<C extends Category, Context> = {
  readonly [Type in TypeIn<C>]: (
    context: Context,
    data: DataOf<C, Type>,
    logged: LoggedIn<C>,
  ) => void;
};

/** For events that say nothing to a read model. */
export const ignored = (): void => undefined;

/** Calls the handler of an event's type. */
export const dispatch = <C extends Category, Context>(
  handlers: Handlers<C, Context>,
  context: Context,
  logged: LoggedIn<C>,
): void => {
  const byType: Readonly<Record<string, unknown>> = handlers;
  // The type and the data of one event belong together, which the compiler cannot follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const handler = byType[logged.event.type] as (
    context: Context,
    data: unknown,
    logged: LoggedIn<C>,
  ) => void;
  handler(context, logged.event.data, logged);
};
