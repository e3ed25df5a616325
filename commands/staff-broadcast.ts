/** Messages of staff to a class of users (rules 3.21, 5.16). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  BroadcastAudience,
  type BroadcastChannel,
  BroadcastText,
  BroadcastTitle,
} from '../domain/broadcast/index.js';
import { NonNegativeInteger } from '../domain/shared/codecs.js';
import { BroadcastId } from '../domain/shared/ids.js';
import type { Audiences } from '../ports/audiences.js';
import { problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { commandProblems } from '../ports/http/problem-codes.js';
import { type Route, route } from '../ports/http/route.js';
import type { Messages } from '../ports/messages.js';
import { deriveId } from './context.js';
import {
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from './operation.js';

export interface BroadcastOperationTools extends OperationTools {
  readonly audiences: Pick<Audiences, 'count'>;
  readonly messages: Messages;
}

const Body = t.strict(
  {
    title: BroadcastTitle,
    message: BroadcastText,
    target_audience: BroadcastAudience,
    send_push: withDefault(t.boolean, false),
    send_email: withDefault(t.boolean, false),
  },
  'Broadcast',
);

const Accepted = t.strict(
  {
    id: BroadcastId,
    target_audience: BroadcastAudience,
    /** People of the audience with an e-mail address; how each stands is looked at when sending. */
    expected: NonNegativeInteger,
  },
  'BroadcastAccepted',
);

const channelsOf = ({ send_email, send_push }: t.TypeOf<typeof Body>): BroadcastChannel[] => [
  ...(send_email ? (['email'] as const) : []),
  ...(send_push ? (['push'] as const) : []),
];

const problems = problemsOf([
  'words_missing',
  'channel_required',
  'unsupported_channel',
  'idempotency_conflict',
]);

/** P-118: a channel that is asked for is used, or the whole broadcast is refused. */
export const broadcastMessage = (tools: BroadcastOperationTools): Route =>
  route({
    operation: 'broadcastMessage',
    method: 'POST',
    path: '/api/admin/broadcast',
    summary: 'Sends a message to all users of a class',
    description:
      'It is sent in the background; `GET /api/admin/broadcast/{id}` tells how far it is. NEW ' +
      'joined, and PREMIUM rented, in the last 30 days. There is no push yet (`send_push`). ' +
      'Nobody gets it twice; nobody who is banned or has left gets it.',
    tag: 'Staff: broadcasts',
    idempotency: 'required',
    body: Body,
    responses: { 202: Accepted },
    problems: [...commandProblems, 'channel_unavailable', ...problems.codes],
    handler: async (asking, answer) => {
      const { body, now: at } = asking;
      const { title, message, target_audience: audience } = body;
      const channels = channelsOf(body);
      if (channels.includes('email') && !tools.messages.channels.has('email')) {
        return problem('channel_unavailable', { facts: { channel: 'email' } });
      }
      const broadcastId = idFrom(BroadcastId, deriveId(asking.commandId, 'broadcast'));
      const expected = await tools.audiences.count({ audience, at });
      const words = { title, message, audience, channels };
      const wish = { type: 'AcceptBroadcast', broadcastId, wish: words, expected, at } as const;
      const done = await submit(tools.handlers.broadcast, broadcastId, wish, contextOf(asking));
      if (E.isLeft(done)) return problems.refused(done.left);
      const data = { id: broadcastId, target_audience: audience, expected };
      return answer(202, data, withPosition(done.right.position));
    },
  });
