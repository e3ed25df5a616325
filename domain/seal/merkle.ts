/**
 * The Merkle tree of RFC 6962 (§2.1): one hash over many entries, and a short proof for each that
 * it is among them. A leaf is hashed behind 0x00 and a node behind 0x01, so that none passes for
 * the other.
 */

/** SHA-256: 32 bytes, whatever the input. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const hashBytes = 32;

const leafPrefix = 0x00;
const nodePrefix = 0x01;

export const leafHash = (sha256: Sha256, entry: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + entry.length);
  bytes[0] = leafPrefix;
  bytes.set(entry, 1);
  return sha256(bytes);
};

const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + 2 * hashBytes);
  bytes[0] = nodePrefix;
  bytes.set(left, 1);
  bytes.set(right, 1 + hashBytes);
  return sha256(bytes);
};

interface Subtree {
  /** A power of two. */
  readonly leaves: number;
  readonly hash: Uint8Array;
}

/**
 * A tree that grows leaf by leaf. It keeps the full subtrees at its right edge only, one for each
 * binary digit of the number of leaves.
 */
export class GrowingTree {
  readonly #subtrees: Subtree[] = [];

  constructor(readonly sha256: Sha256) {}

  /** @param leaf a leaf's hash, see `leafHash`. */
  add(leaf: Uint8Array): void {
    let grown: Subtree = { leaves: 1, hash: leaf };
    for (let left = this.#subtrees.at(-1); left?.leaves === grown.leaves; ) {
      this.#subtrees.pop();
      const hash = nodeHash(this.sha256, left.hash, grown.hash);
      grown = { leaves: 2 * grown.leaves, hash };
      left = this.#subtrees.at(-1);
    }
    this.#subtrees.push(grown);
  }

  /** The hash over all leaves; over no bytes at all while there is none (RFC 6962 §2.1). */
  root(): Uint8Array {
    const right = this.#subtrees.at(-1);
    if (right === undefined) return this.sha256(new Uint8Array());
    return this.#subtrees
      .slice(0, -1)
      .reduceRight((hash, left) => nodeHash(this.sha256, left.hash, hash), right.hash);
  }
}

export const rootOf = (sha256: Sha256, leaves: readonly Uint8Array[]): Uint8Array => {
  const tree = new GrowingTree(sha256);
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
};

/** Where the left half of a tree ends: the largest power of two below the number of its leaves. */
const splitOf = (leaves: number): number => {
  let split = 1;
  while (2 * split < leaves) split *= 2;
  return split;
};

/** The hashes beside the way from a leaf up to the root, the lowest first (RFC 6962 §2.1.1). */
export const inclusionPath = (
  sha256: Sha256,
  leaves: readonly Uint8Array[],
  index: number,
): readonly Uint8Array[] => {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionPath(sha256, left, index), rootOf(sha256, right)]
    : [...inclusionPath(sha256, right, index - split), rootOf(sha256, left)];
};

/** One leaf of a tree, and what is beside its way up. */
export interface Inclusion {
  readonly leaf: Uint8Array;
  /** From 0. */
  readonly index: number;
  /** Number of leaves of the tree. */
  readonly leaves: number;
  readonly path: readonly Uint8Array[];
}

/**
 * The root that a path leads to; `null` when it is longer or shorter than the way of that leaf in
 * a tree of that size. Only a path that leads to the known root proves anything.
 */
export const rootByPath = (sha256: Sha256, inclusion: Inclusion): Uint8Array | null => {
  const { leaf, index, leaves, path } = inclusion;
  if (index < 0 || index >= leaves) return null;
  if (leaves === 1) return path.length === 0 ? leaf : null;
  const beside = path.at(-1);
  if (beside === undefined) return null;
  const split = splitOf(leaves);
  const isLeft = index < split;
  const below = rootByPath(sha256, {
    leaf,
    index: isLeft ? index : index - split,
    leaves: isLeft ? split : leaves - split,
    path: path.slice(0, -1),
  });
  if (below === null) return null;
  return isLeft ? nodeHash(sha256, below, beside) : nodeHash(sha256, beside, below);
};
