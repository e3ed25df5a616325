import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  type OpenEject,
  type StationState,
  slotViews,
  station,
  stationEvents,
} from '../../domain/station/index.js';
import { StationAuditor } from '../support/station-auditor.js';
import { commandOf, second } from '../support/station-commands.js';
import { openStation, tell } from '../support/station-story.js';

/** The failure itself is part of the report, next to the seed and the shortest life. */
const runs = (numRuns: number) => ({ numRuns, includeErrorInReport: true });

const oneOf = (...words: readonly string[]) => fc.constantFrom(...words);
const slot = oneOf('1', '2', '3', '4', '5');
const bank = oneOf('B1', 'B2', 'B3', 'B4', 'B5', 'B6');
const rental = oneOf('r1', 'r2', 'r3');
const outcome = oneOf('ejected', 'not_ejected', 'uncertain');
const charge = oneOf('90', '40', '19', '?');
const line = (...words: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...words).map((all) => all.join(' '));
const say = (word: string) => fc.constant(word);

const listedSlot = fc.oneof(
  fc.tuple(slot, bank, charge).map(([n, serial, percent]) => `${n}=${serial}/${percent}`),
  slot.map((n) => `${n}=-`),
  fc.tuple(slot, bank, oneOf('0', '4')).map(([n, serial, state]) => `${n}=${serial}/50!${state}`),
  slot.map((n) => `${n}=!1`),
);
const listedSlots = fc.array(listedSlot, { maxLength: 6 }).map((slots) => slots.join(' '));
const channel = oneOf('return', 'return-selftest', 'return-http');

/** What a cabinet, renters and staff may come up with, sensible or not. */
const anyLine = fc.oneof(
  line(oneOf('inventory', 'check'), listedSlots),
  line(channel, slot, bank),
  line(channel, slot, bank, say('16')),
  line(oneOf('reserve', 'reserve-swap'), rental, fc.oneof(say('any'), bank)),
  line(say('release'), rental),
  line(say('eject-staff'), oneOf('s1', 's2', 's3'), bank),
  line(say('answer'), bank, outcome),
  line(say('answer-slot'), slot, outcome),
  line(say('sight'), slot, rental),
  line(oneOf('out-of-service', 'in-service'), bank),
  line(oneOf('close-slot', 'open-slot'), slot),
  line(oneOf('close', 'open', 'online', 'offline', 'resize 3', 'resize 4')),
  fc.tuple(bank, fc.nat(3_000)).map(([serial, seen]) => `forget ${serial} ${seen}`),
);

const nextFor = (
  { ejectId, powerBank, stage }: OpenEject,
  others: readonly string[],
): readonly string[] => {
  const dispatch = `dispatch ${ejectId}`;
  switch (stage) {
    case 'queued':
      return [`not-connected ${ejectId}`];
    case 'ordered':
      return [dispatch, dispatch, dispatch, dispatch, `too-late ${ejectId}`];
    case 'dispatched':
    case 'uncertain':
      return [
        `answer ${powerBank} ejected`,
        `answer ${powerBank} not_ejected`,
        `answer ${powerBank} uncertain`,
        `silence ${ejectId}`,
        `give-up ${ejectId}`,
        ...others.map((other) => `answer ${other} ejected`),
      ];
  }
};

/** What makes sense now; random words alone would rarely bring an eject to its end. */
const sensibleLines = (state: StationState, step: number): readonly string[] => {
  const docked = slotViews(state).filter(({ powerBank }) => powerBank !== null);
  const banks = docked.map(({ powerBank }) => `${powerBank}`);
  return [
    `reserve r${(step % 3) + 1} any`,
    `check ${docked.map((view) => `${view.slot}=${view.powerBank}/60`).join(' ')}`,
    ...(state.presence === 'OFFLINE' ? ['online'] : []),
    ...(state.maintenance === null ? [] : ['open']),
    ...docked.flatMap(({ slot: n, outOfService, powerBank }) =>
      outOfService ? [`in-service ${powerBank}`, `sight ${n} r1`] : [],
    ),
    ...[...state.reservations.values()].flatMap(({ rentalId, purpose, powerBank }) => {
      const order = `${purpose === 'SWAP' ? 'eject-swap' : 'eject'} e${step} ${powerBank} ${rentalId}`;
      return [order, order, order, `release ${rentalId}`];
    }),
    ...[...state.openEjects.values()].flatMap((eject) => nextFor(eject, banks)),
    ...state.endedEjects
      .slice(-2)
      .flatMap(({ powerBank, ejectId }) => [`answer ${powerBank} ejected`, `silence ${ejectId}`]),
  ];
};

