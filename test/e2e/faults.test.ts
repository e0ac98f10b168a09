// What fails under the daemon and is not shown elsewhere. The page of all of it: docs/reference/faults.md.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '@castellan/testkit';
import { expect } from 'vitest';
import { ofKind, world } from './support/world.ts';

fault(
  'ledger-torn',
  ['L3', 'L2', 'R5'],
  'a last write that was cut off by a crash: recovered, whole, and told',
  async () => {
    const before = await world();
    const agent = await before.connect();
    const decided = await agent.check('claude-code/TodoWrite', { todos: [] });
    expect(decided.kind).toBe('run');
    const { home } = before.daemon;
    await before.daemon.kill();
    // The length of the file had reached the disk, its bytes had not.
    appendFileSync(join(home, 'ledger', 'journal'), new Uint8Array(512));

    await using it = await world({}, { home });
    const records = await it.records();
    expect(records.some((record) => record.kind === 'attempt' && record.call === decided.call)).toBe(true);
    const texts = ofKind(records, 'daemon').flatMap(({ text }) => (text === undefined ? [] : [text]));
    expect(texts).toEqual([expect.stringMatching(/^the last write before a crash was cut off: 512 bytes/)]);
    expect((await it.verify()).kind).toBe('verified');
  },
);
