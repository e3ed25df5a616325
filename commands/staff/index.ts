import type { Route } from '../../ports/http/route.js';
import type { AccountTools } from '../account/tools.js';
import { staffSignIn } from './sign-in.js';
import { staffTeam } from './team.js';

/** The staff: how they get in, and who they are. */
export const staffCommands = (tools: AccountTools): readonly Route[] => [
  ...staffSignIn(tools),
  ...staffTeam(tools),
];