interface Step {
  readonly waitSeconds: number;
  readonly line: string;
  /** Which of the sensible lines to take instead, when there is one. */
  readonly pick: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  waitSeconds: fc.oneof(fc.nat(9), fc.nat(60), fc.nat(900)),
  line: anyLine,
  pick: fc.option(fc.nat(1_000), { freq: 3 }),
});
// Long lives from the start: short ones rarely get past a reservation.
const steps = fc.array(step, { minLength: 10, maxLength: 60, size: 'max' });

const stocked = ['inventory 1=B1/90 2=B2/80 3=B3/70 4=-', 'reserve r1 any'].reduce<StationState>(
  (state, text) => {
    const decided = station.decide(commandOf(text, second(1)), state);
    return E.isRight(decided) ? decided.right.reduce(station.evolve, state) : state;
  },
  openStation().reduce(station.evolve, station.initial),
);

const heardSoFar = (): StationAuditor => {
  const auditor = new StationAuditor();
  for (const [number, { bank: docked }] of stocked.slots) {
    if (docked !== null) auditor.slots.set(number, docked.powerBank);
  }
  for (const { rentalId, powerBank } of stocked.reservations.values()) {
    auditor.reservations.set(rentalId, powerBank);
  }
  return auditor;
};

interface Moment {
  readonly state: StationState;
  readonly seconds: number;
}

/** Plays random steps; `judge` sees every decision before it is taken. */
const live = (
  life: readonly Step[],
  judge: (before: StationState, text: string, seconds: number) => void,
): Moment =>
  life.reduce<Moment>(
    ({ state, seconds }, { waitSeconds, line: random, pick }, index) => {
      const sensible = sensibleLines(state, index);
      const text = (pick === null ? undefined : sensible[pick % sensible.length]) ?? random;
      const now = seconds + waitSeconds;
      judge(state, text, now);
      const decided = station.decide(commandOf(text, second(now)), state);
      const events = E.isRight(decided) ? decided.right : [];
      return { state: events.reduce(station.evolve, state), seconds: now };
    },
    { state: stocked, seconds: 1 },
  );

test('no history breaks a law of slots, reservations or ejects (P-003, P-005, P-007, P-025)', (t) => {
  const happened = new Set<string>();
  fc.assert(
    fc.property(steps, (life) => {
      const auditor = heardSoFar();
      const { state } = live(life, (before, text, seconds) => {
        const decided = station.decide(commandOf(text, second(seconds)), before);
        if (E.isLeft(decided)) return;
        for (const event of decided.right) {
          happened.add(event.type);
          t.true(stationEvents[event.type].data.is(event.data), event.type);
          t.is(auditor.hear(event), null, `${text}: ${tell(decided.right)}`);
        }
        t.is(auditor.broken(), null, `${text}: ${tell(decided.right)}`);
      });
      const shown = slotViews(state).filter(({ powerBank }) => powerBank !== null);
      t.deepEqual(
        new Map<number, string>(shown.map((view) => [view.slot, view.powerBank ?? ''])),
        new Map([...auditor.slots].sort(([left], [right]) => left - right)),
      );
    }),
    runs(1_000),
  );
  const never = Object.keys(stationEvents).filter((type) => !happened.has(type));
  t.deepEqual(never, ['StationRegistered', 'StationFirstSynced'], 'random lives are rich enough');
});

