import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { Rotation, Sessions } from '../../../ports/accounts/sessions.js';
import { atOnce, day, type Ground, openGround, tallyOf, user } from './support.js';

type Caller = 'phone' | 'thief';

type Step =
  /** `age` 0 is the token that is good now, 1 the one before it, and so on. */
  | { readonly type: 'rotate'; readonly age: number; readonly caller: Caller }
  /** The same, from so many at once. */
  | { readonly type: 'crowd'; readonly age: number; readonly times: number }
  | { readonly type: 'race with revocation' }
  | { readonly type: 'wait'; readonly seconds: number }
  | { readonly type: 'revoke' };

const age = fc.constantFrom(0, 0, 0, 1, 1, 2, 7);
const caller = fc.constantFrom<Caller[]>('phone', 'phone', 'phone', 'thief');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('rotate'), age, caller }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('crowd'),
      age,
      times: fc.integer({ min: 2, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('wait'),
      seconds: fc.constantFrom(1, 6, 10, 11, day, 89 * day, 90 * day),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('revoke') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('race with revocation') }) },
);

/** A family as the rules see it: the tokens in the order of their making. */
const createModel = (first: string) => {
  const tokens = [first];
  let nowSeconds = 0;
  let expiresAt = 90 * day;
  let rotated: { readonly at: number; readonly by: Caller } | null = null;
  let isRevoked = false;

  const isLost = (at: number, by: Caller): boolean =>
    rotated !== null && at === 1 && nowSeconds <= rotated.at + 10 && rotated.by === by;

  return {
    tokenOf: (at: number): { readonly token: string; readonly age: number } => {
      const real = Math.min(at, tokens.length - 1);
      return { token: tokens[tokens.length - 1 - real] ?? first, age: real };
    },
    newest: (): string => tokens.at(-1) ?? first,
    isRevoked: (): boolean => isRevoked,
    wait: (seconds: number): void => {
      nowSeconds += seconds;
    },
    revoke: (): void => {
      isRevoked = true;
    },
    expected: (at: number, by: Caller): Rotation['kind'] | 'repeated' => {
      if (isRevoked) return 'revoked';
      if (nowSeconds >= expiresAt) return 'expired';
      if (at === 0) return 'rotated';
      return isLost(at, by) ? 'repeated' : 'reused';
    },
    grow: (token: string, by: Caller): void => {
      tokens.push(token);
      rotated = { at: nowSeconds, by };
      expiresAt = Math.min(nowSeconds + 90 * day, 180 * day);
    },
  };
};

type Model = ReturnType<typeof createModel>;

const kindOf = (rotation: Rotation): string =>
  rotation.kind === 'rotated' && rotation.isRepeat ? 'repeated' : rotation.kind;

interface Play {
  readonly t: ExecutionContext;
  readonly sessions: Sessions;
  readonly model: Model;
  readonly sessionId: string;
}

const rotateOnce = async ({ t, sessions, model }: Play, at: number, by: Caller): Promise<void> => {
  const { token, age: real } = model.tokenOf(at);
  const expected = model.expected(real, by);
  const rotation = await sessions.rotate({ refreshToken: token, realm: 'app', caller: by });
  t.is(kindOf(rotation), expected);
  if (rotation.kind === 'reused') model.revoke();
  if (rotation.kind !== 'rotated') return;
  if (rotation.isRepeat) t.is(rotation.refresh.token, model.newest());
  else model.grow(rotation.refresh.token, by);
};

/** One of the crowd does what one alone would do; the others get the same, or find it done. */
const others: Readonly<Record<string, string>> = {
  rotated: 'repeated',
  repeated: 'repeated',
  reused: 'revoked',
  revoked: 'revoked',
  expired: 'expired',
};

const rotateTogether = async (
  { t, sessions, model }: Play,
  at: number,
  times: number,
): Promise<void> => {
  const { token, age: real } = model.tokenOf(at);
  const expected = model.expected(real, 'phone');
  const wish = { refreshToken: token, realm: 'app', caller: 'phone' } as const;
  const rotations = await atOnce(times, () => sessions.rotate(wish));
  const wanted = rotations.map((_, index) => (index === 0 ? expected : (others[expected] ?? '')));
  t.deepEqual(tallyOf(rotations.map(kindOf)), tallyOf(wanted));
  if (expected === 'reused') model.revoke();
  const given = new Set(
    rotations.flatMap((each) => (each.kind === 'rotated' ? [each.refresh.token] : [])),
  );
  t.true(given.size <= 1, 'at most one token is good');
  for (const one of given) if (one !== model.newest()) model.grow(one, 'phone');
};

const raceWithRevocation = async ({ t, sessions, model, sessionId }: Play): Promise<void> => {
  const wish = { refreshToken: model.newest(), realm: 'app', caller: 'phone' } as const;
  const [rotation] = await Promise.all([
    sessions.rotate(wish),
    sessions.revoke(sessionId, 'by-staff'),
  ]);
  model.revoke();
  if (rotation.kind !== 'rotated') return;
  const after = { ...wish, refreshToken: rotation.refresh.token };
  t.is((await sessions.rotate(after)).kind, 'revoked');
};

const play = async (one: Play, ground: Ground, what: Step): Promise<void> => {
  const { model, sessions, sessionId } = one;
  switch (what.type) {
    case 'rotate':
      return rotateOnce(one, what.age, what.caller);
    case 'crowd':
      return rotateTogether(one, what.age, what.times);
    case 'race with revocation':
      return raceWithRevocation(one);
    case 'wait':
      ground.clock.advance({ seconds: what.seconds });
      return model.wait(what.seconds);
    case 'revoke':
      await sessions.revoke(sessionId, 'by-staff');
      return model.revoke();
  }
};

test('however tokens are taken, reused, raced, revoked and left, one is good at most (P-093)', async (t) => {
  const ground = await openGround(t);
  const { sessions } = ground.accounts;
  let runs = 0;
  const story = fc.array(step, { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      runs += 1;
      const holder = user(`holder-${runs}`);
      const opened = await sessions.open({ holder, realm: 'app', deviceId: null });
      const { sessionId } = opened.session;
      const model = createModel(opened.refresh.token);
      const one = { t, sessions, model, sessionId };
      for (const each of steps) await play(one, ground, each);
      // Whatever happened: a family that has ended gives nothing, whichever token is shown.
      if (!model.isRevoked()) return;
      for (let old = 0; old < 20; old += 1) await rotateOnce(one, old, 'phone');
    }),
    { numRuns: 120 },
  );
});
