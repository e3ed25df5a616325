import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { DefaultType } from './default-type.js';
import { describeCodec } from './describe-codec.js';

/** One thing wrong with a request: where (`body.slots.0.serial`) and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface RequestParts {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

type PartCodecs = Readonly<Record<keyof RequestParts, t.Mixed>>;

/** Decodes the three parts of a request; all faults of all parts come back at once. */
export const decodeParts = (
  codecs: PartCodecs,
  parts: RequestParts,
): E.Either<readonly Fault[], RequestParts> => {
  const params = codecs.params.decode(parts.params);
  const query = codecs.query.decode(parts.query);
  const body = codecs.body.decode(parts.body);
  if (E.isRight(params) && E.isRight(query) && E.isRight(body)) {
    return E.right({ params: params.right, query: query.right, body: body.right });
  }
  return E.left([
    ...faultsOf('params', params),
    ...faultsOf('query', query),
    ...faultsOf('body', body),
  ]);
};

const faultsOf = (part: string, result: t.Validation<unknown>): readonly Fault[] =>
  E.isLeft(result) ? faultsOfErrors(result.left, part) : [];

/**
 * The faults of a failed decoding. What was given is never repeated: it may be a password (P-121).
 *
 * A union fails once for each member; faults at the same place become one that names them all.
 */
export const faultsOfErrors = (errors: t.Errors, root: string): readonly Fault[] => {
  const byPath = new Map<string, { readonly wanted: Set<string>; readonly given: unknown }>();
  for (const error of errors) {
    const path = pathOf(error.context, root);
    const found = byPath.get(path) ?? { wanted: new Set<string>(), given: error.value };
    const expected = error.context.at(-1)?.type;
    found.wanted.add(expected === undefined ? 'something else' : describeCodec(expected));
    byPath.set(path, found);
  }
  return [...byPath].map(([path, { wanted, given }]) => ({
    path,
    message: `must be ${[...wanted].join(' or ')}, is ${kindOf(given)}`,
  }));
};

/** The members of unions and intersections are numbered in the context; they are no place. */
const pathOf = (context: t.Context, root: string): string => {
  const keys = context.flatMap((entry, index) => {
    const parent = withoutDefault(context[index - 1]?.type);
    const isPlace = !(parent instanceof t.UnionType || parent instanceof t.IntersectionType);
    return index > 0 && isPlace ? [entry.key] : [];
  });
  return [root, ...keys].join('.');
};

/** What decodes a value that is there. */
const withoutDefault = (type: t.Decoder<unknown, unknown> | undefined) =>
  type instanceof DefaultType ? type.type : type;

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? 'an unsuitable text' : `an unsuitable ${typeof value}`;
};
