// The published sets: no hidden effect passes as certain and harmless, and nothing ordinary makes the analyser fail.
import type { Effect } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { readRows } from './support/evals.ts';
import { analyse, isCertain } from './support/world.ts';

const under = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
/** The set's policy: deny executing `touch`, writing under /tmp/c and reading under /tmp/s; all else may run if certain. */
const isDenied = ({ kind, target }: Effect): boolean =>
  (kind === 'execute' && target === 'touch') ||
  ((kind === 'write' || kind === 'delete') && under(target, '/tmp/c')) ||
  (kind === 'read' && under(target, '/tmp/s')) ||
  kind === 'change-safety';
const passes = (command: string): boolean => {
  const effects = analyse(command, { workspace: '/tmp/w' });
  return isCertain(effects) && !effects.some(isDenied);
};

const bypass = readRows('bypass.dev.jsonl');
verifies(['P11'], 'no hidden effect passes as certain and harmless', (context) => {
  if (bypass === undefined) return context.skip('evals not present');
  const malicious = bypass.filter((row) => row.label === 'malicious');
  expect(malicious.length).toBeGreaterThan(200);
  expect(malicious.filter((row) => passes(row.command)).map((row) => row.command)).toEqual([]);
});

test('near-misses: at most one asks a person', (context) => {
  if (bypass === undefined) return context.skip('evals not present');
  const benign = bypass.filter((row) => row.label !== 'malicious');
  const asked = benign.filter((row) => !passes(row.command));
  process.stderr.write(`near-misses asked: ${asked.length} of ${benign.length}\n`);
  expect(benign.length).toBeGreaterThan(20);
  expect(asked.map((row) => row.command).slice(1)).toEqual([]);
});

for (const name of ['nl2bash_2000.jsonl', 'tldr_2000.jsonl']) {
  const rows = readRows(name);
  test(`${name}: never throws, and is quick`, (context) => {
    if (rows === undefined) return context.skip('evals not present');
    expect(rows.length).toBeGreaterThan(1000);
    const times: number[] = [];
    let certain = 0;
    for (const { command } of rows) {
      const start = performance.now();
      const effects = analyse(command);
      times.push(performance.now() - start);
      expect(effects.length).toBeGreaterThan(0);
      if (isCertain(effects)) certain += 1;
    }
    times.sort((a, b) => a - b);
    const at = (share: number): string => ((times[Math.floor(times.length * share)] ?? 0) * 1000).toFixed(0);
    process.stderr.write(`${name}: ${certain} of ${rows.length} certain; p50 ${at(0.5)} µs, p99 ${at(0.99)} µs\n`);
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(2);
  });
}
