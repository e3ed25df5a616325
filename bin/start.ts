/** `powerbank start`: the whole program on one machine, with everything that it needs. */

import { resolve } from 'node:path';
import type { Mailbox } from '../adapters/embedded/mailbox/mailbox.js';
import { migrate } from '../adapters/postgres/index.js';
import { readTotals } from '../audit/totals.js';
import { brandOrThrow } from '../domain/shared/brand.js';
import { UserId } from '../domain/shared/ids.js';
import type { Log } from '../ports/log.js';
import { startBroker } from './broker.js';
import { loadConfig } from './cli/load-config.js';
import { refuseOtherNamespace } from './cli/short-command.js';
import { type Stoppable, stopInOrder, stopOnSignals, untilAborted } from './cli/stopping.js';
import { createTerminal, type Terminal } from './cli/terminal.js';
import { describeTrialBalance } from './commands/audit/totals-text.js';
import { openParts, type Parts, tokensLasting } from './compose.js';
import type { Config } from './config/index.js';
import { prepareDemo, startDemo } from './demo/index.js';
import { shellLines } from './demo/next-steps.js';
import type { DemoStaff } from './demo/staff.js';
import { openLogFile } from './log-file.js';
import { openMailbox } from './messages.js';
import { refuseOtherKeys } from './personal-keys.js';
import { startRoles } from './roles/index.js';
import type { OpenBroker } from './roles/mqtt.js';
import { announceRunning, withdrawRunning } from './running.js';
import { readSecrets } from './secrets.js';
import { seedNetwork } from './seed/network.js';
import { type ServerUrls, startServers } from './servers.js';

export interface StartOptions {
  readonly demo: boolean;
}

/** Who the printed lines speak for, and how long their token is good. */
const printedUser = brandOrThrow(UserId, 'chandra');
const printedTokenSeconds = 24 * 60 * 60;

interface Story {
  readonly terminal: Terminal;
  /** Everything that runs, in the order in which it was started. */
  readonly running: Stoppable[];
}

/** Runs until a signal, then stops in order. @throws OperatorError when it cannot start. */
export const start = async ({ demo }: StartOptions): Promise<void> => {
  const config = loadConfig();
  const terminal = createTerminal(process.stdout);
  const { log, path: logPath } = openLogFile(config);
  const stopping = stopOnSignals(terminal);
  const running: Stoppable[] = [];
  const story = { terminal, running };
  try {
    terminal.line(`PowerBank Ledger on ${resolve(config.dataDir)} (log: ${logPath})`);
    const started = await startServers(config, { log, terminal });
    running.push(...started.started);
    const mailbox = await startMailbox(config, log, story);
    const servers = { ...started, mailbox: mailbox?.place ?? null };
    const parts = openParts({ config, secrets: await readSecrets(config), servers, log });
    running.push({ name: 'the connections', stop: parts.close });
    await prepareDatabase(parts, terminal);
    const staff = demo ? await prepareDemo(parts, terminal) : null;
    const { apiUrl, handsUrl } = await runEverything(parts, servers, { story, demo });
    await tellNextSteps(parts, terminal, {
      apiUrl,
      handsUrl,
      mailboxUrl: mailbox?.pageUrl ?? null,
      staff,
    });
    await untilAborted(stopping);
  } finally {
    await stopInOrder(running, (text) => terminal.line(text));
  }
  terminal.line('Stopped.');
};

/** Where messages end that nobody is configured to send. */
const startMailbox = async (
  config: Config,
  log: Log,
  { terminal, running }: Story,
): Promise<Mailbox | null> => {
  const mailbox = await openMailbox(config, { terminal, log });
  if (mailbox === null) return null;
  running.push({ name: 'the mailbox', stop: mailbox.stop });
  return mailbox;
};

