/**
 * Stands before every gRPC method: finds out who calls, and sends away whom no method needs to
 * hear. A node without users that leads has no gate at all.
 */
import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import type { NodeAddress } from '../gossip.js';
import { notLeader, tooManyAttempts, unknownError, wrongCredentials } from '../streams/errors.js';
import type { Identity, Login } from './login.js';
import type { Principal } from './principal.js';

export interface GateOptions {
  readonly login: Login;
  /** Another node that leads: calls that require the leader are sent there. */
  readonly leader: NodeAddress | undefined;
  /** Hears who makes the call with this metadata, before its handler does. */
  readonly admit: (metadata: Metadata, principal: Principal) => void;
  /** Hears of what nobody expected. */
  readonly onFailure: (error: unknown) => void;
}

/** Makes the gate. */
export function gate({ login, leader, admit, onFailure }: GateOptions): ServerInterceptor {
  return (_method, call) => {
    const letIn = (metadata: Metadata, next: (metadata: Metadata) => void): void => {
      if (leader !== undefined && firstText(metadata, 'requires-leader') === 'true') {
        call.sendStatus(notLeader(leader));
        return;
      }
      const enter = (identity: Identity): void => {
        switch (identity.kind) {
          case 'principal':
            admit(metadata, identity.principal);
            next(metadata);
            return;
          case 'wrong-credentials':
            call.sendStatus(wrongCredentials());
            return;
          case 'too-many-attempts':
            call.sendStatus(tooManyAttempts());
        }
      };
      const address = call.getConnectionInfo().remoteAddress ?? '';
      const identity = login.identify(firstText(metadata, 'authorization'), address);
      if (!(identity instanceof Promise)) {
        enter(identity);
        return;
      }
      identity.then(enter, (error: unknown) => {
        onFailure(error);
        call.sendStatus(unknownError('The credentials could not be checked.'));
      });
    };
    return new ServerInterceptingCall(call, {
      start: (next) => next({ onReceiveMetadata: letIn }),
    });
  };
}

function firstText(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}
