// A Vitest reporter that prints nothing: it counts, and leaves the counts and the failures where the task that started Vitest finds them.
import type { Reporter, TestModule } from 'vitest/node';
import { type Counts, sum, writeCounts, writeFailures } from './counts.ts';

function countsOf(module: TestModule): Counts {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const count = (state: string): number => states.filter((each) => each === state).length;
  const broken = [...module.children.allSuites()].flatMap((suite) => suite.errors()).length + module.errors().length;
  return {
    passed: count('passed'),
    // A file that could not be read or a hook that threw fails the run without failing a test; a test still pending
    // when the run ended never gave its answer.
    failed: count('failed') + count('pending') + broken,
    skipped: count('skipped'),
  };
}

/** Each failed test with the first line of why. */
function failuresOf(module: TestModule): readonly string[] {
  const tests = [...module.children.allTests()].flatMap((test) => {
    const { state, errors } = test.result();
    if (state !== 'failed') return [];
    const [why = ''] = (errors?.[0]?.message ?? '').split('\n');
    return [`${module.relativeModuleId} > ${test.fullName}: ${why.slice(0, 300)}`];
  });
  return [...tests, ...module.errors().map(({ message }) => `${module.relativeModuleId}: ${message.slice(0, 300)}`)];
}

/** Vitest constructs this by path: `--reporter=tools/lib/counting-reporter.ts`. */
class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const file = process.env.CASTELLAN_COUNTS;
    if (file === undefined) return;
    writeFailures(file, modules.flatMap(failuresOf));
    writeCounts(file, sum([...modules.map(countsOf), { passed: 0, failed: unhandled.length, skipped: 0 }]));
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its file's default export.
export default CountingReporter;
