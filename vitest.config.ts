import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './test/closing-line-reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    reporters: ['default', closingLineReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
