/** The methods that create, change and delete groups, and that replay what a group parked. */
import type { handleUnaryCall, Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { Callers } from '../access/callers.js';
import type { EventLog } from '../log/event-log.js';
import {
  accessDenied,
  type CallError,
  type GroupNames,
  groupExists,
  groupFailed,
  groupMissing,
  invalidArgument,
  unavailable,
  unknownError,
} from '../streams/errors.js';
import { type GroupRequest, readCreate, readGroupKey, readUpdate } from '../wire/group-request.js';
import {
  CreateResp,
  Empty,
  GroupDeleteResp,
  type PersistentPb,
  ReplayParkedResp,
  type SharedPb,
  UpdateResp,
} from '../wire/messages.js';
import type { Group } from './group.js';
import type { ChangeResult, Groups } from './registry.js';
import { type GroupKey, sourceText } from './settings.js';

const REVISION = /^-?\d{1,19}$/;

/** What a method answers: its message, or the status to end with. */
export type Answer<A> = { readonly message: A } | { readonly error: CallError };

/** Makes the handlers. Groups are the business of operators. */
export function manageHandlers(log: EventLog, groups: Groups, callers: Callers) {
  const unary = unaryFor(log, (metadata) => callers.of(metadata).isOperator);
  return {
    create: unary(async ({ request }: Call<PersistentPb.CreateReq>) => {
      const wanted = readCreate(request.getOptions());
      if (wanted.kind !== 'group') return { error: senseless(wanted) };
      const { key, settings, filter } = wanted;
      return changed(key, await groups.create(key, settings, filter), new CreateResp());
    }),
    update: unary(async ({ request }: Call<PersistentPb.UpdateReq>) => {
      const wanted = readUpdate(request.getOptions());
      if (wanted.kind !== 'group') return { error: senseless(wanted) };
      const { key, settings } = wanted;
      return changed(key, await groups.update(key, settings), new UpdateResp());
    }),
    delete: unary(async ({ request }: Call<PersistentPb.DeleteReq>) => {
      const key = readGroupKey(request.getOptions());
      if (key === undefined) return { error: unnamed() };
      return changed(key, await groups.remove(key), new GroupDeleteResp());
    }),
    replayParked: unary(async ({ request }: Call<PersistentPb.ReplayParkedReq>) => {
      return replayParked(groups, request.getOptions());
    }),
    restartSubsystem: unary(async (_call: Call<SharedPb.Empty>) => {
      const { kind } = await groups.restart();
      return kind === 'stopping' ? { error: unavailable() } : { message: new Empty() };
    }),
  };
}

type Call<Q> = Pick<ServerUnaryCall<Q, unknown>, 'request'>;

function replayParked(
  groups: Groups,
  options: PersistentPb.ReplayParkedReq.Options | undefined,
): Answer<PersistentPb.ReplayParkedResp> {
  const target = findGroup(groups, readGroupKey(options));
  if ('error' in target) return target;
  const text = options?.hasStopAt() ? options.getStopAt() : '';
  const stopAt = REVISION.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (stopAt < 0) {
    const reason = 'A replay cannot stop at a negative revision.';
    return { error: groupFailed(groupNames(target.group.definition.key), reason) };
  }
  target.group.replayParked(stopAt);
  return { message: new ReplayParkedResp() };
}

/** The group that a request is about, or the status if there is none. */
export function findGroup(
  groups: Groups,
  key: GroupKey | undefined,
): { readonly group: Group } | { readonly error: CallError } {
  if (key === undefined) return { error: unnamed() };
  const group = groups.find(key);
  return group === undefined ? { error: groupMissing(groupNames(key)) } : { group };
}

/** How errors name a group. */
export function groupNames({ source, groupName }: GroupKey): GroupNames {
  return { streamName: sourceText(source), groupName };
}

/** Makes handlers of functions that answer one request, for callers that are `allowed`. */
export function unaryFor(log: EventLog, allowed: (metadata: Metadata) => boolean) {
  return <Q, A>(answer: (call: Call<Q>) => Promise<Answer<A>>): handleUnaryCall<Q, A> => {
    const handle = async (
      ...[call, callback]: Parameters<handleUnaryCall<Q, A>>
    ): Promise<void> => {
      try {
        const denied = { error: accessDenied() };
        const result = allowed(call.metadata) ? await answer(call) : denied;
        if ('error' in result) callback(result.error);
        else callback(null, result.message);
      } catch (error) {
        log.reportFailure(error);
        callback(unknownError(error instanceof Error ? error.message : String(error)));
      }
    };
    return (...call) => void handle(...call);
  };
}

function changed<A>(key: GroupKey, result: ChangeResult, message: A): Answer<A> {
  switch (result.kind) {
    case 'done':
      return { message };
    case 'exists':
      return { error: groupExists(groupNames(key)) };
    case 'missing':
      return { error: groupMissing(groupNames(key)) };
    case 'stopping':
      return { error: unavailable() };
    case 'failed':
      return { error: groupFailed(groupNames(key), result.reason) };
  }
}

function senseless(request: Exclude<GroupRequest, { kind: 'group' }>): CallError {
  return request.kind === 'invalid'
    ? invalidArgument(request.message)
    : groupFailed(groupNames(request.key), request.reason);
}

function unnamed(): CallError {
  return invalidArgument('The name of the stream or of the group is missing.');
}
