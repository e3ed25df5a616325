import { latencyOf, rateOf } from '../../load.js';
import type { Row } from '../../measurement.js';
import type { Compared } from './turns.js';

/** Commands a second of both, and how much of the rival's ours has to reach. */
export const rowOf = (
  { ours, rival }: Compared,
  { name, about, atLeast }: Pick<Row, 'name' | 'about'> & { readonly atLeast: number },
): Row => ({
  name,
  ours: rateOf(ours),
  rival: rateOf(rival),
  unit: 'per s',
  latencyMs: latencyOf(ours),
  n: ours.latenciesMs.length,
  about,
  goals: [{ of: 'ratio', bound: 'at least', value: atLeast }],
});
