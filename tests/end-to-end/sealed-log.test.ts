import test from 'ava';
import { Sealed } from '../../domain/shared/sealed.js';
import { userFields } from '../../ports/user-data.js';
import { eventually, networkOfThisFile } from '../support/network.js';
import { collect } from '../support/proposed-event.js';
import { auditSeals } from '../support/sealing.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered } = signingIn(network);

const audit = async () => auditSeals(await collect(network().store.readLog(null)));

/** Time passes until nothing waits for a seal any more. */
const untilSealed = async (): Promise<void> => {
  await network().settled();
  await eventually(async () => {
    network().clock.advance({ minutes: 1 });
    return (await audit()).story.unsealedEvents === 0;
  });
};

test.serial('the processes seal what happens, and the seals hold', async (t) => {
  await registered(t);
  await untilSealed();
  const { findings, story } = await audit();
  t.deepEqual(findings, []);
  t.true(story.sealedEvents > 10);
});

test.serial(
  'an instance that is killed is taken over from, and no event is left out',
  async (t) => {
    const { processes } = network().roles;
    await registered(t);
    await processes.kill();
    await registered(t);
    await processes.start();
    await untilSealed();
    t.deepEqual((await audit()).findings, []);
  },
);

/** What the log keeps of somebody that only their key opens. */
const openedOf = async (userId: string): Promise<readonly (string | null)[]> => {
  const { desk, store } = network();
  const subject = `user:${userId}` as const;
  const stored = await collect(store.readStream(`user-${userId}`));
  const texts = stored.flatMap(({ data }) => Object.values(Object(data))).filter(Sealed.is);
  const fields = Object.values(userFields);
  const opened = texts.map(async (sealed) => {
    const answers = await Promise.all(
      fields.map((field) => desk.personalData.open(subject, field, sealed).catch(() => null)),
    );
    return answers.find((answer) => answer !== null) ?? null;
  });
  return Promise.all(opened);
};

test.serial('who is forgotten leaves the chain as it is (P-097)', async (t) => {
  const { caller } = await registered(t);
  await untilSealed();
  const before = await audit();
  t.true(
    (await openedOf(caller.id)).some((text) => text !== null),
    'the log tells who it was',
  );
  const deleted = await network().call(caller, 'DELETE /api/auth/account');
  t.is(deleted.status, 204, deleted.text);
  await untilSealed();
  const after = await audit();
  t.deepEqual([before.findings, after.findings], [[], []]);
  t.true(after.story.sealedEvents > before.story.sealedEvents);
  t.deepEqual(
    (await openedOf(caller.id)).filter((text) => text !== null),
    [],
    'it does so no more',
  );
});
