import { drive, type Measured, type Timed, together } from '../../load.js';

/** As many apps wait for an answer at any moment. */
export const connections = 64;

export interface RoundsOptions {
  readonly isQuick: boolean;
  /** Carries out one operation; `index` never comes twice for the same side. */
  readonly ours: (index: number, timed: Timed) => Promise<void>;
  readonly rival: (index: number, timed: Timed) => Promise<void>;
}

export interface Duel {
  readonly ours: Measured;
  readonly rival: Measured;
}

/** Connections are open when it is over, and the code is compiled that runs all the time. */
const warmUpSeconds = { whole: 4, quick: 1.5 };
const roundSeconds = { whole: 2, quick: 0.7 };
const roundsCount = { whole: 3, quick: 1 };

/** Ours and the rival in turns, each alone, so that whatever else the machine does meets both. */
export const playRounds = async ({ isQuick, ...units }: RoundsOptions): Promise<Duel> => {
  const size = isQuick ? 'quick' : 'whole';
  const played = { ours: 0, rival: 0 };
  const play = (side: 'ours' | 'rival', secondsMax: number): Promise<Measured> =>
    drive({ inFlight: connections, unitsMax: Infinity, secondsMax }, (_, timed) => {
      const index = played[side];
      played[side] += 1;
      return units[side](index, timed);
    });
  await play('ours', warmUpSeconds[size]);
  await play('rival', warmUpSeconds[size]);
  const rounds: Duel[] = [];
  for (let round = 0; round < roundsCount[size]; round += 1) {
    const ours = await play('ours', roundSeconds[size]);
    rounds.push({ ours, rival: await play('rival', roundSeconds[size]) });
  }
  return {
    ours: together(rounds.map((round) => round.ours)),
    rival: together(rounds.map((round) => round.rival)),
  };
};
