/** The program in production: some or all roles, on servers that run elsewhere. */

import { loadConfig } from './cli/load-config.js';
import { OperatorError } from './cli/operator-error.js';
import { refuseWrongDatabase } from './cli/short-command.js';
import { type Stoppable, stopInOrder, stopOnSignals, untilAborted } from './cli/stopping.js';
import { openParts, outputLog } from './compose.js';
import { type Config, describeConfig, type ProgramRole } from './config/index.js';
import { settings } from './config/settings.js';
import { refuseOtherKeys } from './personal-keys.js';
import { startRoles } from './roles/index.js';
import { readSecrets } from './secrets.js';

/** What production must say itself: secrets made here would differ from instance to instance. */
const always = ['esdbUrl', 'databaseUrl', 'tokenSecret', 'cabinetMasterKey'] as const;
const withApi = ['otpPepper'] as const;
/** Who never sees people's data needs no keys for it. */
const withPeople = ['dataMasterKey', 'identifierKey'] as const;
/** One key for all who seal, so that auditors know it. */
const withProcesses = ['sealKey'] as const;
const withCabinets = ['mqttUrl', 'mqttPassword'] as const;

const seesPeople = (roles: readonly ProgramRole[]): boolean =>
  roles.includes('api') || roles.includes('processes');

const refuseMissing = (config: Config, roles: readonly ProgramRole[]): void => {
  const needed = [
    ...always,
    ...(roles.includes('api') ? withApi : []),
    ...(seesPeople(roles) ? withPeople : []),
    ...(roles.includes('processes') ? withProcesses : []),
    ...(roles.includes('mqtt') ? withCabinets : []),
  ];
  const missing = needed.filter((name) => config[name] === null);
  if (missing.length === 0) return;
  throw new OperatorError(
    missing.map((name) => `${settings[name].name}: must be set; \`powerbank start\` needs none`),
  );
};

/** Runs until a signal, then stops in order. @throws OperatorError when it cannot start. */
export const serve = async (wanted: readonly ProgramRole[] | null): Promise<void> => {
  const config = loadConfig();
  const roles = wanted ?? config.roles;
  refuseMissing(config, roles);
  const log = outputLog(config);
  const stopping = stopOnSignals({ line: (text) => log.info(text ?? '') });
  const running: Stoppable[] = [];
  const { esdbUrl, esdbNamespace, databaseUrl, mqttUrl } = config;
  try {
    for (const line of describeConfig(config)) log.info('setting', { setting: line });
    const secrets = await readSecrets(config);
    const servers = {
      esdbUrl: esdbUrl ?? '',
      esdbNamespace,
      databaseUrl: databaseUrl ?? '',
      mailbox: null,
    };
    const parts = openParts({ config, secrets, servers, log });
    running.push({ name: 'the connections', stop: parts.close });
    await refuseWrongDatabase(parts);
    if (seesPeople(roles)) await refuseOtherKeys(parts);
    // A store that is away, or lets nobody in, is told once and now, not by every role again.
    await parts.store.lastPosition();
    const { api, mqtt } = await startRoles(parts, {
      roles,
      openBroker: async () => ({ url: mqttUrl ?? '' }),
      onStarted: (role) => running.push(role),
    });
    log.info('serving', { api: api?.url, cabinets: mqtt?.cabinetHttpUrl });
    await untilAborted(stopping);
  } finally {
    await stopInOrder(running, (text) => log.error(text));
  }
};
