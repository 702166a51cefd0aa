import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/**
 * Ends a run with what its reader needs first: why tests were skipped, which files took longest, what failed, and one
 * line of counts that programs can read.
 */
export function closingLineReporter(): Reporter {
  return {
    onTestRunEnd: (modules) => {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      // A file that cannot be loaded, or a suite whose hook failed: their tests are skipped, not failed.
      const broken = modules
        .flatMap((module) => [module, ...module.children.allSuites()])
        .filter((suite) => suite.errors().length > 0);
      const lines = [
        ...skippedBySuite(tests),
        ...slowestFiles(modules),
        ...broken.map((suite) => `failed: ${nameOf(suite)}: ${suite.errors()[0]?.message}`),
        ...tests.filter((test) => test.result().state === 'failed').map(failure),
      ];
      const of = (state: string) => tests.filter((test) => test.result().state === state).length;
      lines.push(`${of('passed')} passed, ${of('failed') + broken.length} failed, ${of('skipped')} skipped`);
      process.stdout.write(`${lines.join('\n')}\n`);
    },
  };
}

function skippedBySuite(tests: readonly TestCase[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const test of tests) {
    const result = test.result();
    if (result.state !== 'skipped') continue;
    const suite = test.parent.type === 'suite' ? test.parent.fullName : test.name;
    const key = `${test.module.relativeModuleId}: ${result.note ?? suite}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `skipped: ${count === 1 ? '1 test' : `${count} tests`} of ${key}`);
}

const slowestShown = 12;

function slowestFiles(modules: readonly TestModule[]): readonly string[] {
  return modules
    .map((module) => ({ file: module.relativeModuleId, duration: module.diagnostic().duration }))
    .sort((a, b) => b.duration - a.duration)
    .slice(0, slowestShown)
    .map(({ file, duration }) => `slow: ${(duration / 1000).toFixed(1)} s ${file}`);
}

function nameOf(suite: TestModule | TestSuite): string {
  return suite.type === 'module' ? suite.relativeModuleId : `${suite.module.relativeModuleId} > ${suite.fullName}`;
}

function failure(test: TestCase): string {
  const [error] = test.result().errors ?? [];
  return `failed: ${test.module.relativeModuleId} > ${test.fullName}: ${error?.message ?? 'no message'}`;
}
