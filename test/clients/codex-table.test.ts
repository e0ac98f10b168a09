// The fail-open table of the real Codex, under Castellan: a command that the policy denies, and each way that let it run. Either
// it does not run, or the way is announced as a gap of that scope, and what can be seen of it raises its alarm.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorOf, readConnection } from '@castellan/agents';
import type { ConnectScope } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import {
  type CodexCall,
  type CodexWorld,
  codexWorld,
  js,
  sh,
  turns,
  withCodex,
  withManagedCodex,
} from './support/codex.ts';
import { ROWS as SHOWN } from './tables/codex.ts';

const codex = connectorOf('codex');

interface Row {
  /** Of the table that is shown; the others are about our own parts. */
  readonly id?: string;
  readonly way: string;
  readonly args?: readonly string[];
  /** Behind `exec`. */
  readonly after?: readonly string[];
  /** Changes what stands there; the returned function puts it back. */
  readonly change?: (it: CodexWorld) => () => void;
  readonly call?: CodexCall;
  readonly model?: string;
  /** The gap that announces it, in each scope where it is open. */
  readonly open?: Partial<Record<ConnectScope, string>>;
  /** What is seen of it in the files; the other alarms are about processes that run. */
  readonly seen?: 'missing' | 'disabled' | 'bypassed';
  /** There it does not count, and there is nothing to see. */
  readonly unseen?: ConnectScope;
}

/** The file as it was. */
function edited(path: string, change: (text: string) => string): () => void {
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, change(before));
  return () => writeFileSync(path, before);
}
const settings = (it: CodexWorld): string =>
  it.connected.scope === 'managed'
    ? join(it.etc, 'codex', 'requirements.toml')
    : join(it.user, '.codex', 'config.toml');
const wrapper = (it: CodexWorld): string => join(it.user, 'hook.sh');
const hookIs = (script: string) => (it: CodexWorld) => edited(wrapper(it), () => `#!/bin/sh\n${script}\n`);
const project = (text: string) => (it: CodexWorld) => {
  const own = join(it.user, '.codex', 'config.toml');
  const back = edited(own, (before) => `${before}\n[projects."${it.project}"]\ntrust_level = "trusted"\n`);
  mkdirSync(join(it.project, '.codex'));
  writeFileSync(join(it.project, '.codex', 'config.toml'), text);
  return () => {
    back();
    rmSync(join(it.project, '.codex'), { recursive: true });
  };
};
const kept = (it: CodexWorld): string => join(it.home, 'agents', it.connected.agent, 'hook');
const FAILS: Row['open'] = { user: 'codex/hook-fails', managed: 'codex/hook-fails' };
const WITHOUT: Row['open'] = { user: 'codex/started-without' };

