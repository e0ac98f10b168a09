// docs/reference/faults.md: what may fail and what holds then, with the tests that show it, read from where they declare themselves.
import { readdirSync, readFileSync } from 'node:fs';
import { FAULTS } from '../../test/faults/faults.ts';
import { inRoot } from '../lib/run.ts';
import { generatedFrom, table } from './text.ts';

export const FAULTS_PAGE = 'docs/reference/faults.md';

export interface FaultTest {
  readonly id: string;
  readonly title: string;
  readonly file: string;
}

const DECLARED = /^fault\(\s*'([a-z-]+)',\s*\[[^\]]*\],\s*(?:'([^'\n]*)'|`([^`\n]*)`)/gm;

/** Every scenario that declares itself one of a fault, by file. */
export function faultTests(): readonly FaultTest[] {
  return readdirSync(inRoot('test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
    .map((path) => `test/${path}`)
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(inRoot(file), 'utf8').matchAll(DECLARED)].map(([, id = '', plain, made]) => ({
        ...{ id, file },
        title: plain ?? (made ?? '').replaceAll(/\$\{[^}]*\}/g, 'many'),
      })),
    );
}

/** The page. */
export function faultsPage(): string {
  const tests = faultTests();
  const shownBy = (id: string): string =>
    tests
      .filter((test) => test.id === id)
      .map(({ title, file }) => `${title} (\`${file}\`)`)
      .join('; ');
  return [
    '# What may fail, and what holds then',
    '',
    generatedFrom('test/faults/faults.ts and the tests that declare themselves with `fault(...)`'),
    '',
    'Each row is here because a test makes it happen to a real daemon. What is not here is not shown.',
    '',
    ...table(
      ['What happens', 'What holds', 'What you are told', 'How it ends', 'Shown by'],
      FAULTS.map(({ id, happens, holds, told, after }) => [happens, holds, told, after, shownBy(id)]),
    ),
    '',
  ].join('\n');
}
