/**
 * Nothing secret is in what the program writes or answers (P-121): the journeys of users, staff,
 * partners and cabinets, with every log line down to `debug`, before it is redacted.
 */

import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { invitePartner } from '../../commands/partner/invite.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress } from '../../domain/shared/identifier.js';
import { desks, password, someEmail } from '../support/desks.js';
import { testContext } from '../support/house.js';
import {
  cabinetPassword,
  type Network,
  networkOfThisFile,
  programSecrets,
} from '../support/network.js';
import { newStation } from '../support/network-life.js';
import { type Caller, type CheckedAnswer, superAdmin } from '../support/openapi-client.js';
import { type Place, whereFound } from '../support/plain-text-search.js';
import { signingIn, someNumber } from '../support/signing-in.js';

const network = networkOfThisFile();

const answers: string[] = [];

/** The network, with every answer of it written down. */
const recorded = (): Network => {
  const whole = network();
  return {
    ...whole,
    call: async (...asked) => {
      const answer = await whole.call(...asked);
      answers.push(`${answer.text}\n${JSON.stringify([...answer.headers])}`);
      return answer;
    },
  };
};

const { verified, complete } = signingIn(recorded);
const desk = desks(recorded);

/** What somebody typed: in no place at all. */
const typed = {
  biometric: 'what only this phone knows, and is long enough',
  wrongPassword: 'hunter2-is-not-the-password',
  nextPassword: 'another-fine-old-password-9',
  partnerPassword: 'the-password-of-a-tea-shop',
  /** So long that it is refused, which an answer says without repeating it. */
  longPassword: `no-end-of-it-${'-and-more'.repeat(15)}`,
  wifiPassword: 'cafe-lasagna-1969',
} as const;
/** The database alone holds it, to send messages by. */
const pushToken = 'push-token-that-nobody-reads';

/** What the journeys were given: tokens are each in the one answer that gives it. */
const given = {
  codes: [] as string[],
  tokens: [] as string[],
  /** Of the link to a first password; only the letter has it. */
  links: [] as string[],
};

const takeTokens = ({ data }: CheckedAnswer): void => {
  given.tokens.push(String(data.access_token), String(data.refresh_token));
};

const done = (t: ExecutionContext, answer: CheckedAnswer): CheckedAnswer => {
  t.true(answer.status < 300, answer.text);
  return answer;
};

/** Registers, by a code that is tried again afterwards. */
const userArrives = async (t: ExecutionContext) => {
  const { call } = recorded();
  const identifier = someNumber();
  const { otp, token } = await verified(t, identifier);
  const again = { body: { identifier, otp } };
  t.is((await call(null, 'POST /api/auth/otp/verify', again)).code, 'invalid_otp');
  const arrived = done(t, await complete(identifier, token, { username: `s${identifier}` }));
  given.codes.push(otp);
  given.tokens.push(token);
  takeTokens(arrived);
  const { user_id, access_token, refresh_token } = arrived.data;
  const caller: Caller = { id: String(user_id), roles: ['user'], token: String(access_token) };
  return { caller, refresh: String(refresh_token), used: token };
};

const userJourney = async (t: ExecutionContext): Promise<void> => {
  const { call } = recorded();
  const { caller, refresh, used } = await userArrives(t);
  const profile = { full_name: 'Sita Rai', date_of_birth: '1990-01-31', address: 'Patan 12' };
  done(t, await call(caller, 'PATCH /api/users/profile', { body: profile }));
  const device_id = `secrets-${caller.id}`;
  const device = { device_id, device_type: 'ANDROID', fcm_token: pushToken };
  done(t, await call(caller, 'POST /api/auth/device', { body: device }));
  const finger = { body: { device_id, biometric_token: typed.biometric } };
  done(t, await call(caller, 'POST /api/auth/biometric/enable', finger));
  takeTokens(done(t, await call(null, 'POST /api/auth/biometric/login', finger)));
  takeTokens(done(t, await call(null, 'POST /api/auth/refresh', { body: { refresh } })));
  const bad = await call(null, 'POST /api/auth/refresh', { body: { refresh: used } });
  t.is(bad.code, 'invalid_refresh_token');
  done(t, await call(caller, 'POST /api/auth/logout', { body: {} }));
};

