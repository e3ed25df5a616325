const firstCapacity = 1 << 12;
/** Beyond this share of used places the table doubles, so that a look stays short. */
const fillMax = 0.5;

/** Two independent 32-bit hashes of a text, by multiplication and mixing. */
const hashOf = (text: string): readonly [high: number, low: number] => {
  let high = 0x9e3779b1;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x85ebca77);
    low = Math.imul(low ^ unit, 0xc2b2ae3d);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (high >>> 16), 0x27d4eb2f);
  low = Math.imul(low ^ (low >>> 15), 0x165667b1);
  // Zero marks a free place.
  return [high ^ (high >>> 13), (low ^ (low >>> 16)) | 1];
};

/**
 * Ids that were seen, as 64-bit hashes: 16 to 32 bytes each, some 25 MB for a million, where a set
 * of texts would take five times that. An id that comes twice is never missed. Two different ids
 * with one hash would be taken for one; for ten million ids the odds of one such pair are below
 * one in a hundred thousand.
 */
export class SeenIds {
  #places = new Uint32Array(firstCapacity * 2);
  #count = 0;

  /** Remembers an id; whether it was there before. */
  add(id: string): boolean {
    const [high, low] = hashOf(id);
    if (this.#put(high >>> 0, low >>> 0)) return true;
    this.#count += 1;
    if (this.#count > (this.#places.length / 2) * fillMax) this.#grow();
    return false;
  }

  has(id: string): boolean {
    const [high, low] = hashOf(id);
    return this.#places[this.#placeOf(high >>> 0, low >>> 0) + 1] !== 0;
  }

  /** Where this hash is, or the free place where it would be. */
  #placeOf(high: number, low: number): number {
    const places = this.#places;
    const mask = places.length / 2 - 1;
    let index = (high ^ low) & mask;
    for (;;) {
      const at = index * 2;
      if (places[at + 1] === 0) return at;
      if (places[at] === high && places[at + 1] === low) return at;
      index = (index + 1) & mask;
    }
  }

  #put(high: number, low: number): boolean {
    const at = this.#placeOf(high, low);
    if (this.#places[at + 1] !== 0) return true;
    this.#places[at] = high;
    this.#places[at + 1] = low;
    return false;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const [high = 0, low = 0] = [old[at], old[at + 1]];
      if (low !== 0) this.#put(high, low);
    }
  }
}
