// What gets past the hooks of Claude Code as it is connected, worst first. Each row was carried out with the real client; the
// fail-open table (test/clients/claude-table.test.ts) holds that it is open exactly where it is announced, and closed elsewhere.
import type { ConnectScope, Gap } from '@castellan/contract';

interface Row extends Gap {
  readonly in: readonly ConnectScope[];
}

const MANAGED_OR_RUN = 'scope `managed`, or `castellan run claude-code`';
const ROWS: readonly Row[] = [
  {
    id: 'claude-code/started-without',
    way: 'Claude Code started with `--bare`, `--safe-mode`, `--setting-sources`, `--settings` or `--managed-settings` that switch hooks off, CLAUDE_CODE_SIMPLE, CLAUDE_CODE_SAFE_MODE or another CLAUDE_CONFIG_DIR runs without the hooks',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-bypassed, while it runs (Linux)',
    in: ['user', 'project'],
  },
  {
    id: 'claude-code/disabled-by-project',
    way: 'a project whose settings say `disableAllHooks` when a session starts runs without the hooks',
    closedBy: MANAGED_OR_RUN,
    alarm: 'hooks-disabled, while it runs (Linux)',
    in: ['user', 'project'],
  },
  {
    id: 'claude-code/project-hooks',
    way: 'hooks of a project, a plug-in or an agent file start programs that nobody is asked about, and may change a call after it was decided',
    closedBy: MANAGED_OR_RUN,
    alarm:
      'hooks-bypassed, for those of a project’s settings; ran-otherwise, when what ran is not what was decided; unexplained, for what runs longer than a moment (Linux)',
    in: ['user', 'project'],
  },
  {
    id: 'claude-code/project-programs',
    way: 'programs that a project’s settings name to get keys (`apiKeyHelper`, `awsAuthRefresh`, `gcpAuthRefresh` and their kin), and what a variable of theirs makes the client itself load, start with the session: no prompt and no call of it goes on where a variable says what runs or which model is asked, but nobody is asked about these',
    closedBy: '`castellan run claude-code`',
    alarm: 'hooks-bypassed, while a session works there; unexplained, for what runs longer than a moment (Linux)',
    in: ['user', 'project', 'managed'],
  },
  {
    id: 'claude-code/project-env',
    way: 'under `-p` variables of a project reach the hook command; where that is not the static program of this machine (`castellan agents` says which) LD_PRELOAD can answer for it',
    closedBy: MANAGED_OR_RUN,
    alarm: null,
    in: ['user', 'project'],
  },
  {
    id: 'claude-code/project-servers',
    way: 'under `-p` the tool servers of a project’s `.mcp.json` start without a question; each call of theirs is decided, as that of a project',
    closedBy: '`castellan run claude-code`, or `--strict-mcp-config`',
    alarm: 'hooks-bypassed, while a session works there',
    in: ['user', 'project', 'managed'],
  },
  {
    id: 'claude-code/expanded-files',
    way: 'files that CLAUDE.md of a project names with `@`, or a plug-in or a command or skill of your own, are read with no event',
    closedBy: '`castellan run claude-code` leaves a project’s out; `permissions.deny` of Claude Code holds there too',
    alarm: null,
    in: ['user', 'project', 'managed'],
  },
  {
    id: 'claude-code/other-folders',
    way: 'a session in another folder does not have the settings of this project',
    closedBy: 'another scope',
    alarm: null,
    in: ['project'],
  },
  {
    id: 'claude-code/other-users',
    way: 'other users of this machine cannot read the file: Claude Code tells them so, and runs as it did before',
    closedBy: 'connecting as that user',
    alarm: null,
    in: ['managed'],
  },
  {
    id: 'claude-code/failed-output',
    way: 'what a command that failed says, and what a prompt, a command or a skill reads, cannot be rewritten: a secret in it reaches the model',
    closedBy: null,
    alarm: 'secret-shown, for a command that failed',
    in: ['user', 'project', 'isolated', 'managed'],
  },
];

export const claudeGaps = (scope: ConnectScope): readonly Gap[] =>
  ROWS.flatMap(({ in: scopes, ...gap }) => (scopes.includes(scope) ? [gap] : []));