const ROWS: readonly Row[] = [
  { id: 'as-connected', way: 'as it is connected' },
  {
    id: 'code-mode',
    way: 'code mode',
    model: 'gpt-6-sol',
    call: js("await tools.exec_command({ cmd: 'echo ran > MARKER' })"),
  },
  { id: 'no-approvals', way: 'no user sandbox and no approvals', args: ['--dangerously-bypass-approvals-and-sandbox'] },
  { id: 'untrusted-run', way: 'untrusted hooks let run', args: ['--dangerously-bypass-hook-trust'] },
  { id: 'large', way: 'a large input', call: sh(`echo ran > MARKER # ${'x'.repeat(1_100_000)}`) },
  {
    way: 'the credential in the hook file is wrong',
    change: (it) => edited(kept(it), (text) => text.replace(/[0-9a-f]{64}/, '0'.repeat(64))),
  },
  { way: 'the hook file is empty', change: (it) => edited(kept(it), () => '') },
  {
    way: 'the daemon socket in the hook file leads nowhere',
    change: (it) => edited(kept(it), (text) => text.replace('daemon.sock', 'x.sock')),
  },
  { id: 'hook-exit-1', way: 'the hook ends with 1', change: hookIs('exit 1'), open: FAILS },
  { id: 'hook-killed', way: 'the hook is killed', change: hookIs('kill -KILL $$'), open: FAILS },
  {
    id: 'hook-half',
    way: 'the hook prints half an answer',
    change: hookIs('printf \'{"hookSpecificOutput": {\''),
    open: FAILS,
  },
  {
    id: 'hook-gone',
    way: 'the program of the hook is gone',
    change: (it) => {
      renameSync(wrapper(it), `${wrapper(it)}.gone`);
      return () => renameSync(`${wrapper(it)}.gone`, wrapper(it));
    },
    ...{ open: FAILS, seen: 'missing' },
  },
  {
    id: 'hook-not-executable',
    way: 'the program of the hook cannot be started',
    change: (it) => {
      chmodSync(wrapper(it), 0o600);
      return () => chmodSync(wrapper(it), 0o700);
    },
    ...{ open: FAILS, seen: 'missing' },
  },
  { way: '--ignore-user-config', after: ['--ignore-user-config'], open: WITHOUT },
  { id: 'disable-hooks', way: '--disable hooks', args: ['--disable', 'hooks'], open: WITHOUT },
  { id: 'features-hooks', way: '-c features.hooks=false', args: ['-c', 'features.hooks=false'], open: WITHOUT },
  {
    id: 'profile',
    way: 'a profile that switches hooks off',
    args: ['--profile', 'weak'],
    change: (it) => {
      const file = join(it.user, '.codex', 'weak.config.toml');
      writeFileSync(file, '[features]\nhooks = false\n');
      return () => rmSync(file);
    },
    open: WITHOUT,
  },
  {
    id: 'settings-off',
    way: 'hooks switched off in the settings',
    change: (it) =>
      edited(join(it.user, '.codex', 'config.toml'), (text) =>
        it.connected.scope === 'user'
          ? text.replace('hooks = true', 'hooks = false')
          : text.replace('plugins = false', 'plugins = false\nhooks = false'),
      ),
    ...{ open: { user: 'codex/not-trusted' }, seen: 'disabled', unseen: 'managed' },
  },
  {
    id: 'hook-changed',
    way: 'the hook is changed',
    change: (it) => edited(settings(it), (text) => text.replaceAll('timeout = 360', 'timeout = 361')),
    ...{ open: { user: 'codex/not-trusted' }, seen: 'missing' },
  },
  {
    id: 'project-off',
    way: 'a trusted project switches hooks off',
    change: project('[features]\nhooks = false\n'),
    ...{ open: { user: 'codex/disabled-by-project' }, seen: 'disabled', unseen: 'managed' },
  },
  {
    id: 'project-broken',
    way: 'a trusted project has settings that are no TOML',
    change: project('= = ='),
  },
  {
    id: 'hooks-json-broken',
    way: 'hooks.json of the user is broken',
    change: (it) => {
      const file = join(it.user, '.codex', 'hooks.json');
      writeFileSync(file, '{"hooks": {');
      return () => rmSync(file);
    },
  },
  {
    id: 'settings-broken',
    way: 'the settings are no TOML',
    change: (it) => edited(settings(it), (text) => `${text}\n= = =`),
    seen: 'missing',
  },
];

