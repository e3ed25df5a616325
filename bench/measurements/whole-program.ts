/** What is measured on `powerbank start`: one process for all of it, as on a small installation. */

import type { Measurement, Row, Setting } from '../measurement.js';
import { startProgram } from '../program.js';
import { httpCommands } from './http-commands.js';

const single = (row: Pick<Row, 'name' | 'ours' | 'unit' | 'about'>): Row => ({
  ...row,
  rival: null,
  latencyMs: null,
  n: 1,
  goals: [],
});

const measure = async ({ cleanup }: Setting): Promise<readonly Row[]> => {
  const program = await startProgram(cleanup);
  const http = await httpCommands(program);
  const start = 'powerbank start --no-demo, new data folder, until GET /api/app/health is served';
  return [
    http,
    single({ name: 'start_to_first_request', ours: program.startMs, unit: 'ms', about: start }),
  ];
};

export const wholeProgram: Measurement = { name: 'whole-program', measure };
