// What gets past the hooks of Codex as it is connected, worst first. Each row was carried out with the real client; the fail-open
// table (test/clients/codex-table.test.ts) holds that it is open exactly where it is announced, and closed elsewhere.
import type { ConnectMode, ConnectScope, Gap } from '@castellan/contract';

interface Row extends Gap {
  readonly in: readonly ConnectScope[];
  readonly modes: readonly ConnectMode[];
}

const RUN = '`castellan run codex`, which leaves Codex no tool of its own';
const MANAGED_OR_RUN = `scope \`managed\`, or ${RUN}`;
const HOOKS = ['hooks'] as const;

const ROWS: readonly Row[] = [
  {
    id: 'codex/hook-fails',
    way: 'a hook command that is killed, crashes or cannot be started counts as a yes: Codex runs the tool',
    closedBy: `${RUN}; with \`castellan run --sandbox codex\` what runs reaches no more than the project`,
    alarm: 'hooks-missing, where its program is gone; hooks-bypassed, when a tool ran that was never decided',
    ...{ in: ['managed', 'user', 'isolated'], modes: HOOKS },
  },
  {
    id: 'codex/started-without',
    way: 'Codex started with `--disable hooks`, a `-c` or a profile that says the same, `--ignore-user-config` or another CODEX_HOME runs without the hooks',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-bypassed, while it runs (Linux)',
    ...{ in: ['user'], modes: HOOKS },
  },
  {
    id: 'codex/not-trusted',
    way: 'a hook that is changed, or whose trust is taken back, is left out without a word',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-missing',
    ...{ in: ['user', 'isolated'], modes: HOOKS },
  },
  {
    id: 'codex/disabled-by-project',
    way: 'a project that you trust and whose `.codex/config.toml` says `features.hooks = false` runs without the hooks',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-disabled, while a session works there',
    ...{ in: ['user'], modes: HOOKS },
  },
  {
    id: 'codex/typed-input',
    way: 'with `--enable unified_exec_tty` a command gets a terminal, and what is typed into it is not asked about',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-bypassed, while it runs (Linux); an interactive shell needs a yes of its own',
    ...{ in: ['user'], modes: HOOKS },
  },
  {
    id: 'codex/project-servers',
    way: 'tool servers and hooks of a project that you trust are started by Codex itself, before anybody is asked',
    closedBy: RUN,
    alarm: 'hooks-bypassed, while a session works there',
    ...{ in: ['managed', 'user'], modes: HOOKS },
  },
  {
    id: 'codex/project-settings',
    way: 'a project that you trust sets variables of commands (`shell_environment_policy`), so that another program runs than the one that was decided, and names files that the model is given as its instructions (`model_instructions_file`), wherever they are',
    closedBy: RUN,
    alarm: 'hooks-bypassed, while a session works there',
    ...{ in: ['managed', 'user'], modes: HOOKS },
  },
  {
    id: 'codex/other-hooks',
    way: 'another hook may change a call after it was decided',
    closedBy: `${RUN}; \`allow_managed_hooks_only\` in requirements.toml`,
    alarm: 'ran-otherwise, when what ran is not what was decided',
    ...{ in: ['managed', 'user'], modes: HOOKS },
  },
  {
    id: 'codex/web-search',
    way: 'what Codex searches the web for is sent by its model server, without an event',
    closedBy: '`web_search = "disabled"` in config.toml; `castellan run codex` says so',
    alarm: null,
    ...{ in: ['managed', 'user'], modes: HOOKS },
  },
  {
    id: 'codex/unredacted',
    way: 'where the hook after a tool fails, the model is given what the tool gave as it is',
    closedBy: RUN,
    alarm: null,
    ...{ in: ['managed', 'user', 'isolated'], modes: HOOKS },
  },
  {
    id: 'codex/project-docs',
    way: 'AGENTS.md of a project and of the folders above it reaches the model without an event',
    closedBy: null,
    alarm: null,
    ...{ in: ['managed', 'user', 'isolated'], modes: ['hooks', 'gateway'] },
  },
];

export const codexGaps = (scope: ConnectScope, mode: ConnectMode): readonly Gap[] =>
  ROWS.filter((row) => row.in.includes(scope) && row.modes.includes(mode)).map(
    ({ in: _in, modes: _modes, ...gap }) => gap,
  );
