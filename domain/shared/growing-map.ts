/**
 * A map that only grows, as plain data. An aggregate remembers every id that it ever saw, and
 * copying a whole `Map` at each event would make the fold of a long stream quadratic.
 *
 * The entries lie in layers, the newest and smallest first. A new entry is a layer of its own and
 * swallows the layers that are not larger than it, so an entry is copied about log2(n) times.
 */
export interface GrowingMap<Key, Value> {
  readonly layers: readonly ReadonlyMap<Key, Value>[];
}

export const emptyMap = <Key, Value>(): GrowingMap<Key, Value> => ({ layers: [] });

/** The value of a key, or `undefined`; a later entry hides an earlier one of the same key. */
export const lookUp = <Key, Value>(map: GrowingMap<Key, Value>, key: Key): Value | undefined =>
  map.layers.find((layer) => layer.has(key))?.get(key);

export const withEntry = <Key, Value>(
  map: GrowingMap<Key, Value>,
  key: Key,
  value: Value,
): GrowingMap<Key, Value> => {
  const newest = new Map([[key, value]]);
  let swallowed = 0;
  for (const layer of map.layers) {
    if (layer.size > newest.size) break;
    for (const [known, its] of layer) if (!newest.has(known)) newest.set(known, its);
    swallowed += 1;
  }
  return { layers: [newest, ...map.layers.slice(swallowed)] };
};
