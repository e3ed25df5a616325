import type * as t from 'io-ts';

/** Version of a new event's data; raised together with an upcaster when the shape changes. */
export const firstSchemaVersion = 1;

/**
 * Lifts the stored data of one version to the next one. A stored event is never rewritten: it is
 * lifted on every read until its version is the current one.
 */
export type Upcaster = (data: unknown) => unknown;

export interface EventDefinition<Data extends t.Mixed = t.Mixed> {
  readonly data: Data;
  /** Upcasters in order: the first lifts version 1 to 2. The current version is their count + 1. */
  readonly upcasters: readonly Upcaster[];
}

export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** The closed union of events that a set of definitions describes. */
export type EventOf<Definitions extends EventDefinitions> = {
  readonly [Type in keyof Definitions & string]: {
    readonly type: Type;
    readonly data: t.TypeOf<Definitions[Type]['data']>;
  };
}[keyof Definitions & string];

/** Any event of the domain, its data not yet narrowed. */
export interface DomainEvent {
  readonly type: string;
  readonly data: unknown;
}

export const event = <Data extends t.Mixed>(
  data: Data,
  upcasters: readonly Upcaster[] = [],
): EventDefinition<Data> => ({ data, upcasters });

export const currentSchemaVersion = (definition: EventDefinition): number =>
  firstSchemaVersion + definition.upcasters.length;
