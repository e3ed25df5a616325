import type { ExecutionContext } from 'ava';
import type { StaffRole } from '../../domain/staff/index.js';
import type { Network } from './network.js';
import { type Caller, type CheckedAnswer, superAdmin } from './openapi-client.js';

let people = 0;
/** An address of the test's own. */
export const someEmail = (): string => {
  people += 1;
  return `person${people}@example.com`;
};

export const password = 'a fine old password';

export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: StaffRole;
}

export interface AtDesk extends StaffMember {
  /** Calls with the access token of the session. */
  readonly caller: Caller;
  readonly refresh: string;
}

/** Staff by the ways that the program has for them. */
export const desks = (network: () => Network) => {
  const added = async (t: ExecutionContext, role: StaffRole): Promise<StaffMember> => {
    const email = someEmail();
    const name = `Ama Sharma ${people}`;
    const body = { name, email, role, password };
    const answer = await network().call(superAdmin, 'POST /api/admin/profiles', { body });
    t.is(answer.status, 201, answer.text);
    return { id: String(answer.data.id), name, email, role };
  };

  const login = (email: string, word = password): Promise<CheckedAnswer> =>
    network().call(null, 'POST /api/admin/login', { body: { email, password: word } });

  const signedIn = async (t: ExecutionContext, member: StaffMember): Promise<AtDesk> => {
    const answer = await login(member.email);
    t.is(answer.status, 200, answer.text);
    const { staff_id, role, access_token, refresh_token } = answer.data;
    t.is(staff_id, member.id);
    t.is(role, member.role);
    const caller = { id: member.id, roles: [member.role], token: String(access_token) };
    return { ...member, caller, refresh: String(refresh_token) };
  };

  const staff = async (t: ExecutionContext, role: StaffRole): Promise<AtDesk> =>
    signedIn(t, await added(t, role));

  return { added, login, signedIn, staff };
};
