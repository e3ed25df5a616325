import { randomUUID } from 'node:crypto';
import test from 'ava';
import { createSessionGate } from '../../../adapters/accounts/session-gate.js';
import { instant, plusSeconds } from '../../../domain/shared/instant.js';
import type { Pass } from '../../../ports/accounts/session-gate.js';
import type { Database, ListenOptions, Row } from '../../../ports/database.js';
import { DatabaseError } from '../../../ports/database.js';
import { memoryLog } from '../../support/log.js';
import { createTestClock } from '../../support/test-clock.js';
import { until } from '../../support/until.js';

const issuedAt = instant('2026-11-22T05:59:00Z');
const maya = { kind: 'user', id: 'maya' } as const;
const inSession = (sessionId: string): Pass => ({ holder: maya, sessionId, issuedAt });
const byOperator: Pass = { holder: maya, sessionId: null, issuedAt };

const told = (sessionId: string): string => JSON.stringify({ kind: 'session', sessionId });

/** A database whose listener and whose answers are in the hands of the test. */
const openStage = (options: { readonly revocationsMax?: number } = {}) => {
  const clock = createTestClock();
  const log = memoryLog();
  const ended = new Set<string>();
  let voided: Row[] = [];
  const questions: string[] = [];
  let answering: 'well' | 'never' | 'late' | 'with an error' = 'well';
  const held: (() => void)[] = [];
  let line: ListenOptions | null = null;

  const answer = (text: string, values: readonly unknown[]): readonly Row[] => {
    if (text.includes('FROM account.revoked_holders')) return voided;
    const [first] = values;
    if (text.includes('is_open')) return [{ is_open: !ended.has(String(first)) }];
    return [...ended].map((session_id) => ({ session_id, revoked_at: clock.now() }));
  };
  const unused = () => Promise.reject(new Error('the gate does not do that'));
  const database: Database = {
    query: async (text, values = []) => {
      questions.push(text);
      if (answering === 'never') return new Promise(() => undefined);
      if (answering === 'late') await new Promise<void>((resolve) => held.push(resolve));
      if (answering === 'with an error') throw new DatabaseError('trouble', '08006', 'gone');
      return answer(text, values);
    },
    execute: unused,
    transaction: unused,
    withAdvisoryLock: unused,
    listen: (_channel, listenOptions) => {
      line = listenOptions;
      const { signal } = listenOptions;
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          listenOptions.onLost?.();
          resolve();
        });
      });
    },
  };
  const gate = createSessionGate({ database, clock, log, ...options });
  const stop = new AbortController();
  const running = gate.run(stop.signal);

  /** Whether the gate knows by heart: it is judged without a question. */
  const knows = async (): Promise<boolean> => {
    const before = questions.length;
    await gate.judge(inSession(randomUUID()));
    return questions.length === before;
  };
  return {
    clock,
    log,
    gate,
    ended,
    questions,
    knows,
    revokeHolder: (id: string) => {
      const holder_kind = 'user';
      voided = [{ holder_kind, holder_id: id, issued_up_to: clock.now() }];
    },
    held,
    answers: (how: typeof answering) => {
      answering = how;
    },
    line: (): Required<ListenOptions> => {
      if (line === null) throw new Error('nobody listens');
      return { onListening: () => undefined, onLost: () => undefined, ...line };
    },
    connect: async () => {
      line?.onListening?.();
      for (let known = false; !known; ) known = await knows();
    },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};

test('before it has heard anything, the gate asks about each token', async (t) => {
  const { gate, ended, questions, stop } = openStage();
  const [mine, other] = [randomUUID(), randomUUID()];
  ended.add(mine);
  t.is(await gate.judge(inSession(mine)), 'revoked');
  t.is(await gate.judge(inSession(other)), 'open');
  t.is(await gate.judge(byOperator), 'open');
  t.is(questions.length, 3);
  await stop();
});

test('once it listens and has read the table, it asks nothing', async (t) => {
  const { gate, ended, connect, questions, line, revokeHolder, stop } = openStage();
  const [before, later] = [randomUUID(), randomUUID()];
  ended.add(before);
  revokeHolder('maya');
  await connect();
  const asked = questions.length;
  t.is(await gate.judge(inSession(before)), 'revoked');
  t.is(await gate.judge(inSession(later)), 'open');
  t.is(await gate.judge(byOperator), 'revoked');
  line().onMessage(told(later));
  t.is(await gate.judge(inSession(later)), 'revoked');
  t.is(questions.length, asked);
  await stop();
});

