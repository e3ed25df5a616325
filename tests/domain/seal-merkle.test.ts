import test from 'ava';
import fc from 'fast-check';
import { sha256 } from '../../adapters/seal-keys.js';
import { fromHex, GrowingTree, inclusionPath, rootByPath, toHex } from '../../domain/seal/index.js';
import { leafHash } from '../../domain/seal/merkle.js';

/** The inputs that the authors of Certificate Transparency test their own trees with. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => fromHex(hex));

/** Root over the first so many of them. */
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** RFC 6962 §2.1, word for word, on whole lists. */
const dullRoot = (list: readonly Uint8Array[]): Uint8Array => {
  const [only] = list;
  if (only === undefined) return sha256(Buffer.alloc(0));
  if (list.length === 1) return sha256(Buffer.concat([Buffer.of(0), only]));
  const split = 2 ** (Math.ceil(Math.log2(list.length)) - 1);
  const halves = [dullRoot(list.slice(0, split)), dullRoot(list.slice(split))];
  return sha256(Buffer.concat([Buffer.of(1), ...halves]));
};

const grownRoot = (list: readonly Uint8Array[]): Uint8Array => {
  const tree = new GrowingTree(sha256);
  for (const entry of list) tree.add(leafHash(sha256, entry));
  return tree.root();
};

const listOf = (entriesMax: number) =>
  fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: entriesMax });

test('roots are those that RFC 6962 is tested with', (t) => {
  t.deepEqual(
    knownRoots.map((_, count) => toHex(grownRoot(entries.slice(0, count)))),
    knownRoots,
  );
});

test('a tree that grows has the root of the definition, at any size', (t) => {
  fc.assert(
    fc.property(listOf(70), (list) => {
      t.is(toHex(grownRoot(list)), toHex(dullRoot(list)));
    }),
    { numRuns: 100 },
  );
});

test('every leaf has a path to the root, and no other leaf has it at its place', (t) => {
  fc.assert(
    fc.property(listOf(40), fc.nat(), (list, choice) => {
      const leaves = list.map((entry) => leafHash(sha256, entry));
      const index = choice % leaves.length;
      const path = inclusionPath(sha256, leaves, index);
      const root = toHex(dullRoot(list));
      for (const [place, leaf] of leaves.entries()) {
        const reached = rootByPath(sha256, { leaf, index, leaves: leaves.length, path });
        const isSame = toHex(leaf) === toHex(leaves[index] ?? leaf);
        t.is(reached !== null && toHex(reached) === root, isSame, `leaf ${place}`);
      }
    }),
    { numRuns: 60 },
  );
});

test('a flipped bit anywhere in a path, or another length of it, leads elsewhere', (t) => {
  fc.assert(
    fc.property(listOf(40), fc.nat(), fc.nat(), (list, choice, bit) => {
      const leaves = list.map((entry) => leafHash(sha256, entry));
      const index = choice % leaves.length;
      const [leaf] = leaves.slice(index);
      if (leaf === undefined) return;
      const path = inclusionPath(sha256, leaves, index);
      const root = toHex(dullRoot(list));
      const leadsTo = (changed: readonly Uint8Array[]): string | null => {
        const reached = rootByPath(sha256, { leaf, index, leaves: leaves.length, path: changed });
        return reached === null ? null : toHex(reached);
      };
      t.is(leadsTo([...path, leaf]), null);
      if (path.length === 0) return;
      t.is(leadsTo(path.slice(1)), null);
      const [step, ofStep] = [Math.floor(bit / 256) % path.length, bit % 256];
      const flipped = path.map((hash, at) => {
        const copy = Uint8Array.from(hash);
        if (at === step) copy[ofStep >> 3] = (copy[ofStep >> 3] ?? 0) ^ (1 << (ofStep & 7));
        return copy;
      });
      t.not(leadsTo(flipped), root);
    }),
    { numRuns: 100 },
  );
});

test('a node does not pass for a leaf: its hash has another prefix', (t) => {
  const [left, right] = [Buffer.of(1), Buffer.of(2)].map((entry) => leafHash(sha256, entry));
  if (left === undefined || right === undefined) throw new Error('there are two');
  const asEntry = leafHash(sha256, Buffer.concat([left, right]));
  t.not(toHex(asEntry), toHex(grownRoot([Buffer.of(1), Buffer.of(2)])));
});
