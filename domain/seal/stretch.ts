import { counterOf, hashOf, type SealData } from './events.js';
import { type CoveredEvent, fingerprintOf, leafOf, positionLeaf } from './leaf.js';
import { GrowingTree, type Sha256 } from './merkle.js';

/** An event with its place in the order of all events. */
export interface PlacedEvent extends CoveredEvent {
  readonly position: bigint;
}

/** What a seal says about the events under it. */
export type StretchFacts = Pick<
  SealData,
  'count' | 'fromPosition' | 'toPosition' | 'last' | 'contentRoot' | 'positionRoot' | 'fingerprints'
>;

/** Events that follow each other and come under one seal. Keeps hashes only, not the events. */
export class Stretch {
  readonly #contents: GrowingTree;
  readonly #positions: GrowingTree;
  readonly #fingerprints: string[] = [];
  #first: PlacedEvent | null = null;
  #last: PlacedEvent | null = null;

  constructor(readonly sha256: Sha256) {
    this.#contents = new GrowingTree(sha256);
    this.#positions = new GrowingTree(sha256);
  }

  get count(): number {
    return this.#fingerprints.length;
  }

  add(event: PlacedEvent): void {
    const leaf = leafOf(this.sha256, event);
    this.#contents.add(leaf);
    this.#positions.add(positionLeaf(this.sha256, event.position));
    this.#fingerprints.push(fingerprintOf(leaf));
    this.#first ??= event;
    this.#last = event;
  }

  /** `null` while there is no event. */
  facts(): StretchFacts | null {
    const [first, last] = [this.#first, this.#last];
    if (first === null || last === null) return null;
    return {
      count: this.count,
      fromPosition: counterOf(first.position),
      toPosition: counterOf(last.position),
      last: { stream: last.stream, revision: counterOf(last.revision) },
      contentRoot: hashOf(this.#contents.root()),
      positionRoot: hashOf(this.#positions.root()),
      fingerprints: this.#fingerprints.join(''),
    };
  }
}
