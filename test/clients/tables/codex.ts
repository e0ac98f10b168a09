// The fail-open table of Codex 0.169.0: a command that the policy denies, and each way that let it run past a hook that says no.
import type { TableRow } from './row.ts';

const row = (id: string, way: string, alone: TableRow['alone'], gap: string | null = null): TableRow => ({
  ...{ id, way, alone, gap, held: gap === null ? 'blocked' : 'ran' },
});

export const ROWS: readonly TableRow[] = [
  row('as-connected', 'the hook says no', 'blocked'),
  row('code-mode', 'the call is made by a program of code mode', 'blocked'),
  row('no-approvals', 'it is started with `--dangerously-bypass-approvals-and-sandbox`', 'blocked'),
  row('untrusted-run', 'it is started with `--dangerously-bypass-hook-trust`', 'blocked'),
  row('large', 'the call is larger than what is looked at', 'blocked'),
  row('hook-exit-1', 'the hook command ends with 1', 'ran', 'codex/hook-fails'),
  row('hook-killed', 'the hook command is killed', 'ran', 'codex/hook-fails'),
  row('hook-half', 'the hook command prints half an answer', 'ran', 'codex/hook-fails'),
  row('hook-gone', 'the program of the hook is gone', 'ran', 'codex/hook-fails'),
  row('hook-not-executable', 'the program of the hook cannot be started', 'ran', 'codex/hook-fails'),
  row('disable-hooks', 'it is started with `--disable hooks`', 'ran'),
  row('features-hooks', 'it is started with `-c features.hooks=false`', 'ran'),
  row('profile', 'it is started with a profile that switches hooks off', 'ran'),
  row('settings-off', 'hooks are switched off in its settings', 'ran'),
  row('hook-changed', 'the hook is changed after it was trusted', 'ran'),
  row('project-off', 'a trusted project switches hooks off', 'ran'),
  row('project-broken', 'a trusted project has settings that are no TOML', 'blocked'),
  row('hooks-json-broken', 'hooks.json of the user cannot be read', 'ran'),
  row('settings-broken', 'its settings are no TOML', 'blocked'),
];
