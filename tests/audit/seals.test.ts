import test from 'ava';
import fc from 'fast-check';
import { makeSealKey, readPublicKeys, sha256 } from '../../adapters/seal-keys.js';
import { sealHash } from '../../domain/seal/index.js';
import { instant, plusSeconds } from '../../domain/shared/instant.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { auditSeals, testSealKey, withSeals } from '../support/sealing.js';

const recordedAt = instant('2026-11-22T05:00:00Z');
const firstPosition = 100n;
const step = 10n;

const isSeal = ({ stream }: RecordedEvent): boolean => stream === 'seal-log';

const fact = (index: number, stream: string, revision: bigint): RecordedEvent => ({
  id: `10000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  stream,
  revision,
  position: firstPosition + step * BigInt(index),
  type: 'FundsCredited',
  data: { amount: index },
  metadata: { actor: 'a' },
  recordedAt,
});

/** Events of several streams, their revisions dense. */
const factsIn = (streams: readonly number[]): readonly RecordedEvent[] => {
  const next = new Map<number, bigint>();
  return streams.map((stream, index) => {
    const revision = next.get(stream) ?? 0n;
    next.set(stream, revision + 1n);
    return fact(index, `wallet-u${stream}`, revision);
  });
};

/** A log of some stretches, all sealed. */
const sealedLogs = fc
  .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 })
  .chain((lengths) => {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const streams = fc.array(fc.nat(3), { minLength: total, maxLength: total });
    return streams.map((chosen) => withSeals(factsIn(chosen), lengths));
  });

/** A log, and one of its facts. */
const withChoice = fc.tuple(sealedLogs, fc.nat()).map(([log, choice]) => {
  const places = [...log.keys()].filter((index) => !isSeal(log[index] ?? fact(0, '', 0n)));
  const at = places[choice % places.length] ?? 0;
  return { log, at };
});

/** The same events, written anew: the store gives them other positions. */
const copied = (log: readonly RecordedEvent[]): readonly RecordedEvent[] =>
  log.map((event, index) => ({ ...event, position: 7n + 3n * BigInt(index) }));

const changes: Readonly<Record<string, (event: RecordedEvent) => RecordedEvent>> = {
  data: (event) => ({ ...event, data: { amount: -1 } }),
  'order of keys': (event) => ({ ...event, data: { ...{ b: 1 }, ...Object(event.data) } }),
  metadata: (event) => ({ ...event, metadata: { actor: 'b' } }),
  'no metadata': (event) => ({ ...event, metadata: undefined }),
  type: (event) => ({ ...event, type: 'FundsDebited' }),
  id: (event) => ({ ...event, id: '20000000-0000-4000-8000-000000000000' }),
  stream: (event) => ({ ...event, stream: `${event.stream}x` }),
  revision: (event) => ({ ...event, revision: event.revision + 1n }),
};

/** In a copy, the event that ends a stretch is known by its name only. */
const names: ReadonlySet<string> = new Set(['stream', 'revision']);

for (const [what, change] of Object.entries(changes)) {
  test(`one event with another ${what} is found, at its place`, (t) => {
    fc.assert(
      fc.property(withChoice, fc.boolean(), ({ log, at }, isCopy) => {
        const changed = log.map((event, index) => (index === at ? change(event) : event));
        const stored = isCopy && !names.has(what) ? copied(changed) : changed;
        const { findings } = auditSeals(stored);
        t.is(findings.length, 1);
        const { stream, revision, position } = stored[at] ?? fact(0, '', 0n);
        t.like(findings[0], {
          code: 'sealed-event-changed',
          place: { stream, revision, position },
        });
      }),
      { numRuns: 25 },
    );
  });
}

test('an event of a copy that bears another name is found, told as gone or as changed', (t) => {
  fc.assert(
    fc.property(withChoice, ({ log, at }) => {
      const changed = log.map((event, index) =>
        index === at ? { ...event, stream: `${event.stream}x` } : event,
      );
      const [first] = auditSeals(copied(changed)).findings;
      t.regex(first?.code ?? '', /^sealed-event-(changed|missing)$/);
    }),
    { numRuns: 25 },
  );
});

test('a sound log has no findings, and a copy of it is told as one', (t) => {
  fc.assert(
    fc.property(sealedLogs, (log) => {
      const seals = log.filter(isSeal).length;
      const sealedEvents = log.length - seals;
      const story = { seals, sealedEvents, unsealedEvents: 0 };
      t.deepEqual(auditSeals(log), { findings: [], story: { ...story, copiedSeals: 0 } });
      t.deepEqual(auditSeals(copied(log)), {
        findings: [],
        story: { ...story, copiedSeals: seals },
      });
    }),
    { numRuns: 30 },
  );
});

test('an event that is gone is found: the place is the one before it', (t) => {
  fc.assert(
    fc.property(withChoice, ({ log, at }) => {
      const { findings } = auditSeals(log.filter((_, index) => index !== at));
      t.deepEqual(
        findings.map(({ code }) => code),
        ['sealed-event-missing'],
      );
      const { position } = findings[0]?.place ?? {};
      const gone = log[at]?.position ?? 0n;
      t.true(position === null || (position !== undefined && position < gone));
    }),
    { numRuns: 40 },
  );
});

test('an event that was put in is found, at its place', (t) => {
  fc.assert(
    fc.property(withChoice, ({ log, at }) => {
      const other = { ...fact(9_999, 'wallet-u9', 0n), position: (log[at]?.position ?? 0n) - 1n };
      const { findings } = auditSeals([...log.slice(0, at), other, ...log.slice(at)]);
      t.is(findings.length, 1);
      const { position } = other;
      t.like(findings[0], {
        code: 'unsealed-event-inserted',
        place: { stream: 'wallet-u9', position },
      });
    }),
    { numRuns: 40 },
  );
});

test('two events that have changed places are found', (t) => {
  fc.assert(
    fc.property(withChoice, fc.nat(), ({ log, at }, choice) => {
      const later = [...log.keys()].filter((index) => {
        const event = log[index];
        return index > at && event !== undefined && !isSeal(event);
      });
      const other = later[choice % later.length] ?? -1;
      const [one, two] = [log[at], log[other]];
      if (one === undefined || two === undefined) return;
      const swapped = log.map((event, index) => {
        if (index === at) return { ...two, position: event.position };
        return index === other ? { ...one, position: event.position } : event;
      });
      const { findings } = auditSeals(swapped);
      t.true(findings.length > 0);
      for (const { place, code } of findings) {
        t.regex(code, /^(un)?sealed-event-(moved|changed|missing|inserted)$/);
        t.true(place.position === null || place.position <= two.position);
      }
    }),
    { numRuns: 40 },
  );
});

const fiveSeals = (): readonly RecordedEvent[] =>
  withSeals(factsIn([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]), [2, 2, 2, 2, 2]);

const codesOf = (log: readonly RecordedEvent[], options = {}): readonly string[] =>
  auditSeals(log, options).findings.map(({ code }) => code);

const sealAt = (log: readonly RecordedEvent[], number: number): RecordedEvent => {
  const found = log.filter(isSeal)[number - 1];
  if (found === undefined) throw new Error('no such seal');
  return found;
};

test('a seal that is gone is told, and the events that it alone spoke for', (t) => {
  const log = fiveSeals();
  const { findings } = auditSeals(log.filter((event) => event !== sealAt(log, 3)));
  t.deepEqual(
    findings.map(({ code }) => code),
    ['seal-missing', 'events-unproven'],
  );
  t.like(findings[1], { place: { position: 140n }, found: '2 events up to position 150' });
});

test('any other field in a seal breaks its signature, and the chain behind it', (t) => {
  const log = fiveSeals();
  const seal = sealAt(log, 3);
  const data: Readonly<Record<string, unknown>> = Object(seal.data);
  const other = (value: unknown): unknown => {
    if (typeof value === 'number') return value + 1;
    if (typeof value !== 'string') return { stream: 'wallet-u9', revision: '0' };
    return /^2026/.test(value) ? recordedAt : value.replace(/.$/, (c) => (c === '1' ? '2' : '1'));
  };
  const signedFields = Object.keys(data).filter((name) => !/^(version|number)$/.test(name));
  t.is(signedFields.length, 12);
  for (const name of signedFields) {
    const forged = { ...seal, data: { ...data, [name]: other(data[name]) } };
    const codes = codesOf(log.map((event) => (event === seal ? forged : event)));
    const isAboutKey = name === 'keyId';
    t.true(codes.includes(isAboutKey ? 'seal-key-unknown' : 'seal-signature-invalid'), name);
    t.true(codes.includes('seal-chain-broken'), name);
  }
  for (const [name, value] of Object.entries({ version: 2, number: 9, contentRoot: 'x' })) {
    const forged = { ...seal, data: { ...data, [name]: value } };
    t.not(codesOf(log.map((event) => (event === seal ? forged : event))).length, 0, name);
  }
});

test('metadata of a seal is under the next one', (t) => {
  const log = fiveSeals();
  const seal = sealAt(log, 2);
  const metadata = { ...Object(seal.metadata), commandId: 'another' };
  const changed = log.map((event) => (event === seal ? { ...event, metadata } : event));
  t.deepEqual(codesOf(changed), ['seal-chain-broken']);
});

test('a seal by a key that is not ours is found, whatever it says', (t) => {
  const forger = makeSealKey().key;
  const log = withSeals(factsIn([0, 1, 2, 0]), [2, 2], (seal) =>
    seal === 2 ? forger : testSealKey,
  );
  t.deepEqual(codesOf(log), ['seal-key-unknown']);
});

test('after a key was changed, both public keys together prove the whole log', (t) => {
  const next = makeSealKey().key;
  const log = withSeals(factsIn([0, 1, 2, 0]), [2, 2], (seal) => (seal === 2 ? next : testSealKey));
  const keys = readPublicKeys(`${testSealKey.publicPem}\n${next.publicPem}`);
  t.deepEqual(codesOf(log, { keys }), []);
});

test('an end that was cut off is seen by the seal that was noted, and only by it', (t) => {
  const log = fiveSeals();
  const hash = sealHash(sha256, sealAt(log, 5));
  const noted = { number: 5, hash };
  const end = { now: recordedAt, intervalSeconds: 60 };
  t.deepEqual(codesOf(log, { end, noted }), []);
  const cut = log.slice(0, log.indexOf(sealAt(log, 3)) + 1);
  t.deepEqual(codesOf(cut, { end }), []);
  t.deepEqual(codesOf(cut, { end, noted }), ['noted-seal-missing']);
  const rewritten = withSeals(factsIn([0, 1, 2, 0, 1, 2, 0, 1, 2, 3]), [2, 2, 2, 2, 2]);
  t.deepEqual(codesOf(rewritten, { end, noted }), ['noted-seal-differs']);
});

test('an unsealed end is a finding only when it waits for too long', (t) => {
  const log = withSeals(factsIn([0, 1, 2]), [2]);
  const at = (seconds: number) => ({ now: plusSeconds(recordedAt, seconds), intervalSeconds: 60 });
  t.is(auditSeals(log, { end: at(120) }).story.unsealedEvents, 1);
  t.deepEqual(codesOf(log, { end: at(120) }), []);
  t.deepEqual(codesOf(log, { end: at(121) }), ['sealing-overdue']);
  t.deepEqual(codesOf(log, { end: null }), []);
});
