import test from 'ava';
import type { PageOutcome } from '../../domain/broadcast/decide.js';
import type { BroadcastEvent } from '../../domain/broadcast/events.js';
import {
  BroadcastAudience,
  BroadcastText,
  BroadcastTitle,
  type BroadcastWish,
  broadcast,
  isStillMeant,
  pagePeopleMax,
  providerAwaySecondsMax,
} from '../../domain/broadcast/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { BroadcastId, UserId } from '../../domain/shared/ids.js';
import { type Instant, instant, plusSeconds } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';

const broadcasts = specOf(broadcast);
const at = instant('2026-03-01T04:00:00Z');
const later = plusSeconds(at, 60);
const tooLate = plusSeconds(at, providerAwaySecondsMax + 1);
const broadcastId = brandOrThrow(BroadcastId, 'b-1');
const user = (name: string) => brandOrThrow(UserId, name);
const [ann, bob, eve] = [user('ann'), user('bob'), user('eve')];
const wish: BroadcastWish = {
  title: 'Dashain',
  message: 'All stations are open on all days.',
  audience: 'ALL',
  channels: ['email'],
};

const accept = (change: Partial<BroadcastWish> = {}, expected = 3) =>
  ({ type: 'AcceptBroadcast', broadcastId, wish: { ...wish, ...change }, expected, at }) as const;
const accepted: BroadcastEvent = {
  type: 'BroadcastAccepted',
  data: { broadcastId, ...wish, expected: 3, at },
};

const begin = (number: number, people = 3) =>
  ({ type: 'BeginPage', number, people, upTo: eve, at: later }) as const;
const begun = (number: number, people = 3): BroadcastEvent => ({
  type: 'BroadcastPageBegun',
  data: { number, people, upTo: eve, at: later },
});

const nothing = { accepted: 0, refused: 0, unknown: 0, skipped: 0 };
const end = (number: number, outcome: Partial<PageOutcome>, when: Instant = later) => {
  const whole = { ...nothing, notSent: [], untried: [], ...outcome };
  return { type: 'EndPage', number, outcome: whole, at: when } as const;
};
type Ended = Extract<BroadcastEvent, { type: 'BroadcastPageEnded' }>;
const ended = (number: number, data: Partial<Ended['data']>): Ended => ({
  type: 'BroadcastPageEnded',
  data: { number, ...nothing, failed: 0, again: [], isProviderAway: false, at: later, ...data },
});

test(
  'a broadcast is accepted once; how many people were expected is no part of the wish',
  broadcasts.given().when(accept()).thenOnce(accepted),
);
test('the same wish again is quiet', broadcasts.given(accepted).when(accept({}, 9)).nothing());
test(
  'another wish under the same id is a mistake of its sender',
  broadcasts
    .given(accepted)
    .when(accept({ title: 'Tihar' }))
    .refuses({ kind: 'IdReused', id: broadcastId, differing: ['title'] }),
);
test(
  'P-118: without a channel there is nothing to accept',
  broadcasts
    .given()
    .when(accept({ channels: [] }))
    .refuses({ kind: 'ChannelRequired' }),
);
test(
  'P-118: a channel that is not there yet refuses the whole broadcast',
  broadcasts
    .given()
    .when(accept({ channels: ['email', 'push'] }))
    .refuses({ kind: 'UnsupportedChannel', channel: 'push' }),
);
test(
  'blanks are no words',
  broadcasts
    .given()
    .when(accept({ title: ' ', message: '\n' }))
    .refuses({ kind: 'WordsMissing', fields: ['title', 'message'] }),
);

test('a title has at most 200 characters, a text 1,000', (t) => {
  t.true(BroadcastTitle.is('x'.repeat(200)));
  t.false(BroadcastTitle.is('x'.repeat(201)));
  t.true(BroadcastText.is('x'.repeat(1_000)));
  t.false(BroadcastText.is('x'.repeat(1_001)));
});

test('a page is begun once', broadcasts.given(accepted).when(begin(1)).then(begun(1)));
test(
  'whoever is late with the same page does not begin it',
  broadcasts.given(accepted, begun(1)).when(begin(1)).refuses({ kind: 'PageOutOfTurn', next: 2 }),
);
test(
  'a page follows when the one before is over',
  broadcasts
    .given(accepted, begun(1), ended(1, { accepted: 3 }))
    .when(begin(1))
    .refuses({ kind: 'PageOutOfTurn', next: 2 }),
);
test(
  'a page has its limit',
  broadcasts
    .given(accepted)
    .when(begin(1, pagePeopleMax + 1))
    .refuses({ kind: 'PageOutOfTurn', next: 1 }),
);

