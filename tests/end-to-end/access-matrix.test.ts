/**
 * Every operation of the document, called by every role and by those without a valid token, for the
 * own, another's and no resource. What is expected follows from the access table and from what the
 * routes name; a new route is covered by being there.
 */

import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { Role } from '../../ports/http/access.js';
import type { Route } from '../../ports/http/route.js';
import { decodeRows } from '../../ports/rows.js';
import {
  type Admission,
  type CallerKind,
  callerKinds,
  expectedOf,
  foreignTokens,
  placesOf,
  tokenFor,
  withIds,
} from '../support/access-matrix.js';
import { type Ids, ownedBrands, resourcesOf } from '../support/matrix-resources.js';
import { networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { newPerson } from '../support/network-life.js';
import type { CheckedAnswer } from '../support/openapi-client.js';
import { allRoutes } from '../support/routes.js';
import { type Sample, sampleOf, targetOf } from '../support/sample-request.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered } = signingIn(network);

/** Another one makes other requests. */
const seed = 20_261_122;

/** Tokens that were a user's once, or never. */
const worthless = async (t: ExecutionContext): Promise<Readonly<Record<string, string>>> => {
  const { clock, call, tokens } = network();
  const user = { kind: 'user', id: 'matrix-user', roles: ['user'], sessionId: null } as const;
  const { accessToken: expired } = await tokens.issueToken(user);
  clock.advance({ minutes: 16 });
  const { accessToken: foreign } = await foreignTokens(network()).issueToken(user);
  const gone = await registered(t);
  t.is((await call(gone.caller, 'POST /api/auth/logout', { body: {} })).status, 200);
  return { expired, foreign, ended: gone.caller.token ?? '' };
};

const open = async (t: ExecutionContext) => {
  const tokens = await worthless(t);
  const resources = await resourcesOf(network());
  const { call, database, store } = network();
  /** Nobody is at a limit here. */
  const forgetLimits = () => database.execute('DELETE FROM http.rate_limits');
  const tokenOf = async (kind: CallerKind, id: string): Promise<string | null> =>
    Role.is(kind) ? tokenFor(network(), kind, id) : (tokens[kind] ?? null);
  const ask = async (route: Route, token: string | null, { body, ...place }: Sample) => {
    const caller = token === null ? null : { id: '', roles: [], token };
    const last = route.minPosition === true ? await store.lastPosition() : null;
    const seen = last === null ? {} : { minPosition: String(last) };
    return call(caller, `${route.method} ${targetOf(route, place)}`, { body, ...seen });
  };
  const strangersEvents = await resources.strangersEvents();
  return { resources, forgetLimits, tokenOf, ask, strangersEvents };
};
type World = Awaited<ReturnType<typeof open>>;

/** How an answer reads to the table. */
const admissionIn = ({ status, code }: CheckedAnswer): Admission => {
  if (status === 401 && code === 'token_invalid') return 'unauthenticated';
  return status === 403 && code === 'forbidden' ? 'forbidden' : 'admitted';
};

/** What is the same in two answers that nobody can tell apart. */
const readableIn = (answer: CheckedAnswer, ids: Readonly<Record<string, string>>): string => {
  const { correlation_id: _, instance: __, ...rest } = answer.json;
  return Object.values(ids).reduce(
    (text, id) => text.replaceAll(id, '<id>'),
    JSON.stringify([answer.status, rest]),
  );
};

let [operations, calls] = [0, 0];

/** Everybody whom the table keeps out, at once: nothing comes of it. */
const keptOut = async (t: ExecutionContext, world: World, route: Route): Promise<void> => {
  const sample = sampleOf(route, seed);
  const kinds = callerKinds.filter((kind) => expectedOf(route.who, kind) !== 'admitted');
  const answers = kinds.map(async (kind) => {
    // The id of somebody who may do that, by another door.
    const token = await world.tokenOf(kind, world.resources.owner.userId);
    calls += 1;
    const answer = await world.ask(route, token, sample);
    t.is(admissionIn(answer), expectedOf(route.who, kind), `${kind}: ${answer.text}`);
  });
  await Promise.all(answers);
};

/** An operation that tells of errors may be asked to tell of one of ours. */
const isWell = (t: ExecutionContext, answer: CheckedAnswer, what: string): void => {
  t.is(admissionIn(answer), 'admitted', `${what}: ${answer.text}`);
  const isTrouble = answer.status >= 500 || answer.status === 429;
  t.false(isTrouble && !what.includes(answer.code), `${what}: ${answer.text}`);
};

interface Visit {
  readonly route: Route;
  readonly kind: CallerKind;
  readonly ids: Ids;
}

/** Samples that are looked at for one that gets as far as the resource. */
const samplesMax = 50;

/** Whom the table lets in: for nothing, for what is another's, and for the own. */
const letIn = async (t: ExecutionContext, world: World, { route, kind, ids }: Visit) => {
  const { owner, holders } = world.resources;
  const places = placesOf(route);
  const isOwned = places.some(({ brand }) => ownedBrands.has(brand));
  const someone = isOwned ? owner : await newPerson(network());
  const who = Role.is(kind) && kind !== 'user' ? holders[kind] : someone.userId;
  const token = await world.tokenOf(kind, who);
  const ask = async (which: keyof Ids, sample: Sample): Promise<CheckedAnswer> => {
    calls += 1;
    await world.forgetLimits();
    const answer = await world.ask(route, token, withIds(sample, places, ids[which]));
    isWell(t, answer, `${kind}, ${which}, ${JSON.stringify(sample.query)}`);
    return answer;
  };
  const namesOne = places.some(({ part }) => part === 'params');
  const first = seed + callerKinds.indexOf(kind) * samplesMax;
  let sample = sampleOf(route, first);
  let nothing = await ask('none', sample);
  for (let tried = 1; namesOne && nothing.status !== 404 && tried < samplesMax; tried += 1) {
    sample = sampleOf(route, first + tried);
    nothing = await ask('none', sample);
  }
  if (isOwned && (kind === 'user' || route.who.kind === 'public')) {
    const anothers = await ask('anothers', sample);
    const [other, no] = [readableIn(anothers, ids.anothers), readableIn(nothing, ids.none)];
    t.is(other, no, `${kind}: another's must look like nothing`);
  }
  if (places.length === 0) return;
  const mine = await ask('mine', sample);
  if (!namesOne) return;
  t.is(nothing.status, 404, `${kind}: ${nothing.text}`);
  t.not(mine.code, nothing.code, `${kind}: ${mine.text}`);
};

const knownBrand = (t: ExecutionContext, route: Route, ids: Ids): void => {
  for (const { part, field, brand } of placesOf(route)) {
    const isKnown = brand in ids.mine && brand in ids.none;
    t.true(isKnown || part !== 'params', `${route.operation}: no ${brand} for ${field}`);
  }
};

let opened: Promise<World> | null = null;

for (const route of allRoutes()) {
  test.serial(`P-116: ${route.operation} is for whom the table says`, async (t) => {
    opened ??= open(t);
    const world = await opened;
    await keptOut(t, world, route);
    const kinds = callerKinds.filter((kind) => expectedOf(route.who, kind) === 'admitted');
    for (const kind of kinds) {
      const ids = await world.resources.idsFor(new Set(placesOf(route).map(({ brand }) => brand)));
      knownBrand(t, route, ids);
      await letIn(t, world, { route, kind, ids });
    }
    operations += 1;
  });
}

test.serial('nothing of somebody else was touched by all that', async (t) => {
  opened ??= open(t);
  const { resources, strangersEvents } = await opened;
  t.true(strangersEvents.length > 5);
  t.deepEqual(await resources.strangersEvents(), strangersEvents);
});

test.serial('what is shown to a user is the own, and nothing of another one', async (t) => {
  opened ??= open(t);
  const { resources, ask, tokenOf } = await opened;
  const { owner, stranger, rentals } = resources;
  const [owners, strangers] = [
    [owner.userId, rentals.owners],
    [stranger.userId, rentals.strangers],
  ];
  const reads = allRoutes().filter(
    ({ method, who }) => method === 'GET' && expectedOf(who, 'user') === 'admitted',
  );
  const own = new Set<string>();
  for (const route of reads) {
    const sample = { ...sampleOf(route, seed), query: {}, body: undefined };
    for (const [mine, others] of [
      [owners, strangers],
      [strangers, owners],
    ] as const) {
      const { text } = await ask(route, await tokenOf('user', mine[0] ?? ''), sample);
      const seen = others.filter((id) => text.includes(`"${id}"`));
      t.deepEqual(seen, [], `${route.operation}: ${text}`);
      for (const id of mine) if (text.includes(`"${id}"`)) own.add(id);
    }
  }
  t.deepEqual([...own].sort(), [...owners, ...strangers].sort(), 'the own is really shown');
});

const ParkedRow = t.strict({ name: t.string, stream: t.string, error: t.string });

test.serial('no request that was taken has spoiled a read model', async (t) => {
  const { database, settled } = network();
  t.log(`${operations} operations, ${callerKinds.length} kinds of callers, ${calls} calls`);
  await settled();
  const rows = await database.query(
    'SELECT name, stream, error FROM projection.parked WHERE is_poison',
  );
  t.deepEqual(decodeRows(ParkedRow, rows), []);
});

readModelsAreRebuiltEqual(network);
