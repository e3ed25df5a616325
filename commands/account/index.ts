import type { Route } from '../../ports/http/route.js';
import { biometricRoutes } from './biometric.js';
import { completeSignIn } from './complete.js';
import { deleteOwnAccount } from './delete.js';
import { registerDevice } from './devices.js';
import { kycCommands } from './kyc.js';
import { logout } from './logout.js';
import { profileCommands } from './profile.js';
import { refreshSession } from './refresh.js';
import { requestCode } from './request-code.js';
import { socialRoutes } from './social/index.js';
import type { AccountTools } from './tools.js';
import { verifyCode } from './verify-code.js';

export type { AccountTools } from './tools.js';

/** Signing in and out, and what users tell of themselves (rules 5.1, 5.2). */
export const accountCommands = (tools: AccountTools): readonly Route[] => [
  requestCode(tools),
  verifyCode(tools),
  completeSignIn(tools),
  refreshSession(tools),
  logout(tools),
  deleteOwnAccount(tools),
  registerDevice(tools),
  ...biometricRoutes(tools),
  ...socialRoutes(tools),
  ...profileCommands(tools),
  ...kycCommands(tools),
];
