/** Who makes a call and what he may do: what handlers of calls get to know about access. */
import type { Metadata } from '@grpc/grpc-js';
import type { StorageReader } from '../storage/storage.js';
import { ANONYMOUS, isOperator, type Principal, SYSTEM } from './principal.js';
import { StreamAccess, type StreamUse } from './stream-access.js';

/** The author of a call. */
export interface Caller {
  /** The user's name; `system` on a node without users, `anonymous` without credentials. */
  readonly name: string;
  readonly isAnonymous: boolean;
  /** Whether he may run operations, as administrators and operators may. */
  readonly isOperator: boolean;
  /** Whether he may do that with a stream, `$all` included, by the access lists of now. */
  may(use: StreamUse, streamName: string): boolean;
}

export interface CallersOptions {
  /** Absent: a node without users, where everybody may do everything. */
  readonly users?: { readonly anonymousStreams: boolean } | undefined;
}

export class Callers {
  private readonly principals = new WeakMap<Metadata, Principal>();
  private readonly access: StreamAccess;
  private readonly system: Caller;

  constructor(
    reader: StorageReader,
    private readonly options: CallersOptions,
  ) {
    this.access = new StreamAccess(reader, options.users?.anonymousStreams === true);
    this.system = this.callerFor(SYSTEM);
  }

  /** Notes who makes the call with this metadata, before its handler asks. */
  admit(metadata: Metadata, principal: Principal): void {
    this.principals.set(metadata, principal);
  }

  /** Who makes the call with this metadata. */
  of(metadata: Metadata): Caller {
    if (this.options.users === undefined) return this.system;
    return this.callerFor(this.principals.get(metadata) ?? ANONYMOUS);
  }

  private callerFor(principal: Principal): Caller {
    return {
      name: principal.name,
      isAnonymous: principal === ANONYMOUS,
      isOperator: isOperator(principal),
      may: (use, streamName) => this.access.may(principal, use, streamName),
    };
  }
}
