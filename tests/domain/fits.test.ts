import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as io from 'io-ts';
import { eventsByCategory } from '../../domain/registry.js';
import { type BrandedString, branded } from '../../domain/shared/brand.js';
import { Integer, ListType, nullable, oneOf, text } from '../../domain/shared/codecs.js';
import { fits } from '../../domain/shared/fits.js';
import { Instant } from '../../domain/shared/instant.js';
import { Money } from '../../domain/shared/money.js';

const seed = 20_261_123;

/** Everything that events are made of, so deep that faults can be anywhere. */
const Id: BrandedString<'Id'> = branded('Id', /^[a-c]{1,3}$/);
const Small = io.strict({ id: Id, note: nullable(text('Note', { maxLength: 3 })) });
const Whole = io.strict({
  amount: Money,
  at: Instant,
  word: oneOf('Word', ['ONE', 'TWO']),
  either: io.union([Small, io.strict({ id: Id, count: Integer })]),
  list: new ListType('Few', Small, 2),
  open: io.type({ flag: io.boolean }),
});

/** Mostly right: of many parts that are wrong now and then, a whole is seldom right otherwise. */
const mostly = <A, B>(right: fc.Arbitrary<A>, wrong: fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 19, arbitrary: right }, { weight: 1, arbitrary: wrong });

/** Sometimes with a field too many. */
const orMore = <A extends object>(record: fc.Arbitrary<A>) =>
  mostly(
    record,
    record.map((value) => ({ ...value, more: true })),
  );

const anyId = mostly(fc.constantFrom('a', 'abc'), fc.string());
const anySmall = orMore(
  fc.record({ id: anyId, note: mostly(fc.option(fc.string({ maxLength: 3 })), fc.string()) }),
);
const anyWhole = orMore(
  fc.record({
    amount: orMore(
      fc.record({ currency: mostly(fc.constant('NPR'), fc.string()), minor: fc.integer() }),
    ),
    at: mostly(fc.constant('2026-11-22T10:00:00.000Z'), fc.constant('2026-02-30T10:00:00.000Z')),
    word: mostly(fc.constantFrom('ONE', 'TWO'), fc.constant('THREE')),
    either: fc.oneof(
      anySmall,
      fc.record({ id: anyId, count: mostly(fc.nat(), fc.double()) }),
      mostly(anySmall, fc.record({ id: anyId, note: fc.constant(null), count: fc.nat() })),
    ),
    list: mostly(fc.array(anySmall, { maxLength: 2 }), fc.array(anySmall)),
    open: orMore(fc.record({ flag: fc.boolean() })),
  }),
);

test('what fits is decoded to itself, and nothing else fits', (t) => {
  let [fitting, refused, stripped] = [0, 0, 0];
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: anyWhole }, fc.jsonValue()), (value) => {
      const decoded = Whole.decode(value);
      if (fits(Whole)(value)) {
        fitting += 1;
        t.deepEqual(decoded, E.right(value));
      } else if (E.isLeft(decoded)) refused += 1;
      else {
        stripped += 1;
        const kept: unknown = decoded.right;
        t.notDeepEqual(kept, value);
      }
    }),
    { seed, numRuns: 2_000 },
  );
  t.true(fitting > 20 && refused > 20 && stripped > 20, `${[fitting, refused, stripped]}`);
});

test('a kind of codec that is not known is always decoded', (t) => {
  const Doubled = new io.Type<number, number, unknown>(
    'Doubled',
    io.number.is,
    (input, context) => (io.number.is(input) ? io.success(input * 2) : io.failure(input, context)),
    io.identity,
  );
  t.false(fits(Doubled)(1));
  t.false(fits(io.strict({ value: Doubled }))({ value: 1 }));
});

const kindsIn = (codec: io.Mixed): readonly io.Mixed[] => {
  if (codec instanceof io.ExactType) return kindsIn(codec.type);
  if (codec instanceof io.InterfaceType) {
    const props: Readonly<Record<string, io.Mixed>> = codec.props;
    return Object.values(props).flatMap(kindsIn);
  }
  if (codec instanceof io.UnionType) {
    const types: readonly io.Mixed[] = codec.types;
    return types.flatMap(kindsIn);
  }
  return codec instanceof io.ReadonlyArrayType ? kindsIn(codec.type) : [codec];
};

test('every kind of codec that events are made of is known: none is slow for nothing', (t) => {
  const never = fits(io.unknown).toString();
  const slow = Object.values(eventsByCategory)
    .flatMap((definitions) => Object.values(definitions))
    .flatMap(({ data }) => kindsIn(data))
    .filter((codec) => fits(codec).toString() === never);
  t.deepEqual(
    slow.map(({ name }) => name),
    [],
  );
});
