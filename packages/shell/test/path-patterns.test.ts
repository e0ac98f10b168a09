// The lists sorted for speed say what one large expression over all of them says; and what bounds the work fails closed.
import { analyseCommand, pathResource } from '@castellan/shell';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyOf, patternsIn } from '../src/path-patterns.ts';
import {
  CREDENTIALS_ANYWHERE,
  CREDENTIALS_AT_HOME,
  CREDENTIALS_OF_SYSTEM,
  NOT_CREDENTIALS,
  STARTUP_AT_HOME,
} from '../src/protected-paths.ts';
import { HOME, lexicalFacts, STATE, WORKSPACE } from './support/world.ts';

const LISTS = [CREDENTIALS_ANYWHERE, CREDENTIALS_AT_HOME, CREDENTIALS_OF_SYSTEM, NOT_CREDENTIALS, STARTUP_AT_HOME];

/** The slow way: every pattern, one after the other. */
function slow(list: string): (path: string) => boolean {
  const expressions = patternsIn(list).map((pattern) => {
    const folder = pattern.endsWith('/');
    const source = (folder ? pattern.slice(0, -1) : pattern)
      .replace(/[.+^$|(){}]/g, '\\$&')
      .replace(/[*]/g, '[^/]*')
      .replace(/[?]/g, '[^/]');
    return new RegExp(`^${source}${folder ? '(?:/.*)?' : ''}$`);
  });
  return (path) => expressions.some((each) => each.test(path));
}

test('every list, over names made of its own patterns', () => {
  let matched = 0;
  for (const list of LISTS) {
    const [fast, plain] = [anyOf(list), slow(list)];
    const part = fc.constantFrom('', 'a', '.', '/', '-', 'x/y', '_', '.env');
    const made = fc
      .tuple(part, fc.constantFrom(...patternsIn(list)), part, part)
      .map(([before, pattern, fill, end]) => {
        const filled = pattern.replace(/[*?]/g, fill).replace(/\[([^\]])[^\]]*\]/g, '$1');
        return `${before}${filled}${end}`;
      });
    fc.assert(
      fc.property(made, (path) => {
        const expected = plain(path);
        if (expected) matched += 1;
        expect([path, fast(path)]).toEqual([path, expected]);
      }),
      { numRuns: 1500 },
    );
  }
  expect(matched).toBeGreaterThan(500);
});

test('what lies in a home and what the system keeps is still told', () => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [`${HOME}/.ssh/id_rsa`, 'credentials'],
    [`${HOME}/.SSH/config`, 'shell-startup'],
    ['/etc/shadow', 'credentials'],
    ['/etc/cron.d/x', 'shell-startup'],
    [`${WORKSPACE}/.env.local`, 'credentials'],
    [`${WORKSPACE}/a.git/hooks/x`, 'repository'],
    [`${WORKSPACE}/src/index.js`, undefined],
  ];
  for (const [path, resource] of rows) expect([path, pathResource(path, HOME)]).toEqual([path, resource]);
});

test.each([
  ['functions', Array.from({ length: 1200 }, (_, n) => `f${n}() { rm x; };`).join(' ')],
  ['words', `echo ${'a '.repeat(9000)}; rm -rf ${STATE}`],
  ['words of the same command', `cp ${'a '.repeat(9000)} ${STATE}`],
  ['commands', `${'git push --force;'.repeat(900)} rm -rf ${STATE}`],
  ['here-documents', `${'cat <<E\nx\nE\n'.repeat(2100)}rm -rf ${STATE}`],
  ['braces', `echo {${'a,'.repeat(600)}b}{${'a,'.repeat(600)}b}; rm -rf ${STATE}`],
])('where there is too much to look at, nothing is taken for certain: %s', (_, command) => {
  const effects = analyseCommand(command, { cwd: WORKSPACE, workspace: WORKSPACE, facts: lexicalFacts() });
  expect(effects.some(({ certainty }) => certainty !== 'certain')).toBe(true);
  expect(effects.some(({ kind }) => kind === 'change-safety') || /refused/.test(effects[0]?.note ?? '')).toBe(true);
});
