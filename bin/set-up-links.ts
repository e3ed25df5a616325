/** Links by which people choose their first password (AUTH-12). */

import { setUpPath } from '../adapters/http/set-up-page.js';
import type { SetupLink } from '../ports/accounts/setup-links.js';
import { OperatorError } from './cli/operator-error.js';
import type { Config } from './config/index.js';
import { settings } from './config/settings.js';
import { findRunning } from './running.js';

/**
 * Where the links of this installation lead: to the public address, or to the program that runs on
 * this data folder.
 *
 * @throws OperatorError when there is neither; to be found out before a link is made.
 */
export const setUpPageOf = async ({ publicUrl, dataDir }: Config): Promise<string> => {
  const url = publicUrl ?? (await findRunning(dataDir))?.httpUrl;
  if (url !== undefined) return `${url}${setUpPath}`;
  throw new OperatorError([`${settings.publicUrl.name}: must be set; set-up links lead there`]);
};

/** The token stands where no server sees it. */
export const linkTo = (page: string, { token }: SetupLink): string => `${page}#${token}`;
