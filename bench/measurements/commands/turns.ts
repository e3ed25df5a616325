import { type Measured, together } from '../../load.js';

/** How long a comparison takes: whole, and for a quick look. */
const plans = {
  whole: { rounds: 6, warmUpSeconds: 1.2, turnSeconds: 1 },
  quick: { rounds: 3, warmUpSeconds: 0.3, turnSeconds: 0.3 },
};

export interface Contestants {
  /** At least that long; work that has begun is ended. */
  ours(seconds: number): Promise<Measured>;
  rival(seconds: number): Promise<Measured>;
}

export interface Compared {
  readonly ours: Measured;
  readonly rival: Measured;
}

/** Ours, rival, ours, rival …: a moment of a busy machine falls on both. Warms both up before. */
export const inTurns = async (
  { ours, rival }: Contestants,
  { isQuick }: { readonly isQuick: boolean },
): Promise<Compared> => {
  const { rounds, warmUpSeconds, turnSeconds } = isQuick ? plans.quick : plans.whole;
  await ours(warmUpSeconds);
  await rival(warmUpSeconds);
  const played: { readonly ours: Measured[]; readonly rival: Measured[] } = { ours: [], rival: [] };
  for (let round = 0; round < rounds; round += 1) {
    played.ours.push(await ours(turnSeconds));
    played.rival.push(await rival(turnSeconds));
  }
  return { ours: together(played.ours), rival: together(played.rival) };
};