const staffJourney = async (t: ExecutionContext): Promise<void> => {
  const { call } = recorded();
  const member = await desk.added(t, 'admin');
  t.is((await desk.login(member.email, typed.wrongPassword)).status, 401);
  const { caller, refresh } = await desk.signedIn(t, member);
  given.tokens.push(caller.token ?? '', refresh);
  const next = { new_password: typed.nextPassword, confirm_password: typed.nextPassword };
  const change = { current_password: password, ...next };
  done(t, await call(caller, 'PUT /api/admin/change-password', { body: change }));
  takeTokens(done(t, await desk.login(member.email, typed.nextPassword)));
  const broken = { ...change, new_password: typed.longPassword };
  t.is((await call(caller, 'PUT /api/admin/change-password', { body: broken })).status, 400);
  const noted = done(t, await call(superAdmin, 'GET /api/admin/action-logs'));
  t.regex(noted.text, /StaffAdded/);
};

const partnerJourney = async (t: ExecutionContext): Promise<void> => {
  const { call, clock, desk: operator } = recorded();
  const email = brandOrThrow(EmailAddress, someEmail());
  const person = { name: 'Hari Thapa', businessName: 'Thapa Tea', email };
  const invitation = { person, partner: { kind: 'FRANCHISE' }, at: clock.now() } as const;
  const invited = await invitePartner(operator, invitation, testContext());
  const token = E.isRight(invited) ? (invited.right.link?.token ?? '') : '';
  given.links.push(token);
  const words = { new_password: typed.partnerPassword, confirm_password: typed.partnerPassword };
  const setUp = { body: { token, ...words } };
  done(t, await call(null, 'POST /api/auth/set-up', setUp));
  t.is((await call(null, 'POST /api/auth/set-up', setUp)).code, 'set_up_link_invalid');
  const body = { email, password: typed.partnerPassword };
  takeTokens(done(t, await call(null, 'POST /api/partners/auth/login', { body })));
};

/** @returns the password that the cabinet has at the broker. */
const cabinetJourney = async (t: ExecutionContext): Promise<string> => {
  const { call, settled, eventsOf } = recorded();
  const { serial, imei } = await newStation(network());
  const wifi = { station_id: serial, wifi_ssid: 'Cafe', wifi_password: typed.wifiPassword };
  done(t, await call(superAdmin, 'POST /api/internal/iot/wifi/connect', { body: wifi }));
  await settled();
  t.is((await eventsOf(`cabinet-${serial}`, 'CabinetOrderSent')).length, 1);
  return cabinetPassword(imei);
};

const linesOf = ({ log }: Network): readonly string[] =>
  log.lines.map((line) =>
    inspect(line, { depth: 12, breakLength: Infinity, maxStringLength: null, showHidden: true }),
  );

/** Six digits may be anywhere by chance; those of every journey may not. */
const leaksCodes = (texts: readonly string[], codes: readonly string[]): boolean =>
  codes.every((code) => texts.some((text) => new RegExp(`(?<!\\w)${code}(?!\\w)`).test(text)));

/** Where each word was found, which is nowhere if all is well. */
const found = async (everywhere: readonly string[], database: readonly string[]) => {
  const { store, roles, database: rows } = network();
  const metrics = await (await fetch(`${roles.api.url()}/metrics`)).text();
  const written: readonly Place[] = [
    { kind: 'texts', name: 'log lines', texts: linesOf(network()) },
    { kind: 'texts', name: 'metrics', texts: [metrics] },
    { kind: 'events', store },
  ];
  return [
    ...(await whereFound([...everywhere, ...database, ...given.tokens], written)),
    ...(await whereFound([...everywhere, ...given.tokens], [{ kind: 'database', database: rows }])),
    ...(await whereFound(
      [...everywhere, ...database],
      [{ kind: 'texts', name: 'answers', texts: answers }],
    )),
  ];
};

test.serial('P-121, P-090: no code, token, password or key is written or answered', async (t) => {
  for (let count = 0; count < 3; count += 1) await userJourney(t);
  await staffJourney(t);
  await partnerJourney(t);
  const cabinetSecret = await cabinetJourney(t);
  await network().settled();
  const lines = linesOf(network());
  t.true(lines.length > 50, 'there is something to look at');
  t.true(
    network().log.lines.some(({ level }) => level === 'debug'),
    'down to the finest',
  );
  const words = [password, ...Object.values(typed), ...given.links, cabinetSecret];
  t.deepEqual(await found([...words, ...programSecrets], [pushToken]), []);
  for (const token of given.tokens) {
    const giving = answers.filter((answer) => answer.includes(token));
    t.is(giving.length, 1, 'in the answer that gives it, and in no other');
  }
  t.false(leaksCodes(lines, given.codes), 'log lines');
  t.false(leaksCodes(answers, given.codes), 'answers');
});

test('a search that finds nothing would find a code', (t) => {
  t.true(leaksCodes(['otp is 123456', 'and "654321"'], ['123456', '654321']));
  t.false(leaksCodes(['a123456', '1654321'], ['123456', '654321']));
});
