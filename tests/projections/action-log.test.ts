import test, { type ExecutionContext } from 'ava';
import { actionLog } from '../../projections/action-log/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, type Told } from '../support/read-model.js';
import { minute, money } from '../support/rental.js';
import { indexOf, sealed } from '../support/sealed.js';

const at = minute(0);
const ama = { kind: 'staff', id: 'ama' } as const;
const sita = { kind: 'user', id: 'sita' } as const;
const program = { kind: 'system', id: 'account-process' } as const;

let events = 0;
const told = (
  stream: string,
  type: string,
  data: Readonly<Record<string, unknown>>,
  actor: Told['actor'] = ama,
): Told => {
  events += 1;
  return { stream, type, data: { ...data, at }, actor, id: `event-${events}` };
};

/** What the log says, oldest first: the same whether the events come at once or one by one. */
const actionsAfter = async (t: ExecutionContext, history: readonly Told[]) => {
  const { database } = await createTestDatabase(t);
  const ask = everything(actionLog);
  const atOnce = await askReadModel(database, actionLog, { events: history, ask });
  const oneByOne = { events: history, ask, batchSize: 1 };
  t.deepEqual(await askReadModel(database, actionLog, oneByOne), atOnce);
  return (atOnce.actions ?? []).toSorted((left, right) =>
    Number(left.position) < Number(right.position) ? -1 : 1,
  );
};

test('an action says who did what to what, from what to what', async (t) => {
  const key = 'POINTS_KYC';
  const rows = await actionsAfter(t, [
    told('settings-network', 'SettingChanged', { key, value: '30' }, program),
    told('settings-network', 'SettingChanged', { key, value: '40' }),
    told('settings-network', 'SettingChanged', { key: 'POINTS_SIGNUP', value: '5' }),
  ]);
  t.is(rows.length, 2, 'what the program did by itself is no action');
  t.like(rows[0], {
    actor_id: 'ama',
    action: 'SettingChanged',
    target_kind: 'settings',
    target_id: key,
    at,
  });
  t.deepEqual(rows[0]?.changes, { value: { from: '30', to: '40' } });
  t.deepEqual(rows[1]?.changes, { value: { from: null, to: '5' } });
});

test('a change by somebody else in between is known', async (t) => {
  const kyc = (status: string, actor: Told['actor']) =>
    told('user-sita', 'KycStatusChanged', { status, reason: '' }, actor);
  const rows = await actionsAfter(t, [
    kyc('PENDING', sita),
    kyc('APPROVED', ama),
    told('user-sita', 'UserStatusChanged', { status: 'BANNED', reason: sealed('fraud') }),
  ]);
  t.deepEqual(
    rows.map(({ changes }) => changes),
    [
      { kyc_status: { from: 'PENDING', to: 'APPROVED' } },
      { status: { from: 'ACTIVE', to: 'BANNED' } },
    ],
  );
});

test('of a longer description only what differs is told, money as clients read it', async (t) => {
  const details = {
    name: '1 Hour',
    description: '',
    durationMinutes: 60,
    price: money('50'),
    packageType: 'HOURLY',
    paymentModel: 'PREPAID',
  };
  const rows = await actionsAfter(t, [
    told('package-hour-1', 'PackageCreated', { packageId: 'hour-1', details }, program),
    told('package-hour-1', 'PackageChanged', { details: { ...details, price: money('60') } }),
    told('package-hour-1', 'PackageDeactivated', {}),
  ]);
  t.deepEqual(
    rows.map(({ changes }) => changes),
    [{ price: { from: '50.00', to: '60.00' } }, { is_active: { from: true, to: false } }],
  );
});

test('one of the team is a target of its own', async (t) => {
  const added = (staffId: string, role: string) =>
    told('staff-team', 'StaffAdded', {
      staffId,
      role,
      person: sealed(staffId),
      emailIndex: indexOf(staffId),
      by: 'ama',
    });
  const rows = await actionsAfter(t, [
    added('bir', 'admin'),
    added('chetan', 'moderator'),
    told('staff-team', 'StaffRoleChanged', { staffId: 'bir', role: 'moderator', by: 'ama' }),
    told('staff-team', 'StaffPasswordChanged', { staffId: 'bir', by: 'ama' }),
  ]);
  t.deepEqual(
    rows.map(({ target_id, changes }) => [target_id, changes]),
    [
      ['bir', { role: { from: null, to: 'admin' }, is_active: { from: null, to: true } }],
      ['chetan', { role: { from: null, to: 'moderator' }, is_active: { from: null, to: true } }],
      ['bir', { role: { from: 'admin', to: 'moderator' } }],
      ['bir', {}],
    ],
  );
});

test('P-121: neither words of people nor anything sealed is in it', async (t) => {
  const rows = await actionsAfter(t, [
    told('wallet-sita', 'WalletAdjusted', {
      adjustmentId: 'a-1',
      amount: money('-25'),
      reason: 'Sita of Asan paid twice',
    }),
    told('user-sita', 'UserStatusChanged', { status: 'BANNED', reason: 'Sita stole a bank' }),
    told('cabinet-KTM001', 'CabinetOrdered', {
      orderId: 'o-1',
      order: { kind: 'wifi-connect', ssid: 'lobby', secretId: 'secret-of-lobby' },
      origin: 'ADMIN_PANEL',
    }),
    told('powerbank-PB001', 'ServiceStateChanged', { state: 'DAMAGED', reason: 'Sita bit it' }),
  ]);
  t.is(rows.length, 4);
  const text = JSON.stringify(rows.map(({ changes }) => changes));
  t.notRegex(text, /Sita|secret|sealed|lobby/);
  t.regex(text, /-25\.00/);
});
