import type { Route } from '../../../ports/http/route.js';
import type { AccountTools } from '../tools.js';
import { appRoutes } from './app.js';
import { beginRoutes } from './begin.js';
import { callbackRoutes } from './callback.js';
import { endRoutes } from './end.js';

/**
 * Signing in with an account at Google or Apple (AUTH-8).
 *
 *     browser   login ─▶ page of the provider ─▶ callback ─▶ success, or the app's address
 *     app       nonce ─▶ ID token from the phone ─▶ token
 */
export const socialRoutes = (tools: AccountTools): readonly Route[] => [
  ...beginRoutes(tools),
  ...callbackRoutes(tools),
  ...endRoutes(tools),
  ...appRoutes(tools),
];
