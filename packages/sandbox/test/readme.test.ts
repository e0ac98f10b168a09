// What the README shows is what happens.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspect } from '../src/inspect/inspect.ts';
import { NEVER, noting, openPool, specOf, told } from './support/pools.ts';

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const block = (kind: string): string => README.split(`\n\`\`\`${kind}\n`)[1]?.split('\n```')[0] ?? '';

it('the example', async () => {
  const source = /const source = `([^`]*)`/.exec(block('ts'))?.[1] ?? '';
  expect(inspect(source)).toMatchObject({ kind: 'sound', entry: 'main', parameters: ['a', 'b'] });
  await using pool = await openPool();
  const { host } = noting(() => ({ kind: 'value', value: 1_700_000_000_000 }));
  const value = told(await pool.run(specOf(source, { args: [1, 2] }), host, NEVER));
  expect(block('text')).toContain(JSON.stringify({ ok: true, value }));
});

it('the header', () => {
  const inspection = inspect(`${block('python')}\nresult = 1\n`);
  // Nothing uses what it declares; there is nothing else to say against it.
  expect(inspection).toMatchObject({ kind: 'faulty' });
  const faults = inspection.kind === 'faulty' ? inspection.faults : [];
  expect(
    faults.map(({ message }) => message).filter((message) => !message.endsWith('is declared and nothing uses it')),
  ).toEqual([]);
});
