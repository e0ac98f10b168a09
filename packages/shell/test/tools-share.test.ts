// How much of what people type needs a person, and why: the published sets under the default policy. What is safe there is
// spelt out again here: programs whose effects are known, reads of ordinary places, names anywhere but in Castellan's folder,
// and writes in the workspace that can be taken back.
import type { Effect } from '@castellan/contract';
import { expect, test } from 'vitest';
import { readRows } from './support/evals.ts';
import { analyse } from './support/world.ts';

const UNREAD = new Set(['device', 'castellan', 'agent-config']);
function isSafe({ kind, certainty, place, resource, undoable }: Effect): boolean {
  if (certainty !== 'certain') return false;
  if (kind === 'execute') return resource === undefined;
  if (kind === 'read')
    return resource === 'names' ? place !== 'castellan' : resource !== 'credentials' && !UNREAD.has(place);
  return kind === 'write' && undoable === true && resource === undefined;
}

/** What could not be told or is not safe, without the words of the command: families, not rows. */
const reasonOf = ({ kind, certainty, resource, place, note }: Effect): string =>
  [kind, certainty, resource, place === 'none' ? undefined : place, note?.replace(/`[^`]*`/g, '`…`')]
    .filter((part) => part !== undefined)
    .join(' ');

for (const [name, most] of [
  ['nl2bash_2000.jsonl', 0.38],
  ['tldr_2000.jsonl', 0.96],
] as const) {
  test(`${name}: the share that needs a person stays where it is`, (context) => {
    const rows = readRows(name);
    if (rows === undefined) return context.skip('evals not present');
    const asked = new Map<string, number>();
    let count = 0;
    let total = 0;
    for (const row of rows as readonly ((typeof rows)[number] & { readonly mutating_heuristic?: boolean })[]) {
      if (row.mutating_heuristic === true) continue;
      total += 1;
      const why = analyse(row.command).find((effect) => !isSafe(effect));
      if (why === undefined) continue;
      count += 1;
      asked.set(reasonOf(why), (asked.get(reasonOf(why)) ?? 0) + 1);
    }
    const top = [...asked].sort(([, a], [, b]) => b - a).slice(0, 12);
    process.stderr.write(
      `${name}: ${count} of ${total} need a person (${((100 * count) / total).toFixed(1)} %)\n${top.map(([why, n]) => `  ${n}  ${why}\n`).join('')}`,
    );
    expect(total).toBeGreaterThan(1000);
    expect(count / total).toBeLessThan(most);
  });
}
