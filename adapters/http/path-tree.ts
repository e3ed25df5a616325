/** Which endpoint takes a path, however many there are: one step for each of its segments. */

import type { Method } from '../../ports/http/route.js';

/** A place where something answers: `/api/stations/:serial`, with `:name` for parameters. */
interface Place {
  readonly method: Method;
  readonly path: string;
}

export interface Found<P extends Place> {
  readonly endpoint: P;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
}

export interface PathTree<P extends Place> {
  /** `null` when no endpoint takes this method here. */
  find(method: string, path: string): Found<P> | null;
  /** What may be asked for at a path; nothing for an unknown one. Sorted. */
  methodsAt(path: string): readonly string[];
}

interface Branch<P> {
  readonly literals: Map<string, Branch<P>>;
  parameter: Branch<P> | null;
  readonly endpoints: Map<string, P>;
}

const newBranch = <P>(): Branch<P> => ({
  literals: new Map(),
  parameter: null,
  endpoints: new Map(),
});

const isParameter = (segment: string): boolean => segment.startsWith(':');

/** The first one is empty, before the slash. A slash at the end changes nothing. */
const segmentsOf = (path: string): readonly string[] =>
  (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path).split('/');

const plant = <P extends Place>(root: Branch<P>, endpoint: P): void => {
  let branch = root;
  for (const segment of segmentsOf(endpoint.path)) {
    let next = isParameter(segment) ? branch.parameter : branch.literals.get(segment);
    if (next === null || next === undefined) {
      next = newBranch();
      if (isParameter(segment)) branch.parameter = next;
      else branch.literals.set(segment, next);
    }
    branch = next;
  }
  branch.endpoints.set(endpoint.method, endpoint);
  // Who asks for the head alone is answered as if for all of it; the server leaves out the rest.
  if (endpoint.method === 'GET') branch.endpoints.set('HEAD', endpoint);
};

/**
 * Every branch that the segments from `index` on lead to. At each place the literal one comes first
 * (P-119): `/stations/nearby` is not the station `nearby`, however the endpoints are listed.
 */
function* branchesAt<P>(
  branch: Branch<P>,
  segments: readonly string[],
  index: number,
): Generator<Branch<P>> {
  const segment = segments[index];
  if (segment === undefined) {
    yield branch;
    return;
  }
  const literal = branch.literals.get(segment);
  if (literal !== undefined) yield* branchesAt(literal, segments, index + 1);
  if (branch.parameter !== null && segment !== '') {
    yield* branchesAt(branch.parameter, segments, index + 1);
  }
}

/** What cannot be decoded stays as it is; the codec of the parameter will hardly take it. */
const decoded = (segment: string): string => {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const paramsOf = (path: string, segments: readonly string[]): Readonly<Record<string, string>> => {
  const params: Record<string, string> = {};
  for (const [index, name] of segmentsOf(path).entries()) {
    if (isParameter(name)) params[name.slice(1)] = decoded(segments[index] ?? '');
  }
  return params;
};

export const pathTreeOf = <P extends Place>(endpoints: readonly P[]): PathTree<P> => {
  const root = newBranch<P>();
  for (const endpoint of endpoints) plant(root, endpoint);
  return {
    find: (method, path) => {
      const segments = segmentsOf(path);
      for (const branch of branchesAt(root, segments, 0)) {
        const endpoint = branch.endpoints.get(method);
        if (endpoint !== undefined) return { endpoint, params: paramsOf(endpoint.path, segments) };
      }
      return null;
    },
    methodsAt: (path) => {
      const branches = [...branchesAt(root, segmentsOf(path), 0)];
      return [...new Set(branches.flatMap((branch) => [...branch.endpoints.keys()]))].sort();
    },
  };
};
