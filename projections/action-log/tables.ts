import * as t from 'io-ts';
import type { Json, JsonObject } from '../../ports/http/json.js';
import { instant, json, position, text } from '../engine/columns.js';
import { defineTable } from '../engine/table.js';

export const JsonValue: t.Type<Json, Json, unknown> = t.recursion('JsonValue', () =>
  t.union([
    t.null,
    t.boolean,
    t.number,
    t.string,
    t.readonlyArray(JsonValue),
    t.record(t.string, JsonValue),
  ]),
);

const Fields: t.Type<JsonObject, JsonObject, unknown> = t.record(t.string, JsonValue);

/** What became of one field; `from` is `null` where nobody had said anything before. */
const Changes = t.record(t.string, t.strict({ from: JsonValue, to: JsonValue }));

/** What staff did: one row an event, never changed (rules 2.24). */
export const actions = defineTable({
  name: 'actions',
  columns: {
    event_id: text,
    position,
    at: instant,
    actor_id: text,
    /** Kind of thing that it was done to: the category of its stream. */
    target_kind: text,
    target_id: text,
    /** The type of the event. */
    action: text,
    changes: json(Changes),
    correlation_id: text,
    /** What its request is known by: where it came from is kept elsewhere, and for a time only. */
    request_id: text,
  },
  key: ['event_id'],
  indexes: [
    'CREATE INDEX actions_by_age ON actions (at)',
    'CREATE INDEX actions_newest ON actions (position)',
    'CREATE INDEX actions_of_actor ON actions (actor_id, position)',
    'CREATE INDEX actions_on_target ON actions (target_kind, target_id, position)',
    'CREATE INDEX actions_of_request ON actions (correlation_id)',
  ],
});

/** How things stand that staff change, so that the next change can say from what. */
export const standings = defineTable({
  name: 'standings',
  columns: { stream: text, target_id: text, fields: json(Fields), position },
  key: ['stream', 'target_id'],
});
