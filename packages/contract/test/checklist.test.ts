// The checklists of the seeds as data: no line is left out, each is held by an item or says why it is not ours, and a line is as bad as the
// worst that was seen of it.
import { expect, test } from 'vitest';
import { CHECKLIST, CHECKS, type CheckId, checkedLines, checkOf } from '../src/index.ts';

/** OpenPact's three lists have five, five and four lines; what Opta and OpenTidy state of their security is theirs. */
test('every line of the seeds is there', () => {
  const ids = (from: string, part: string): readonly string[] =>
    CHECKLIST.filter((line) => line.from === from && line.part === part).map(({ id }) => id);
  expect(ids('OpenPact', 'before deployment')).toEqual(['tls', 'password', 'defaults', 'monitoring', 'allowlist']);
  expect(ids('OpenPact', 'in operation')).toEqual(['sign-ins', 'scripts', 'rotation', 'updates', 'script-log']);
  expect(ids('OpenPact', 'when something happens')).toEqual(['revoke', 'disable', 'copies', 'escalation']);
  expect(ids('Opta', 'assumed')).toEqual(['loopback', 'token', 'local', 'asked', 'guardrails', 'lan']);
  expect(ids('OpenTidy', 'assumed')).toEqual([
    ...['hooks', 'manifest', 'human', 'presence', 'trail', 'own-folder', 'token', 'remote', 'undo', 'reports'],
  ]);
});

test.each(CHECKLIST.map((line) => [`${line.from} ${line.id}`, line] as const))(
  '%s is held by an item, or says why it is not ours',
  (_name, { items, note, line }) => {
    expect(line).not.toBe('');
    expect(new Set(items).size).toBe(items.length);
    for (const id of items) expect(Object.keys(CHECKS)).toContain(id);
    if (items.length === 0) expect(note).not.toBe('');
  },
);

test('a line is as bad as the worst of its items, and not known where none was looked at', () => {
  const state = (...checks: Parameters<typeof checkedLines>[0]) =>
    checkedLines(checks).find(({ id, from }) => id === 'token' && from === 'OpenTidy')?.state;
  const good = (id: CheckId) => checkOf(id, 'good', 'seen');
  expect(state()).toBe('unknown');
  expect(state(good('state'), good('vault-key'))).toBe('good');
  // What it stands or falls with was not looked at: what else is well says nothing.
  expect(state(good('vault-key'))).toBe('unknown');
  expect(state(checkOf('vault-key', 'warn', 'seen', 'do'))).toBe('warn');
  expect(state(good('state'), checkOf('vault-key', 'warn', 'seen', 'do'))).toBe('warn');
  expect(state(checkOf('state', 'bad', 'seen', 'do'), checkOf('vault-key', 'warn', 'seen', 'do'))).toBe('bad');
  // Without the daemon nobody looked at what is missing.
  const silent = checkOf('daemon', 'bad', 'seen', 'do');
  expect(state(silent, good('state'), good('state-above'))).toBe('unknown');
  expect(state(silent, good('state'), good('state-above'), good('vault-key'))).toBe('good');
  // A line that nobody can look up says nothing good.
  expect(checkedLines([]).filter(({ items, state: seen }) => items.length === 0 && seen !== 'unknown')).toEqual([]);
});

test('every item that is about security answers a line of somebody', () => {
  const used = new Set<string>(CHECKLIST.flatMap(({ items }) => items));
  // Ours alone: nothing of the kind stands in the seeds' lists.
  const ours = Object.keys(CHECKS).filter((id) => !used.has(id));
  expect(ours.toSorted()).toEqual([
    ...['agents-silent', 'container', 'container-capabilities', 'container-limits', 'container-privileges'],
    ...['container-root', 'frozen', 'further', 'limits', 'sockets', 'walls'],
  ]);
});