const prepareDatabase = async (parts: Parts, terminal: Terminal): Promise<void> => {
  await terminal.step(
    'bringing the schema up to date',
    () => migrate(parts.database),
    (applied) => `schema up to date (${applied.length} steps applied)`,
  );
  await refuseOtherNamespace(parts);
  await refuseOtherKeys(parts);
  await terminal.step(
    'settings, packages and late fees',
    () => seedNetwork(parts),
    (added) => `settings, packages and late fees (${added} events)`,
  );
};

/** Starts the broker where none is configured, as the last thing before the cabinets' adapter. */
const brokerFor =
  ({ config, log }: Parts, { terminal, running }: Story): OpenBroker =>
  async (credentials) => {
    if (config.mqttUrl !== null) return { url: config.mqttUrl };
    const broker = await terminal.step(
      'starting the broker',
      () => startBroker(config, credentials, log),
      ({ port }) => `MQTT broker on 127.0.0.1:${port}`,
    );
    running.push({ name: 'the broker', stop: broker.stop });
    return broker;
  };

/** Whose key seals the log, for whoever wants to hand its public half to an auditor. */
const describeSealing = ({ config, secrets }: Parts): string => {
  const { keyId } = secrets.seal;
  const origin = config.sealKey === null ? `made in ${config.dataDir}` : 'from the settings';
  return `the log is sealed by key ${keyId} (${origin})`;
};

interface Addresses {
  readonly apiUrl: string;
  readonly handsUrl: string | null;
}

interface Told extends Addresses {
  readonly mailboxUrl: string | null;
  readonly staff: DemoStaff | null;
}

const runEverything = async (
  parts: Parts,
  { esdbUrl, esdbNamespace, databaseUrl, mailbox }: ServerUrls,
  { story, demo }: { readonly story: Story; readonly demo: boolean },
): Promise<Addresses> => {
  const { terminal, running } = story;
  const { dataDir, roles } = parts.config;
  const onStarted = (part: Stoppable): void => {
    running.push(part);
  };
  const { api, mqtt } = await startRoles(parts, {
    roles,
    openBroker: brokerFor(parts, story),
    onStarted,
  });
  const apiUrl = api?.url ?? '';
  terminal.line(`  ✔ ${roles.join(', ')}`);
  if (roles.includes('processes')) terminal.line(`  ✔ ${describeSealing(parts)}`);
  await announceRunning(dataDir, { esdbUrl, esdbNamespace, databaseUrl, mailbox, httpUrl: apiUrl });
  onStarted({ name: 'the note for short commands', stop: () => withdrawRunning(dataDir) });
  if (!demo || api === null || mqtt === null) return { apiUrl, handsUrl: null };
  const { cabinetHttpUrl } = mqtt;
  const hands = await startDemo(parts, { terminal, apiUrl, cabinetHttpUrl, onStarted });
  return { apiUrl, handsUrl: hands.url };
};

const tellNextSteps = async (
  parts: Parts,
  terminal: Terminal,
  { apiUrl, handsUrl, mailboxUrl, staff }: Told,
): Promise<void> => {
  const { store } = parts;
  const totals = await readTotals({ store, until: { kind: 'end' } });
  const tokens = tokensLasting(parts, printedTokenSeconds);
  const { newId } = parts;
  const lines = await shellLines({ apiUrl, handsUrl, tokens, user: printedUser, newId });
  const paragraphs = [
    ['The books, from the log:', ...describeTrialBalance(totals).map((line) => `  ${line}`)],
    [
      `API   ${apiUrl}`,
      `Docs  ${apiUrl}/docs`,
      ...(mailboxUrl === null
        ? []
        : [`Mail  ${mailboxUrl}  (codes to sign in; nothing is really sent)`]),
      ...(staff === null
        ? []
        : [`Staff ${staff.email}, password ${staff.password}  (POST /api/admin/login)`]),
    ],
    ['Try it:', '', ...lines],
    [`Ready. Ctrl-C stops; the data stays in ${parts.config.dataDir}.`],
  ];
  for (const paragraph of paragraphs) {
    terminal.line();
    for (const line of paragraph) terminal.line(line);
  }
};
