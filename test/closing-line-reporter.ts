import type { Reporter } from 'vitest/node';

/** Ends a run with one line that programs can read, and with the reason of each test that was skipped. */
export function closingLineReporter(): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const counts = { passed: 0, failed: 0, skipped: 0 };
      for (const module of modules) {
        if (module.errors().length > 0) counts.failed += 1;
        for (const test of module.children.allTests()) {
          const result = test.result();
          if (result.state === 'pending') continue;
          counts[result.state] += 1;
          if (result.state === 'skipped') {
            process.stdout.write(`skipped: ${test.fullName}: ${result.note ?? 'see the name of its suite'}\n`);
          }
        }
      }
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    },
  };
}
