#!/usr/bin/env node
import { runProgram } from './cli/program.js';

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
