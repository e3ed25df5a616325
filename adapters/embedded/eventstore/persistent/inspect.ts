/** The methods that tell how groups are doing. */
import type { Callers } from '../access/callers.js';
import type { EventLog } from '../log/event-log.js';
import { groupMissing, invalidArgument } from '../streams/errors.js';
import { readGroupKey, readSource } from '../wire/group-request.js';
import { groupInfoMessage } from '../wire/group-response.js';
import { GetInfoResp, ListResp, type PersistentPb } from '../wire/messages.js';
import type { Group } from './group.js';
import { lookAt } from './info.js';
import { type Answer, findGroup, unaryFor } from './manage.js';
import type { Groups } from './registry.js';
import { sourceText } from './settings.js';

/** Makes the handlers. Whoever has a name may look. */
export function inspectHandlers(log: EventLog, groups: Groups, callers: Callers) {
  const unary = unaryFor(log, (metadata) => !callers.of(metadata).isAnonymous);
  const describe = (group: Group) => groupInfoMessage(lookAt(log, group));
  return {
    getInfo: unary(async ({ request }: { request: PersistentPb.GetInfoReq }) => {
      const target = findGroup(groups, readGroupKey(request.getOptions()));
      if ('error' in target) return target;
      const message = new GetInfoResp();
      message.setSubscriptionInfo(describe(target.group));
      return { message };
    }),
    list: unary(async ({ request }: { request: PersistentPb.ListReq }) => {
      const chosen = chosenGroups(groups, request.getOptions());
      if ('error' in chosen) return chosen;
      const message = new ListResp();
      message.setSubscriptionsList(chosen.message.map(describe));
      return { message };
    }),
  };
}

/** Those of one source, or all; only the latter may be none. */
function chosenGroups(
  groups: Groups,
  options: PersistentPb.ListReq.Options | undefined,
): Answer<readonly Group[]> {
  const option = options?.getListForStream();
  if (option === undefined) return { message: groups.all() };
  const source = readSource(option.getStream(), option.hasAll());
  if (source === undefined) return { error: invalidArgument('The name of the stream is missing.') };
  const chosen = groups.of(source);
  if (chosen.length > 0) return { message: chosen };
  return { error: groupMissing({ streamName: sourceText(source), groupName: '' }) };
}
