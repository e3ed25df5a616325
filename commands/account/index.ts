import type { Route } from '../../ports/http/route.js';
import { completeSignIn } from './complete.js';
import { logout } from './logout.js';
import { refreshSession } from './refresh.js';
import { requestCode } from './request-code.js';
import type { AccountTools } from './tools.js';
import { verifyCode } from './verify-code.js';

export type { AccountTools } from './tools.js';

/** Signing in and out (rules 5.1). */
export const accountCommands = (tools: AccountTools): readonly Route[] => [
  requestCode(tools),
  verifyCode(tools),
  completeSignIn(tools),
  refreshSession(tools),
  logout(tools),
];
