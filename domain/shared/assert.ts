/** A broken invariant: our picture of the world is wrong, and continuing would spread it. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

/** Names a case of a closed union that nobody handled; the compiler finds it first. */
export const assertNever = (value: never): never => {
  throw new Bug(`unhandled case: ${JSON.stringify(value)}`);
};

export function invariant(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Bug(`does not hold: ${claim}`);
}
