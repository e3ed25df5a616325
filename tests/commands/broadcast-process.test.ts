import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { retrySeconds } from '../../commands/broadcast-process/index.js';
import { pagePeopleMax, providerAwaySecondsMax } from '../../domain/broadcast/index.js';
import type { Delivery, Message } from '../../ports/messages.js';
import { addressOf, countsIn, nameOf, openBroadcastLab, wish } from '../support/broadcast-lab.js';
import { openMailbox } from '../support/mailbox.js';
import { until } from '../support/until.js';

const accepted: Delivery = { kind: 'accepted' };
const later: Delivery = { kind: 'failed', retry: 'later' };
const unknown: Delivery = { kind: 'failed', retry: 'unknown-outcome' };
const refused: Delivery = { kind: 'refused', reason: 'receiver' };
const nobody = { accepted: 0, refused: 0, failed: 0, unknown: 0, skipped: 0 };

/** A provider that keeps what it took, and answers what the test says. */
const provider = (answer: (to: string, nth: number) => Delivery = () => accepted) => {
  const taken: string[] = [];
  let asked = 0;
  const send = async ({ destination }: Message): Promise<Delivery> => {
    asked += 1;
    const delivery = answer(destination.to, asked);
    if (delivery.kind === 'accepted') taken.push(destination.to);
    return delivery;
  };
  return { taken, send, asked: () => asked };
};

const open = (people: number, send: (message: Message) => Promise<Delivery>) => {
  const lab = openBroadcastLab(send);
  for (let number = 1; number <= people; number += 1) lab.join(nameOf(number));
  return lab;
};

const addresses = (people: number): readonly string[] =>
  Array.from({ length: people }, (_, index) => addressOf(nameOf(index + 1)));

test('P-118: a broadcast by e-mail sends e-mail, to each of the audience who is still meant', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  const lab = openBroadcastLab((message) => messages.send(message));
  const [ann, bob, eve, , zoe] = ['ann', 'bob', 'eve', 'joe', 'zoe'].map((name) =>
    lab.join(name, name !== 'joe'),
  );
  if (bob === undefined || eve === undefined || zoe === undefined) return t.fail();
  await lab.accept();
  await lab.ban(bob);
  await lab.leave(eve);
  await lab.start().settle();
  const letters = mailbox.letters.newestFirst();
  t.deepEqual(letters.map(({ to }) => to).sort(), [addressOf('ann'), addressOf('zoe')]);
  for (const { subject, text } of letters) {
    t.is(subject, wish.title);
    t.is(text.trim(), wish.message);
  }
  t.is(ann, lab.people[0]);
  t.is((await lab.state()).status, 'COMPLETED');
  t.deepEqual(countsIn(await lab.events()), { ...nobody, accepted: 2, skipped: 3 });
  const texts = JSON.stringify([await lab.events(), lab.log.lines]);
  t.notRegex(texts, /@/, 'no address is in an event or in the log');
});

test('a program that is killed in the middle of a page writes to nobody twice', async (t) => {
  const people = 2 * pagePeopleMax + 20;
  const taking = provider((_to, nth) => {
    if (nth === pagePeopleMax + 10) first.kill();
    return accepted;
  });
  const lab = open(people, taking.send);
  await lab.accept();
  const first = lab.start();
  await first.settle();
  await lab.start().settle();
  t.is(new Set(taking.taken).size, taking.taken.length);
  t.is((await lab.state()).status, 'COMPLETED');
  const sums = countsIn(await lab.events());
  t.deepEqual(sums, { ...nobody, accepted: people - pagePeopleMax, unknown: pagePeopleMax });
  // Of the page that was interrupted, only those who had their turn got it.
  t.true(taking.taken.length <= people - pagePeopleMax + 10);
  t.true(lab.log.lines.some(({ message }) => message.includes('interrupted')));
});

