// The README's examples do what it says they do.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { EXCLUSIONS } from './support/exclusions.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function blocks(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');
}

it.each(blocks('ts').map((code, i) => [i, code] as const))('shows a program that runs: %i', (i, code) => {
  const index = pathToFileURL(join(root, 'src', 'index.ts')).href;
  const input = code.replace("'@castellan/starlark'", `'${index}'`);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-'], {
    input,
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: blocks('text')[i], stderr: '' });
});

it('shows a line of JSON and its answer', () => {
  const [request, answer] = blocks('json');
  const door = join(root, 'command', 'starlark.mjs');
  const { stdout } = spawnSync(process.execPath, [door, '--jsonl'], { input: request ?? '', encoding: 'utf8' });
  const { used, ...rest } = JSON.parse(stdout) as { readonly used: Readonly<Record<string, number>> };
  const { used: shown, ...expected } = JSON.parse(answer ?? '') as { readonly used: Readonly<Record<string, number>> };
  expect(rest).toEqual(expected);
  expect(Object.keys(used)).toEqual(Object.keys(shown));
});

it('counts the chunks that pass as the exclusions do', () => {
  const of = (impl: string) => EXCLUSIONS.filter(({ id }) => id.startsWith(`${impl}:`)).length;
  expect(readme).toContain(
    `starlark-go (${189 - of('starlark-go')} of 189) and starlark-rust (${75 - of('starlark-rust')} of 75)`,
  );
});
