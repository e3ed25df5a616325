import type { ExecutionContext } from 'ava';
import { openRawLog } from '../../adapters/eventstore/raw-log.js';
import { readPublicKeys, sha256 } from '../../adapters/seal-keys.js';
import { logChecks } from '../../audit/checks/index.js';
import { type Finding, nowhere } from '../../audit/finding.js';
import { sealsHold } from '../../audit/seals/check.js';
import { verifyLog } from '../../audit/verify-log.js';
import { onOwnNode } from '../support/event-store-server.js';
import { generatedHistory } from '../support/generated-history.js';
import { asStored, type StoredEvent, serveLogFiles } from '../support/log-files.js';
import { collect } from '../support/proposed-event.js';
import { testSealKey, withSeals } from '../support/sealing.js';

/** With `LONG=1` as many as the issue asks for. */
const eventsCount = process.env.LONG === '1' ? 50_000 : 3_000;
const eventsOfSeal = 500;
const seed = 20_261_122;

type Log = readonly StoredEvent[];

let making: Promise<Log> | null = null;
/** A history of many worlds under seals, made once. */
const sealedLog = (): Promise<Log> => {
  const make = async (): Promise<Log> => {
    const history = await collect(generatedHistory({ seed, events: eventsCount }));
    const seals = Math.ceil(history.length / eventsOfSeal);
    return withSeals(history, Array<number>(seals).fill(eventsOfSeal)).map(asStored);
  };
  making ??= make();
  return making;
};

/** What `audit verify --log-only` asks and finds. */
const findingsIn = async (
  t: ExecutionContext,
  log: Log,
): Promise<readonly (Finding & { readonly check: string })[]> => {
  const keys = readPublicKeys(testSealKey.publicPem);
  if (keys === null) throw new Error('the test has a key');
  const findings: (Finding & { readonly check: string })[] = [];
  const store = openRawLog(await serveLogFiles(t, log));
  try {
    const seals = sealsHold({ sha256, keys, end: null, noted: null, onEnd: () => undefined });
    await verifyLog({
      store,
      checks: [...logChecks, seals],
      around: { settledUpTo: log.at(-1)?.position ?? null },
      onFinding: (check, finding) => findings.push({ check, ...finding }),
    });
  } finally {
    await store.close();
  }
  return findings;
};

/** An event in the middle of the log that is the last of its stream: nothing follows from it. */
const lastOfItsStream = (log: Log, type: string): number => {
  const index = log.findIndex(
    (event, at) =>
      at > log.length / 3 &&
      event.type === type &&
      !log.some((other, where) => where > at && other.stream === event.stream),
  );
  if (index < 1) throw new Error(`no stream ends with ${type}`);
  return index;
};

const at = (log: Log, index: number): StoredEvent => {
  const event = log[index];
  if (event === undefined) throw new Error(`the log has no event ${index}`);
  return event;
};

/** The place of an event as a finding says it. */
const placeOf = ({ stream, revision, position }: StoredEvent) => ({ stream, revision, position });

const isTold = (
  t: ExecutionContext,
  findings: readonly Finding[],
  { code, place }: Pick<Finding, 'code' | 'place'>,
): void => {
  const told = findings.filter((finding) => finding.code === code).map((each) => each.place);
  t.deepEqual(told, [place], `${code}: ${findings.map((each) => each.code).join(', ')}`);
};

onOwnNode('a long history of all kinds of journeys has no finding', async (t) => {
  const log = await sealedLog();
  t.true(log.length > eventsCount);
  t.deepEqual(await findingsIn(t, log), []);
});

onOwnNode('a byte that was flipped in the files is found at its event', async (t) => {
  const log = await sealedLog();
  const index = log.findIndex(
    ({ type }, where) => where > log.length / 2 && type === 'FundsCredited',
  );
  const event = at(log, index);
  const data = Buffer.from(event.data);
  const digit = data.indexOf('"minor":') + '"minor":'.length;
  // 7,500 paisa become 6,500 or the like: still a credit, and still JSON.
  data.writeUInt8(data.readUInt8(digit) ^ 1, digit);
  const findings = await findingsIn(t, log.with(index, { ...event, data }));
  isTold(t, findings, { code: 'sealed-event-changed', place: placeOf(event) });
});

onOwnNode('an event that was dropped without a gap in its stream is missed', async (t) => {
  const log = await sealedLog();
  const index = lastOfItsStream(log, 'FundsCaptured');
  const findings = await findingsIn(t, log.toSpliced(index, 1));
  const { position } = at(log, index - 1);
  isTold(t, findings, { code: 'sealed-event-missing', place: { ...nowhere, position } });
  t.true(
    findings.some(({ check }) => check !== 'seals-hold'),
    'the books miss it, too',
  );
});

onOwnNode('an event that was written twice is found at its second place', async (t) => {
  const log = await sealedLog();
  const index = lastOfItsStream(log, 'FundsCredited');
  const event = at(log, index);
  const again = { ...event, revision: event.revision + 1n, position: event.position + 1n };
  const findings = await findingsIn(t, log.toSpliced(index + 1, 0, again));
  isTold(t, findings, { code: 'event-repeated', place: placeOf(again) });
  isTold(t, findings, { code: 'entry-repeated', place: placeOf(again) });
  isTold(t, findings, { code: 'unsealed-event-inserted', place: placeOf(again) });
});

onOwnNode('an event that was made up is found, as good as it may look', async (t) => {
  const log = await sealedLog();
  const index = lastOfItsStream(log, 'FundsCredited');
  const event = at(log, index);
  const forged = {
    ...event,
    id: '6f1c1b1e-2f9c-4bb0-9f0f-5a3e7c1d2b4a',
    data: Buffer.from(event.data.toString().replace(/"creditId":"[^"]*"/, '"creditId":"gift"')),
    revision: event.revision + 1n,
    position: event.position + 1n,
  };
  const findings = await findingsIn(t, log.toSpliced(index + 1, 0, forged));
  t.deepEqual(
    findings.map(({ code, place }) => ({ code, place })),
    [{ code: 'unsealed-event-inserted', place: placeOf(forged) }],
  );
});

onOwnNode('two events that changed places are found', async (t) => {
  const log = await sealedLog();
  const index = lastOfItsStream(log, 'FundsCredited');
  const [first, second] = [at(log, index), at(log, index + 1)];
  const swapped = log
    .with(index, { ...second, position: first.position })
    .with(index + 1, { ...first, position: second.position });
  const findings = await findingsIn(t, swapped);
  const moved = findings.filter(({ code }) => code === 'sealed-event-moved');
  t.is(moved.length, 1, findings.map(({ code }) => code).join(', '));
  const places = [first.stream, second.stream];
  t.true(places.includes(moved[0]?.place.stream ?? ''));
});