test('a token of an operator is void when it was issued up to the revocation, and good after', async (t) => {
  const { gate, connect, line, clock, stop } = openStage();
  await connect();
  const issuedUpTo = clock.now();
  line().onMessage(JSON.stringify({ kind: 'holder', holder: maya, issuedUpTo }));
  line().onMessage(JSON.stringify({ kind: 'holder', holder: maya, issuedUpTo: issuedAt }));
  const issued = (seconds: number): Pass => ({
    ...byOperator,
    issuedAt: plusSeconds(issuedUpTo, seconds),
  });
  t.is(await gate.judge(issued(0)), 'revoked');
  t.is(await gate.judge(issued(1)), 'open');
  t.is(await gate.judge({ ...issued(0), holder: { kind: 'staff', id: 'maya' } }), 'open');
  t.is(await gate.judge({ ...issued(0), sessionId: randomUUID() }), 'open', 'it has its own end');
  await stop();
});

test('what this instance revoked itself, it knows at once', async (t) => {
  const { gate, connect, stop } = openStage();
  await connect();
  const sessionId = randomUUID();
  gate.learn({ kind: 'session', sessionId });
  t.is(await gate.judge(inSession(sessionId)), 'revoked');
  await stop();
});

test('when the listener breaks the gate asks again, and the log says so', async (t) => {
  const { gate, connect, ended, questions, line, log, clock, knows, stop } = openStage();
  await connect();
  const asked = questions.length;
  line().onLost();
  const sessionId = randomUUID();
  ended.add(sessionId);
  t.is(await gate.judge(inSession(sessionId)), 'revoked');
  t.is(questions.length, asked + 1);
  t.is(log.lines.filter(({ level }) => level === 'warn').length, 1);
  // The reading of every ten minutes makes nothing known while nobody listens.
  const tables = () => questions.filter((text) => text.includes('LIMIT')).length;
  const read = tables();
  clock.advance({ minutes: 10 });
  await until(() => tables() === read + 2);
  t.false(await knows());
  t.false(await knows());
  // Heard again: what was missed is read before anything is known by heart.
  await connect();
  t.true(await knows());
  t.is(await gate.judge(inSession(sessionId)), 'revoked');
  await stop();
});

test('nobody is let in when nobody can tell (P-048)', async (t) => {
  const { gate, answers, clock, stop } = openStage();
  answers('with an error');
  t.is(await gate.judge(inSession(randomUUID())), 'unknown');
  t.is(await gate.judge(byOperator), 'unknown');
  answers('never');
  const verdict = gate.judge(byOperator);
  clock.advance({ seconds: 3 });
  t.is(await verdict, 'unknown');
  await stop();
});

test('a table that could not be read is read again, and is asked meanwhile', async (t) => {
  const { gate, answers, clock, line, log, knows, stop } = openStage();
  answers('with an error');
  line().onListening();
  await until(() => log.lines.some(({ level }) => level === 'warn'));
  answers('well');
  t.is(await gate.judge(byOperator), 'open');
  t.false(await knows());
  for (let known = false; !known; ) {
    clock.advance({ seconds: 1 });
    known = await knows();
  }
  t.pass();
  await stop();
});

test('what is told while the table is read is not forgotten', async (t) => {
  const { gate, line, answers, connect, clock, stop } = openStage();
  answers('never');
  line().onListening();
  const sessionId = randomUUID();
  line().onMessage(told(sessionId));
  t.is(await gate.judge(inSession(sessionId)), 'revoked');
  answers('well');
  await connect();
  clock.advance({ seconds: 1 });
  t.is(await gate.judge(inSession(sessionId)), 'revoked');
  await stop();
});

test('a reading that ends after the line was lost makes nothing known', async (t) => {
  const { line, answers, held, questions, knows, stop } = openStage();
  answers('late');
  line().onListening();
  line().onLost();
  answers('well');
  // The reading goes on with what it was asked for, to its end.
  for (const release of held) release();
  await until(() => questions.some((text) => text.includes('revoked_holders')));
  t.false(await knows());
  t.false(await knows());
  await stop();
});

test('a message that nobody understands makes the gate read the table', async (t) => {
  const { connect, line, ended, gate, knows, stop } = openStage();
  await connect();
  for (const strange of ['', '{', 'null', '{"kind":"realm","realm":"app"}']) {
    const sessionId = randomUUID();
    ended.add(sessionId);
    line().onMessage(strange);
    t.is(await gate.judge(inSession(sessionId)), 'revoked', strange);
    for (let known = false; !known; ) known = await knows();
  }
  await stop();
});

test('more revocations than fit into memory are asked for, until they are over', async (t) => {
  const { gate, connect, line, ended, clock, knows, stop } = openStage({ revocationsMax: 2 });
  await connect();
  const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
  for (const sessionId of [one, two, three]) {
    ended.add(sessionId);
    line().onMessage(told(sessionId));
  }
  t.false(await knows());
  for (const sessionId of [one, two, three]) {
    t.is(await gate.judge(inSession(sessionId)), 'revoked');
  }
  ended.clear();
  // A day later no token from before is good any more; the next reading finds room.
  clock.advance({ minutes: 24 * 60 });
  for (let known = false; !known; ) known = await knows();
  t.is(await gate.judge(inSession(three)), 'open');
  await stop();
});