async function checked(it: CodexWorld, row: Row, index: number): Promise<string | null> {
  const scope = it.connected.scope;
  const marker = `marker-${index}`;
  const call = row.call ?? sh('echo ran > MARKER');
  const put = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('MARKER', marker));
  const back = row.change?.(it) ?? (() => undefined);
  try {
    if (row.seen !== undefined) {
      const connection = await readConnection(it.home, it.connected.agent);
      if (connection === null) return 'no connection';
      const around = (await codex.around?.(it.project, connection, it.machine)) ?? [];
      const kinds = [...(await codex.inspect(connection, it.machine)), ...around].map(({ kind }) => kind);
      if (row.unseen !== scope && !kinds.includes(row.seen)) return `it is not seen: ${kinds.join(' ')}`;
    }
    await it.codex(turns(put(call)), {
      ...(row.args && { args: row.args }),
      ...(row.after && { after: row.after }),
      ...(row.model && { model: row.model }),
    });
  } finally {
    back();
  }
  const gap = row.open?.[scope];
  const ran = it.ran(marker);
  if (!ran) return gap === undefined ? null : `closed, though announced as ${gap}`;
  if (gap === undefined) return `RAN: ${it.saw().join(' ').slice(0, 200)}`;
  const announced = codex.gaps(scope, it.connected.mode).some(({ id }) => id === gap);
  return announced ? null : `RAN, and ${gap} is not announced`;
}

/** A hook of the world's own in front of ours, so that it can be broken while its trust stands. */
const tableWorld = (scope: ConnectScope): Promise<CodexWorld> =>
  codexWorld({ scope, wrapped: true }, { modules: { codex: { level: 'deny' } } });

for (const [scope, options] of [
  ['user', withCodex],
  ['managed', withManagedCodex],
] as const)
  verifies(
    ['K2', 'K4'],
    `every way past a hook of scope ${scope} is closed, or announced as it is`,
    async () => {
      await using it = await tableWorld(scope);
      const wrong: string[] = [];
      for (const [index, row] of ROWS.entries()) {
        const why = await checked(it, row, index);
        if (why !== null) wrong.push(`${row.way}: ${why}`);
      }
      await it.daemon.stop();
      const down = await checked(it, { way: 'the daemon is away' }, ROWS.length);
      if (down !== null) wrong.push(`the daemon is away: ${down}`);
      expect(wrong).toEqual([]);
    },
    { ...options, timeout: 300_000 },
  );

const typed = js(
  "await (async () => { const s = await tools.exec_command({ cmd: 'bash', tty: true, yield_time_ms: 300 }); return tools.write_stdin({ session_id: s.session_id, chars: 'echo typed > typed\\n', yield_time_ms: 500 }); })()",
);

/** Nothing is asked about what is typed: the shell itself needs a yes, and a terminal that it is not given. */
async function typedRan(scope: ConnectScope, args: readonly string[]): Promise<readonly [boolean, string]> {
  await using it = await codexWorld({ scope }, { modules: { codex: { tools: { Bash: 'allow' } } } });
  const running = it.codex(turns(typed), { args, model: 'gpt-6-sol' });
  await it.answer(true);
  await running;
  return [it.ran('typed'), it.saw().join(' ')];
}

for (const [scope, options, args, open] of [
  ['user', withCodex, [], false],
  ['user', withCodex, ['--enable', 'unified_exec_tty'], true],
  ['managed', withManagedCodex, ['--enable', 'unified_exec_tty'], false],
] as const)
  verifies(
    ['K4'],
    `an interactive shell waits for a person, and is typed into ${open ? 'where a terminal is switched on, as announced' : 'by nobody'} (${scope} ${args.join(' ')})`,
    async () => {
      const [ran, saw] = await typedRan(scope, args);
      expect([ran, saw]).toEqual([
        open,
        open ? expect.any(String) : expect.stringContaining('TTY execution is disabled'),
      ]);
      expect(codex.gaps(scope, 'hooks').some(({ id }) => id === 'codex/typed-input')).toBe(scope === 'user');
    },
    options,
  );

test('what is shown of the table is what is held here, in the scope that is the default', () => {
  expect(SHOWN.map(({ id }) => id).toSorted()).toEqual(ROWS.flatMap(({ id }) => id ?? []).toSorted());
  for (const { id, gap } of SHOWN)
    expect([id, ROWS.find((row) => row.id === id)?.open?.managed ?? null]).toEqual([id, gap]);
});