test('a command that is told twice adds nothing the second time (P-021)', (t) => {
  fc.assert(
    fc.property(steps, (life) => {
      live(life, (before, text, seconds) => {
        const command = commandOf(text, second(seconds));
        const first = station.decide(command, before);
        if (E.isLeft(first)) return;
        const again = station.decide(command, first.right.reduce(station.evolve, before));
        t.is(E.isLeft(again) ? 'quiet' : tell(again.right), 'quiet', text);
      });
    }),
    runs(1_000),
  );
});

test('deciding and folding change nothing that they were given', (t) => {
  fc.assert(
    fc.property(steps, (life) => {
      live(life, (before, text, seconds) => {
        const copy = structuredClone(before);
        const decided = station.decide(commandOf(text, second(seconds)), before);
        if (E.isRight(decided)) decided.right.reduce(station.evolve, before);
        t.deepEqual(before, copy, text);
      });
    }),
    runs(100),
  );
});

const wholePicture = fc
  .tuple(fc.shuffledSubarray(['B1', 'B2', 'B3', 'B4', 'B5', 'B6'], { maxLength: 4 }), fc.nat(24))
  .map(([banks, salt]) => {
    const slots = ['1', '2', '3', '4'];
    return slots.map((n, index) => {
      const serial = banks[(index + salt) % slots.length];
      return serial === undefined ? `${n}=-` : `${n}=${serial}/60`;
    });
  });

test('after any history, one whole inventory puts the picture right (P-083)', (t) => {
  fc.assert(
    fc.property(steps, wholePicture, (life, picture) => {
      // An hour later no echo window and no self-check is open any more.
      const { state: before, seconds } = live(life, () => undefined);
      const resized = ['resize 4', `inventory ${picture.join(' ')}`].reduce<StationState>(
        (state, text) => {
          const decided = station.decide(commandOf(text, second(seconds + 3_600)), state);
          return E.isRight(decided) ? decided.right.reduce(station.evolve, state) : state;
        },
        before,
      );
      const shown = slotViews(resized).map(({ slot: n, powerBank }) =>
        powerBank === null ? `${n}=-` : `${n}=${powerBank}/60`,
      );
      t.deepEqual(shown, picture);
    }),
    runs(1_000),
  );
});

const docks = (lines: readonly string[], start: StationState): number =>
  lines.reduce(
    ({ state, count }, text) => {
      const [seconds = '', ...words] = text.split(' ');
      const decided = station.decide(commandOf(words.join(' '), second(Number(seconds))), state);
      const events = E.isRight(decided) ? decided.right : [];
      const docked = events.filter(
        ({ type, data }) => type === 'PowerBankDocked' && data.powerBank === 'B9',
      );
      return { state: events.reduce(station.evolve, state), count: count + docked.length };
    },
    { state: start, count: 0 },
  ).count;

const reports = ['return 4 B9/50', 'return-selftest 4 B9/50', 'return-http 4 B9', 'check 4=B9/50'];

test('one return that is told 1 to 4 times counts once, also with an eject in between (P-021)', (t) => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(reports, { minLength: 1 }),
      fc.nat(4),
      fc.array(fc.nat(50), { minLength: 7, maxLength: 7 }),
      (told, ejectAfter, gaps) => {
        const eject = ['eject-staff e1 B9', 'dispatch e1', 'answer B9 ejected'];
        const firsts = told.slice(0, ejectAfter);
        const story = [...firsts, ...(firsts.length === 0 ? [] : eject), ...told.slice(ejectAfter)];
        const timed = story.map((text, index) => {
          return `${100 + index * 60 + (gaps[index] ?? 0)} ${text}`;
        });
        t.is(docks(timed, stocked), 1, timed.join('; '));
      },
    ),
    runs(1_000),
  );
});

test('a second return counts again, once any channel that told of the first is heard', (t) => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(reports, { minLength: 1 }),
      fc.shuffledSubarray(reports, { minLength: 1 }),
      (first, later) => {
        fc.pre(later.some((text) => first.includes(text)));
        const eject = ['eject-staff e1 B9', 'dispatch e1', 'answer B9 ejected'];
        const timed = [...first, ...eject, ...later].map(
          (text, index) => `${100 + index * 10} ${text}`,
        );
        t.is(docks(timed, stocked), 2, timed.join('; '));
      },
    ),
    runs(500),
  );
});
