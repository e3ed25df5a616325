/** Nodes that speak TLS and know users, and clients of theirs. */
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import {
  type EventStoreNode,
  type EventStoreNodeOptions,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import { withOption } from '../../support/event-store-server.js';
import { certificateFiles, makeCertificate } from './certificates.js';
import { clientOf } from './support.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export const ADMIN: Login = { username: 'admin', password: 'right: for 100% sure @ all times' };
export const OPS: Login = { username: 'ops', password: 'ops-password' };
export const ALICE: Login = { username: 'alice', password: 'alice-password' };
export const BOB: Login = { username: 'bob', password: 'bob-password' };

/** An administrator, an operator, a reader named alice, and bob, who is in no group. */
export const USERS: NonNullable<EventStoreNodeOptions['users']> = [
  { name: ADMIN.username, password: ADMIN.password, groups: ['$admins'] },
  { name: OPS.username, password: OPS.password, groups: ['$ops'] },
  { name: ALICE.username, password: ALICE.password, groups: ['readers'] },
  { name: BOB.username, password: BOB.password, groups: [] },
];

export interface SecureNode {
  readonly node: EventStoreNode;
  /** What clients have to trust, PEM. */
  readonly ca: string;
  /** A connection string that trusts the node, with credentials or without. */
  readonly urlFor: (login?: Login) => string;
  /** A client that sends these credentials with every call, or none. */
  readonly clientFor: (login?: Login) => EventStoreDBClient;
}

/** A node with TLS, gone when the test ends. */
export async function secureNode(
  t: ExecutionContext,
  options: Partial<EventStoreNodeOptions> = { users: USERS },
): Promise<SecureNode> {
  const tls = makeCertificate();
  const node = await startEventStoreNode({ port: 0, tls, ...options });
  t.teardown(() => node.stop());
  const { certificateFile } = await certificateFiles(t, tls);
  const url = withOption(node.connectionString, 'tlsCAFile', certificateFile);
  const urlFor = (login?: Login): string => {
    if (login === undefined) return url;
    const parts = [login.username, login.password].map(encodeURIComponent);
    return url.replace('//', `//${parts.join(':')}@`);
  };
  return {
    node,
    ca: tls.certificatePem,
    urlFor,
    clientFor: (login) => clientOf(t, { connectionString: urlFor(login) }),
  };
}
