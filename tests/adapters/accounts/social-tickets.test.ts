import { createHash } from 'node:crypto';
import test from 'ava';
import { handOvers, nonces, visits } from '../../../ports/accounts/social-tickets.js';
import { atOnce, openGround, secondInstance, storedText, tallyOf, userId } from './support.js';

const proofHashOf = (proof: string): string =>
  createHash('sha256').update(proof).digest('base64url');

const proof = 'what only the browser has';
const proofHash = proofHashOf(proof);
const visit = { provider: 'google', returnTo: null, challenge: null, referralCode: null } as const;
const handOver = {
  userId: userId('maya'),
  flow: 'LOGIN',
  invitation: 'none',
  position: '17',
} as const;

test('a ticket gives back what was remembered, once', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { socialTickets } = accounts;
  const content = { ...visit, returnTo: 'app://in', challenge: proofHash };
  const { secret, expiresAt } = await socialTickets.issue(visits, { content, proofHash });
  t.true(expiresAt > clock.now());
  const shown = { secret, proof };
  t.deepEqual(await socialTickets.redeem(visits, shown), { kind: 'redeemed', content });
  t.deepEqual(await socialTickets.redeem(visits, shown), { kind: 'used' });
});

test('of many who redeem at once, on two instances, one has it', async (t) => {
  const ground = await openGround(t);
  const other = secondInstance(t, ground);
  const issued = await ground.accounts.socialTickets.issue(handOvers, {
    content: handOver,
    proofHash,
  });
  const answers = await atOnce(20, (index) =>
    (index % 2 === 0 ? ground : other).accounts.socialTickets.redeem(handOvers, {
      secret: issued.secret,
      proof,
    }),
  );
  t.deepEqual(tallyOf(answers.map(({ kind }) => kind)), { redeemed: 1, used: 19 });
});

test('without the right proof it is nobody’s, and stays good for whoever has that', async (t) => {
  const { accounts } = await openGround(t);
  const { socialTickets } = accounts;
  const { secret } = await socialTickets.issue(handOvers, { content: handOver, proofHash });
  for (const wrong of [null, '', `${proof}!`, proofHash]) {
    t.deepEqual(await socialTickets.redeem(handOvers, { secret, proof: wrong }), {
      kind: 'unknown',
    });
  }
  t.is((await socialTickets.redeem(handOvers, { secret, proof })).kind, 'redeemed');
});

test('a ticket of one kind is none of another, and a proof that nobody asked for fits none', async (t) => {
  const { accounts } = await openGround(t);
  const { socialTickets } = accounts;
  const content = { provider: 'apple' } as const;
  const { secret } = await socialTickets.issue(nonces, { content, proofHash: null });
  t.is((await socialTickets.redeem(visits, { secret, proof: null })).kind, 'unknown');
  t.is((await socialTickets.redeem(nonces, { secret, proof })).kind, 'unknown');
  t.is((await socialTickets.redeem(nonces, { secret, proof: null })).kind, 'redeemed');
});

test('tickets end when they say, and are cleared away', async (t) => {
  const { accounts, clock, database } = await openGround(t);
  const { socialTickets } = accounts;
  const issued = await socialTickets.issue(handOvers, { content: handOver, proofHash });
  clock.advance({ seconds: handOvers.ttlSeconds });
  t.is(clock.now(), issued.expiresAt);
  const late = await socialTickets.redeem(handOvers, { secret: issued.secret, proof });
  t.deepEqual(late, { kind: 'expired' });
  await accounts.purge();
  const gone = await socialTickets.redeem(handOvers, { secret: issued.secret, proof });
  t.deepEqual(gone, { kind: 'unknown' });
  t.false((await storedText(database)).includes('hand-over'));
});

test('the database holds neither secret nor proof (P-121)', async (t) => {
  const { accounts, database } = await openGround(t);
  const { secret } = await accounts.socialTickets.issue(visits, { content: visit, proofHash });
  const stored = await storedText(database);
  t.false(stored.includes(secret));
  t.false(stored.includes(proof));
});
