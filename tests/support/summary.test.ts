import test from 'ava';
import { summaryOf } from './summary.js';

test('a good run counts what has passed', (t) => {
  t.deepEqual(summaryOf('  ✔ a\n  ─\n\n  28 tests passed\n', 0), {
    passed: 28,
    failed: 0,
    skipped: 0,
  });
});

test('failures of every kind are added up, and what has passed is counted by its ticks', (t) => {
  const ticks = '  ✔ a\n  ✘ [fail]: b\n  ✔ c (1.2s)\n  ✔ d\n';
  const output = `${ticks}  ─\n\n  2 tests failed\n  1 hook failed\n  1 uncaught exception\n`;
  t.deepEqual(summaryOf(output, 1), { passed: 3, failed: 4, skipped: 0 });
});

test('a run that fails without a failed test is still a failure', (t) => {
  t.deepEqual(summaryOf('  ✖ No tests found in x.test.ts\n  3 tests passed\n', 1), {
    passed: 3,
    failed: 1,
    skipped: 0,
  });
});

test('what was skipped is counted on its own', (t) => {
  const output = '  - [skip] a\n  ✔ b\n  ─\n\n  1 test passed\n  1 test skipped\n';
  t.deepEqual(summaryOf(output, 0), { passed: 1, failed: 0, skipped: 1 });
});
