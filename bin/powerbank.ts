#!/usr/bin/env -S node --max-old-space-size=1024
import { runProgram } from './cli/program.js';

// Whoever reads may have seen enough, as `head` has: a command ends as it would have ended.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
