import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { logChecks } from '../../audit/checks/index.js';
import type { Finding } from '../../audit/finding.js';
import { categoriesWithSnapshots, verifySnapshots } from '../../audit/snapshots/index.js';
import { verifyLog } from '../../audit/verify-log.js';
import { deriveId } from '../../commands/context.js';
import { createHandler } from '../../commands/handler.js';
import { proposeRecord } from '../../commands/snapshots/propose-record.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { type WalletCommand, wallet } from '../../domain/wallet/index.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { pageRecord, snapshotRecord } from '../../ports/snapshots/index.js';
import { readProject } from '../architecture/source.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';

const at = instant('2026-03-01T10:00:00.000Z');
const amount = rupees('1.00');
const snapshot = 'snapshot_wallet-u1';
const page = 'snapshot_wallet_keys-0~u1';

/** Short enough that a few commands lead to a snapshot with pages. */
const snapshotLimits = {
  dueAfterEvents: 2,
  pauseMs: 0,
  underWayMax: 1,
  keysInSnapshotMax: 3,
  keysInPageMax: 4,
};

const credit = (number: number): WalletCommand => {
  const creditId = brandOrThrow(EntryId, `credit-${number}`);
  const from = { source: 'DEMO', gateway: null, rentalId: null } as const;
  return { type: 'CreditWallet', creditId, amount, ...from, at };
};

const hold = (number: number): WalletCommand => {
  const holdId = brandOrThrow(HoldId, `hold-${number}`);
  const terms = { amount, purpose: 'RENTAL', rentalId: null } as const;
  return { type: 'HoldFunds', holdId, ...terms, expiresAt: at, at };
};

/** A wallet with eight credits and an open hold, and what is kept of it. */
const openAudit = async () => {
  const store = createMemoryEventStore();
  const handler = createHandler(wallet, { store, metrics: noMetrics, snapshotLimits });
  const commands = [
    ...Array.from({ length: 8 }, (_, number) => credit(number)),
    hold(1),
    credit(9),
  ];
  for (const [index, command] of commands.entries()) {
    const commandId = deriveId('audit of snapshots', String(index));
    const actor = { kind: 'system', id: 'tests' } as const;
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const result = await handler.execute('u1', command, { ...ids, actor });
    if (E.isLeft(result)) throw new Error(result.left.kind);
    await nextTurn();
  }
  const verify = async () => {
    const findings: Finding[] = [];
    const tally = await verifySnapshots({
      store,
      onFinding: (_check, finding) => findings.push(finding),
    });
    return { tally, told: findings.map(({ code, place, found }) => [code, place.stream, found]) };
  };
  const replace = async (stream: string, data: (last: RecordedEvent) => unknown) => {
    const last = await store.readLast(stream);
    if (last === null) throw new Error(`there is no ${stream}`);
    store.record(stream, [proposeRecord(last.type, data(last))]);
  };
  return { store, verify, replace };
};

const decoded = (last: RecordedEvent) => {
  const record = snapshotRecord.decode(last);
  if (record === null) throw new Error('no snapshot');
  return record;
};

test('every aggregate that has snapshots is audited', async (t) => {
  const files = await readProject();
  const withRules = files.filter(
    ({ path, text }) => /^domain\/\w[\w-]*\/index\.ts$/.test(path) && /^ {2}snapshots:/m.test(text),
  );
  const categories = withRules.map(({ text }) => /^ {2}category: '(\w+)'/m.exec(text)?.[1]);
  t.is(categories.length, categoriesWithSnapshots.length);
  for (const category of categoriesWithSnapshots) t.true(categories.includes(category));
});

test('a snapshot that is what its events come to is no finding', async (t) => {
  const { verify, store } = await openAudit();
  const { tally, told } = await verify();
  t.deepEqual(told, []);
  t.is(tally.findings, 0);
  t.regex(tally.claim, /\(1 snapshots\)/);
  t.not(await store.readLast(page), null, 'there is a page');
});

test('no check of the log, and no fold of it, sees a snapshot', async (t) => {
  const { store } = await openAudit();
  const findings: Finding[] = [];
  const tallies = await verifyLog({
    store,
    checks: logChecks,
    around: { settledUpTo: null },
    onFinding: (_check, finding) => findings.push(finding),
  });
  t.deepEqual(findings, []);
  t.true(tallies.length > 0);
});

test('a snapshot that was falsified in good order is found', async (t) => {
  const { verify, replace } = await openAudit();
  await replace(snapshot, (last) => {
    const record = decoded(last);
    const text = JSON.stringify(record.state).replace('"minor":900', '"minor":90000');
    return snapshotRecord.encode({ ...record, state: JSON.parse(text) });
  });
  const { told, tally } = await verify();
  t.deepEqual(told, [['snapshot-wrong', snapshot, 'another state at revision 9']]);
  t.is(tally.findings, 1);
});

test('so is one that has forgotten a key, in itself or in a page', async (t) => {
  const { verify, replace } = await openAudit();
  await replace(page, (last) => {
    const record = pageRecord.decode(last);
    if (record === null) throw new Error('no page');
    return pageRecord.encode({ ...record, keys: record.keys.slice(1) });
  });
  t.deepEqual((await verify()).told, [['snapshot-wrong', page, '1 of its keys are missing']]);
  await replace(snapshot, (last) => snapshotRecord.encode({ ...decoded(last), pages: null }));
  const [[code, stream] = []] = (await verify()).told;
  t.deepEqual([code, stream], ['snapshot-wrong', snapshot]);
});

test('so is one of another history, or of another stream', async (t) => {
  const { verify, replace } = await openAudit();
  const eventId = deriveId('another event');
  await replace(snapshot, (last) => snapshotRecord.encode({ ...decoded(last), eventId }));
  const other = [['snapshot-wrong', snapshot, 'no such event at revision 9']];
  t.deepEqual((await verify()).told, other);
  const stream = 'wallet-u2';
  await replace(snapshot, (last) => snapshotRecord.encode({ ...decoded(last), stream }));
  const another = [['snapshot-wrong', snapshot, 'a snapshot of another stream']];
  t.deepEqual((await verify()).told, another);
});

test('what is no record any more is told, and what another version kept is not', async (t) => {
  const { verify, replace } = await openAudit();
  await replace(snapshot, (last) => ({ record: decoded(last).keys, sum: 'none' }));
  t.deepEqual(
    (await verify()).told.map(([code]) => code),
    ['snapshot-unreadable'],
  );
  const { verify: again, replace: replaceAgain } = await openAudit();
  const shape = 'of a version to come';
  await replaceAgain(snapshot, (last) => snapshotRecord.encode({ ...decoded(last), shape }));
  t.deepEqual((await again()).told, []);
});
