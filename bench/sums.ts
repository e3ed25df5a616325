/** Numbers of a run that lost or invented money are no numbers. */
export class WrongSum extends Error {
  override readonly name = 'WrongSum';
}

/** @throws WrongSum when they differ. */
export const mustEqual = (what: string, actual: unknown, expected: unknown): void => {
  if (actual === expected) return;
  throw new WrongSum(`${what}: is ${String(actual)}, must be ${String(expected)}`);
};
