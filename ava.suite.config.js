/** The whole suite, as `npm test` has built it; for single files see `ava` in `package.json`. */
export default {
  files: ['dist-suite/tests/**/*.test.js'],
  nodeArguments: ['--enable-source-maps'],
  workerThreads: false,
  concurrency: 3,
  timeout: '3m',
};