test('an orderly stop in the middle of a page loses nobody', async (t) => {
  const people = 2 * pagePeopleMax + 20;
  const taking = provider((_to, nth) => {
    if (nth === pagePeopleMax + 10) first.stop();
    return accepted;
  });
  const lab = open(people, taking.send);
  await lab.accept();
  const first = lab.start();
  await first.settle();
  t.true(taking.taken.length < people);
  await lab.start().settle();
  t.deepEqual(taking.taken.toSorted(), addresses(people));
  t.deepEqual(countsIn(await lab.events()), { ...nobody, accepted: people });
});

test('a provider that goes away is waited for, and everybody gets it once', async (t) => {
  const people = 2 * pagePeopleMax;
  let isAway = false;
  const taking = provider((_to, nth) => {
    if (nth === 30) isAway = true;
    return isAway ? later : accepted;
  });
  const lab = open(people, taking.send);
  await lab.accept();
  const program = lab.start();
  await program.settle();
  const asked = taking.asked();
  t.true(asked < 50, 'it is not tried with everybody');
  await program.settle();
  t.is(taking.asked(), asked, 'nor all the time');
  lab.clock.advance({ seconds: retrySeconds });
  await program.settle();
  t.true(taking.asked() > asked);
  isAway = false;
  lab.clock.advance({ seconds: retrySeconds });
  await program.settle();
  t.deepEqual(taking.taken.toSorted(), addresses(people));
  t.deepEqual(countsIn(await lab.events()), { ...nobody, accepted: people });
});

test('a provider that stays away is given up after a day', async (t) => {
  const taking = provider(() => later);
  const lab = open(3, taking.send);
  await lab.accept();
  const program = lab.start();
  await program.settle();
  lab.clock.advance({ seconds: providerAwaySecondsMax + 1 });
  await program.settle();
  t.is((await lab.state()).status, 'GIVEN_UP');
  t.deepEqual(countsIn(await lab.events()), { ...nobody, failed: 3 });
  const asked = taking.asked();
  lab.clock.advance({ seconds: providerAwaySecondsMax });
  await program.settle();
  t.is(taking.asked(), asked);
});

test('P-118: each end of a message is counted, and none that may have gone out is repeated', async (t) => {
  const [nobodyThere, silent, busy] = [nameOf(2), nameOf(3), nameOf(4)].map(addressOf);
  const tries: string[] = [];
  const taking = provider((to) => {
    tries.push(to);
    if (to === nobodyThere) return refused;
    if (to === silent) return unknown;
    return to === busy ? later : accepted;
  });
  const people = 5;
  const lab = open(people, taking.send);
  await lab.accept();
  const program = lab.start();
  await program.settle();
  t.is((await lab.state()).status, 'RUNNING');
  lab.clock.advance({ seconds: retrySeconds });
  await program.settle();
  t.is((await lab.state()).status, 'COMPLETED');
  const counts = { accepted: people - 3, refused: 1, unknown: 1, failed: 1, skipped: 0 };
  t.deepEqual(countsIn(await lab.events()), counts);
  const triesOf = (to: string | undefined) => tries.filter((each) => each === to).length;
  t.deepEqual([nobodyThere, silent, busy].map(triesOf), [1, 1, 2]);
});

test('two programs that think they are the only one write to nobody twice', async (t) => {
  let release: (delivery: Delivery) => void = () => undefined;
  const taking = provider();
  const lab = open(3 * pagePeopleMax, async (message) => {
    const isFirst = taking.asked() === 0;
    const delivery = await taking.send(message);
    if (!isFirst) return delivery;
    // The first one hangs in its first message while the second one takes over.
    return new Promise((resolve) => {
      release = resolve;
    });
  });
  await lab.accept();
  const slow = lab.start().settle();
  await until(() => taking.asked() >= 2);
  await lab.start().settle();
  release(accepted);
  await slow;
  t.is(new Set(taking.taken).size, taking.taken.length);
  t.is((await lab.state()).status, 'COMPLETED');
});

test('addresses that never take anything keep nobody else waiting', async (t) => {
  const people = 3 * pagePeopleMax;
  // Enough in a row, at the beginning, to look like a provider that is away.
  const bad = new Set(addresses(20));
  const taking = provider((to) => (bad.has(to) ? later : accepted));
  const lab = open(people, taking.send);
  await lab.accept();
  const program = lab.start();
  for (let rounds = 0; rounds < 20; rounds += 1) {
    await program.settle();
    lab.clock.advance({ seconds: retrySeconds });
  }
  t.is((await lab.state()).status, 'COMPLETED');
  t.deepEqual(countsIn(await lab.events()), { ...nobody, accepted: people - 20, failed: 20 });
});

