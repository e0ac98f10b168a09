// From arguments to verdict with the shipped policy and the real analysis, without a daemon.
import { type JsonObject, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { analyse, decide } from '../src/index.ts';
import { call, FACTS, NOW, shippedPolicy } from './fixtures.ts';

const shipped = shippedPolicy();

function outcome(tool: string, args: JsonObject, module = 'claude-code'): string {
  const input = call(module, tool, args);
  const effects = analyse(input, shipped, FACTS);
  const verdict = decide({
    call: input,
    effects,
    policy: shipped,
    session: { ...NEW_SESSION, interactive: true },
    grants: [],
    now: NOW,
  });
  return `${verdict.outcome} ${verdict.reasons[0]?.source} ${verdict.reasons[0]?.id}`;
}

verifies(['P4', 'G-S01'], 'what an agent does all day passes, and what can do harm waits', () => {
  const rows: readonly (readonly [string, string, JsonObject, string?])[] = [
    ['allow safe-call', 'Read', { file_path: 'src/a.ts' }],
    ['allow safe-call', 'Glob', { pattern: '**/*.ts' }],
    ['allow safe-call', 'Grep', { pattern: 'x' }],
    ['allow safe-call', 'Bash', { command: 'ls -la && git status' }],
    ['allow safe-call', 'Bash', { command: 'cat src/a.ts | head -5' }],
    ['allow safe-call', 'read_text_file', { path: '/home/user/project/a' }, 'filesystem'],
    ['allow safe-call', 'Read', { file_path: '/home/user/notes/a.md' }],
    ['allow safe-call', 'Read', { file_path: '/etc/hosts' }],
    // The hook's own credential stands in it.
    ['confirm critical-rule C05.read-credentials', 'Read', { file_path: '.claude/settings.json' }],
    ['allow safe-call', 'Glob', { pattern: '/home/user/notes/**' }],
    ['allow safe-call', 'LS', { path: '/home/user/.ssh' }],
    ['allow safe-call', 'Grep', { pattern: 'x', path: '../other' }],
    ['allow safe-call', 'Edit', { file_path: 'a.txt', old_string: 'x', new_string: 'y' }],
    ['allow safe-call', 'edit_file', { path: 'a.ts', edits: [{ oldText: 'x', newText: 'y' }] }, 'filesystem'],
    ['allow safe-call', 'read_query', { query: 'select name from users' }, 'sqlite'],
    ['confirm critical-rule', 'Read', { file_path: '/home/user/.ssh/id_ed25519' }],
    ['confirm critical-rule', 'Read', { file_path: '.env' }],
    ['confirm preset', 'Read', { file_path: '/home/user/.zshrc' }],
    ['confirm', 'Edit', { file_path: '.git/config', old_string: 'x', new_string: 'y' }],
    ['confirm', 'Edit', { file_path: '/home/user/.zshrc', old_string: 'x', new_string: 'y' }],
    ['confirm preset', 'Edit', { file_path: 'a.txt', old_string: '', new_string: 'y' }],
    ['confirm preset', 'Write', { file_path: 'a.txt', content: 'y', old_string: 'x', new_string: 'y' }],
    ['confirm', 'read_query', { query: 'drop table users' }, 'sqlite'],
    ['confirm', 'query', { sql: 'select 1; commit; drop schema public cascade' }, 'postgres'],
    ['confirm preset', 'Bash', { command: 'npm test' }],
    ['confirm preset', 'Bash', { command: 'make' }],
    ['confirm preset', 'Bash', { command: 'tar czf x.tgz src' }],
    ['confirm preset', 'Bash', { command: './build.sh' }],
    ['confirm strict-rule S10.untold', 'Bash', { command: 'cat $(cat a)' }],
    ['confirm preset', 'Bash', { command: 'curl https://example.org' }],
    ['confirm preset', 'Write', { file_path: 'a.txt', content: 'x' }],
    ['confirm preset', 'WebFetch', { url: 'https://example.org/', prompt: 'x' }],
    ['confirm critical-rule', 'send', { to: 'eva@example.org', subject: 'x' }, 'mail'],
    ['confirm critical-rule', 'Bash', { command: 'rm -rf build' }],
    ['confirm critical-rule', 'Bash', { command: 'rm ~/notes.txt' }],
    ['confirm strict-rule', 'Bash', { command: 'sudo ls' }],
    ['confirm strict-rule', 'Write', { file_path: '/etc/hosts', content: 'x' }],
    ['confirm default', 'anything', {}, 'stranger'],
  ];
  for (const [expected, tool, args, module] of rows) {
    expect(outcome(tool, args, module), `${tool} ${JSON.stringify(args)}`).toContain(expected);
  }
});

verifies(['G-C08'], 'every way to Castellan itself is refused, through any tool', () => {
  const state = '/home/user/.config/castellan';
  const rows: readonly (readonly [string, JsonObject, string?])[] = [
    ['Write', { file_path: `${state}/config.yaml`, content: '' }],
    ['Edit', { file_path: '../.config/castellan/rules/x.yaml', old_string: 'a', new_string: 'b' }],
    ['Read', { file_path: `${state}/daemon/state.json` }],
    ['Bash', { command: 'castellan approve approval_000001' }],
    ['Bash', { command: 'echo x >> ~/.config/castellan/config.yaml' }],
    ['Bash', { command: `cat ${state}/daemon/state.json` }],
    ['Write', { file_path: '.claude/settings.json', content: '{"disableAllHooks":true}' }],
    ['move_file', { source: state, destination: '/tmp/x' }, 'filesystem'],
    ['do', { anything: `${state}/config.yaml` }, 'stranger'],
    ['do', { a: [{ b: { c: `${state}/config.yaml` } }] }, 'stranger'],
    ['Glob', { pattern: '/home/user/**' }],
    ['Glob', { pattern: '../.config/*/daemon/*' }],
    ['Grep', { pattern: 'castellan_d_', path: '/home/user' }],
    ['search_files', { pattern: 'state.json', path: '/home/user' }, 'filesystem'],
    ['Bash', { command: 'tar czf - ~/.config' }],
  ];
  for (const [tool, args, module] of rows) {
    expect(outcome(tool, args, module), `${tool} ${JSON.stringify(args)}`).toMatch(
      /^deny critical-rule C04\.(?:safety|above)$/,
    );
  }
});
