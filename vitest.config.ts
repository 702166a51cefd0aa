import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/closing-line-reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    pool: 'forks',
    // No module keeps state of its own, so files can share what they import: a seventh of the run's CPU time.
    isolate: false,
    // vitest leaves one core to itself, which on two cores runs file after file, most of which wait for processes.
    maxWorkers: '100%',
    reporters: ['default', closingLineReporter()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
