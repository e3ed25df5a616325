/** What is measured on `powerbank start`: one process for all of it, as on a small installation. */

import type { Measurement, Row, Setting } from '../measurement.js';
import { startProgram } from '../program.js';

const measure = async ({ cleanup }: Setting): Promise<readonly Row[]> => {
  const { startMs } = await startProgram(cleanup);
  return [
    {
      name: 'start_to_first_request',
      ours: startMs,
      rival: null,
      unit: 'ms',
      latencyMs: null,
      n: 1,
      about: 'powerbank start --no-demo, new data folder, until GET /api/app/health is served',
      goals: [],
    },
  ];
};

export const wholeProgram: Measurement = { name: 'whole-program', measure };