test(
  'who could not be sent to is tried once more while others are reached',
  broadcasts
    .given(accepted, begun(1))
    .when(end(1, { accepted: 2, notSent: [bob] }))
    .thenOnce(ended(1, { accepted: 2, again: [{ userId: bob, tries: 1 }] })),
);
const triedOnce = ended(1, { accepted: 2, again: [{ userId: bob, tries: 1 }] });
test(
  'the second time it is about the person, and nobody waits for it',
  broadcasts
    .given(accepted, begun(1), triedOnce, begun(2, 2))
    .when(end(2, { accepted: 1, notSent: [bob] }))
    .then(ended(2, { accepted: 1, failed: 1 })),
);
test(
  'when only those are left who were tried in vain, it is about them as well',
  broadcasts
    .given(accepted, begun(1), triedOnce, begun(2, 2))
    .when(end(2, { skipped: 1, notSent: [bob] }))
    .then(ended(2, { skipped: 1, failed: 1 })),
);
test(
  'a provider that takes nothing from anybody is no fault of theirs, and others come first then',
  broadcasts
    .given(accepted, begun(1), triedOnce, begun(2))
    .when(end(2, { notSent: [bob, ann], untried: [eve] }))
    .then(
      ended(2, {
        again: [
          { userId: eve, tries: 0 },
          { userId: bob, tries: 1 },
          { userId: ann, tries: 0 },
        ],
        isProviderAway: true,
      }),
    ),
);
test(
  'a stop is no absence of the provider',
  broadcasts
    .given(accepted, begun(1))
    .when(end(1, { untried: [ann, bob, eve] }))
    .then(ended(1, { again: [ann, bob, eve].map((userId) => ({ userId, tries: 0 })) })),
);
test(
  'a provider that is away for a day is waited for no longer',
  broadcasts
    .given(accepted, begun(1))
    .when(end(1, { skipped: 1, notSent: [bob], untried: [ann] }, tooLate))
    .then(
      ended(1, {
        skipped: 1,
        again: [
          { userId: ann, tries: 0 },
          { userId: bob, tries: 0 },
        ],
        isProviderAway: true,
        at: tooLate,
      }),
      { type: 'BroadcastGivenUp', data: { failed: 2, at: tooLate } },
    ),
);

test(
  'a page that somebody else had begun is lost, and its people with it',
  broadcasts
    .given(accepted, begun(1))
    .when({ type: 'WriteOffPage', number: 1, at: later })
    .thenOnce({ type: 'BroadcastPageLost', data: { number: 1, people: 3, at: later } }),
);
const lost: BroadcastEvent = {
  type: 'BroadcastPageLost',
  data: { number: 1, people: 3, at: later },
};
test(
  'who sent it comes too late to say how it ended',
  broadcasts
    .given(accepted, begun(1), lost)
    .when(end(1, { accepted: 3 }))
    .nothing(),
);

const complete = { type: 'CompleteBroadcast', at: later } as const;
const completed: BroadcastEvent = { type: 'BroadcastCompleted', data: { at: later } };
test(
  'a broadcast is complete when nobody is left',
  broadcasts.given(accepted, begun(1), lost).when(complete).then(completed),
);
test(
  'not while somebody waits',
  broadcasts
    .given(accepted, begun(1), triedOnce)
    .when(complete)
    .refuses({ kind: 'PageOutOfTurn', next: 2 }),
);
test(
  'nothing follows its end',
  broadcasts.given(accepted, completed).when(begin(1)).refuses({ kind: 'BroadcastOver' }),
);
test(
  'of a broadcast that nobody accepted nothing is sent',
  broadcasts.given().when(begin(1)).refuses({ kind: 'BroadcastUnknown' }),
);

test('who is banned or has left is of no audience, whatever it was', (t) => {
  for (const audience of Object.keys(BroadcastAudience.keys).filter(BroadcastAudience.is)) {
    t.false(isStillMeant(audience, { status: 'BANNED', isDeleted: false }), audience);
    t.false(isStillMeant(audience, { status: 'INACTIVE', isDeleted: true }), audience);
    const active = isStillMeant(audience, { status: 'ACTIVE', isDeleted: false });
    const resting = isStillMeant(audience, { status: 'INACTIVE', isDeleted: false });
    t.deepEqual([active, resting], [audience !== 'INACTIVE', audience !== 'ACTIVE'], audience);
  }
});