test('several broadcasts are no harder on the provider than one', async (t) => {
  const taking = provider();
  let underWay = 0;
  let underWayMax = 0;
  const lab = open(20, async (message) => {
    underWay += 1;
    underWayMax = Math.max(underWayMax, underWay);
    await nextTurn();
    underWay -= 1;
    return taking.send(message);
  });
  for (const name of ['b-1', 'b-2', 'b-3']) await lab.accept({}, name);
  await lab.start().settle();
  t.deepEqual([taking.taken.length, underWayMax], [60, 2]);
});

test('of two programs that come to a page at once, one sends it', async (t) => {
  const taking = provider();
  const lab = open(2 * pagePeopleMax, taking.send);
  await lab.accept();
  await Promise.all([lab.start().settle(), lab.start().settle()]);
  t.is(new Set(taking.taken).size, taking.taken.length);
  t.is((await lab.state()).status, 'COMPLETED');
});

test('a log that is away at the end of a page is told later how it ended', async (t) => {
  const taking = provider();
  const lab = open(10, taking.send);
  await lab.accept();
  let lost = 0;
  lab.world.isLost = (type) => {
    if (type !== 'BroadcastPageEnded' || lost === 3) return false;
    lost += 1;
    return true;
  };
  await lab.start().settle();
  t.is(lost, 3);
  t.deepEqual(countsIn(await lab.events()), { ...nobody, accepted: 10 });
});

test('the walk begins when everybody of the audience is known', async (t) => {
  const taking = provider();
  const lab = open(1, taking.send);
  lab.world.isKnown = false;
  await lab.accept();
  const program = lab.start();
  await program.settle();
  t.deepEqual([taking.asked(), (await lab.state()).pages], [0, 0]);
  lab.world.isKnown = true;
  lab.clock.advance({ seconds: 60 });
  await program.settle();
  t.deepEqual(taking.taken, addresses(1));
});

/** A life of a broadcast: how the provider answers, and how programs end. */
const lives = fc.record({
  people: fc.integer({ min: 0, max: 130 }),
  answers: fc.array(fc.constantFrom(accepted, accepted, later, unknown, refused), {
    minLength: 1,
    maxLength: 30,
  }),
  ends: fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 90 }), how: fc.constantFrom('kill', 'stop') }),
    { maxLength: 4 },
  ),
});

test('P-118: whatever is killed, stopped or refused, nobody gets two, and all are counted', async (t) => {
  const property = fc.asyncProperty(lives, async ({ people, answers, ends }) => {
    let endsAt = Number.POSITIVE_INFINITY;
    let end: () => void = () => undefined;
    let isWell = false;
    const handed: string[] = [];
    const taking = provider((to, nth) => {
      if (nth === endsAt) end();
      const answer = isWell ? accepted : (answers[nth % answers.length] ?? accepted);
      if (answer !== later) handed.push(to);
      return answer;
    });
    const lab = open(people, taking.send);
    await lab.accept();
    for (const { after, how } of ends) {
      const program = lab.start();
      endsAt = taking.asked() + after;
      end = how === 'kill' ? program.kill : program.stop;
      await program.settle();
      lab.clock.advance({ seconds: retrySeconds });
    }
    [endsAt, isWell] = [Number.POSITIVE_INFINITY, true];
    const last = lab.start();
    await last.settle();
    lab.clock.advance({ seconds: retrySeconds });
    await last.settle();
    t.is(new Set(handed).size, handed.length);
    const sums = Object.values(countsIn(await lab.events()));
    t.is(
      sums.reduce((sum, count) => sum + count, 0),
      people,
    );
    t.is((await lab.state()).status, 'COMPLETED');
  });
  await t.notThrowsAsync(fc.assert(property, { numRuns: 60 }));
});
