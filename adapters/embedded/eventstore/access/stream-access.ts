/**
 * What a principal may do with a stream. Three lists are asked, action by action, and the first
 * that has something to say decides:
 *
 * 1. the stream's own, `$acl` in its metadata;
 * 2. the defaults in the last event of `$settings`, one list for user streams and one for system
 *    streams;
 * 3. user streams are open to everybody, system streams and `$all` to administrators.
 *
 * Administrators pass without being looked up. Metadata streams have no lists of their own: `$mr`
 * and `$mw` of the stream they describe guard them.
 */
import { parseStreamAcl, type StreamAcl, type StreamAction } from '../log/stream-acl.js';
import { describedStream, parseJsonObject, parseStreamMetadata } from '../log/stream-metadata.js';
import { lastMetadata } from '../log/stream-view.js';
import type { StorageReader } from '../storage/storage.js';
import {
  ADMINISTRATORS,
  ANONYMOUS,
  EVERYBODY,
  isAdministrator,
  type Principal,
} from './principal.js';

/** Stands for the whole log where a stream is named. */
export const EVERYTHING = '$all';

const SETTINGS_STREAM = '$settings';
const SYSTEM_PREFIX = '$';

interface Defaults {
  readonly user: StreamAcl | undefined;
  readonly system: StreamAcl | undefined;
}

const NO_DEFAULTS: Defaults = { user: undefined, system: undefined };
const OPEN: readonly string[] = [EVERYBODY];
const CLOSED: readonly string[] = [ADMINISTRATORS];

/** What is done with a stream, whichever stream it is. */
export type StreamUse = 'read' | 'write' | 'delete';

export class StreamAccess {
  /** The defaults as of a revision of `$settings`. */
  private settings = { revision: -1, defaults: NO_DEFAULTS };

  /** @param anonymous whether callers without credentials may use what is open to everybody */
  constructor(
    private readonly reader: StorageReader,
    private readonly anonymous: boolean,
  ) {}

  may(principal: Principal, use: StreamUse, streamName: string): boolean {
    if (isAdministrator(principal)) return true;
    if (principal === ANONYMOUS && !this.anonymous) return false;
    const described = describedStream(streamName);
    const action = actionOf(use, described !== undefined);
    if (action === undefined) return false;
    return this.rolesFor(action, described ?? streamName).some(
      (role) => role === EVERYBODY || role === principal.name || principal.groups.has(role),
    );
  }

  private rolesFor(action: StreamAction, streamName: string): readonly string[] {
    const metadata = lastMetadata(this.reader, streamName);
    const own = metadata && parseStreamMetadata(metadata.data).acl?.[action];
    if (own !== undefined) return own;
    const isSystem = streamName.startsWith(SYSTEM_PREFIX);
    const { user, system } = this.defaults();
    return (isSystem ? system : user)?.[action] ?? (isSystem ? CLOSED : OPEN);
  }

  private defaults(): Defaults {
    const entry = this.reader.stream(SETTINGS_STREAM);
    if (entry === undefined || entry.lastRevision < 0) return NO_DEFAULTS;
    if (entry.lastRevision !== this.settings.revision) {
      const event = this.reader.eventAt(entry.number, entry.lastRevision);
      const json = event && parseJsonObject(Buffer.from(event.data).toString('utf8'));
      this.settings = {
        revision: entry.lastRevision,
        defaults: {
          user: parseStreamAcl(json?.$userStreamAcl),
          system: parseStreamAcl(json?.$systemStreamAcl),
        },
      };
    }
    return this.settings.defaults;
  }
}

/** Nobody but administrators deletes a metadata stream: there is no action for that. */
function actionOf(use: StreamUse, isMetadata: boolean): StreamAction | undefined {
  switch (use) {
    case 'read':
      return isMetadata ? '$mr' : '$r';
    case 'write':
      return isMetadata ? '$mw' : '$w';
    case 'delete':
      return isMetadata ? undefined : '$d';
  }
}
