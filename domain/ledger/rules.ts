import type { Category, EventIn } from '../registry.js';
import type { UserId } from '../shared/ids.js';
import type { Posting } from './posting.js';

/** The fact says nothing about who has what. */
export const movesNothing = 'moves nothing';

type DataIn<C extends Category, Type extends string> = Extract<
  EventIn<C>,
  { readonly type: Type }
>['data'];

/**
 * What each event type of a category does to the books. Every type is named, so that a new event
 * does not compile until somebody has decided which accounts it moves.
 *
 * A rule that changes rewrites the past, since all books follow from the log: raise the version of
 * the read model `ledger`, and think of accounts that were closed with the old one.
 */
export type PostingRules<C extends Category, Context> = {
  readonly [Type in EventIn<C>['type']]:
    | ((context: Context, data: DataIn<C, Type>) => readonly Posting[])
    | typeof movesNothing;
};

/** Whose account it is that the stream holds. */
export interface OfUser {
  readonly user: UserId;
}

/** The postings of one event, by the rule of its type. */
export const applyRule = <C extends Category, Context>(
  rules: PostingRules<C, Context>,
  context: Context,
  event: EventIn<C>,
): readonly Posting[] => {
  const byType: Readonly<Record<string, unknown>> = rules;
  const rule = byType[event.type];
  if (rule === movesNothing) return [];
  // The type and the data of one event belong together, which the compiler cannot follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (rule as (context: Context, data: unknown) => readonly Posting[])(context, event.data);
};
