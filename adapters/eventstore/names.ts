/**
 * Names of streams on the server. Several networks may share one event store, each in a namespace
 * of its own: what the program calls `wallet-u1` is stored as `staging.wallet-u1`. The category
 * still ends at the first dash, so `$ce-staging.wallet` is what the server's own projections make
 * of it. Without a namespace names are stored as they are; none of them has a point before its
 * first dash, so that a network without one does not see the others either.
 */

/** What a namespace may be called. */
export const namespacePattern = /^[a-z0-9]{1,32}$/;

/** Between the namespace and the program's own name of a stream. */
const separator = '.';

/** `<category>-<id>`; whatever else the server holds is no stream of an aggregate. */
const aggregateStream = '[^$.-][^.-]*-';

export interface Names {
  readonly namespace: string | null;
  /** What a stream, or the beginning of its name, is called on the server. */
  stored(name: string): string;
  /** What the program calls it; `null` when it is no aggregate's stream of this namespace. */
  ours(storedName: string): string | null;
  /** Regular expression, as the server knows them, for the streams that `ours` names. */
  readonly storedPattern: string;
}

/** @throws RangeError when the namespace has another form than `namespacePattern`. */
export const namesIn = (namespace: string | null): Names => {
  if (namespace !== null && !namespacePattern.test(namespace)) {
    throw new RangeError(`"${namespace}" cannot be the name of a namespace`);
  }
  const prefix = namespace === null ? '' : `${namespace}${separator}`;
  const storedPattern = `^${prefix.replace(separator, `\\${separator}`)}${aggregateStream}`;
  const isOurs = new RegExp(storedPattern);
  return {
    namespace,
    stored: (name) => `${prefix}${name}`,
    ours: (storedName) => (isOurs.test(storedName) ? storedName.slice(prefix.length) : null),
    storedPattern,
  };
};
