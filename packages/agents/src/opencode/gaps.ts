// What gets past an OpenCode that is connected, by how it is. Each is held by a row of the fail-open table of the real client.
import type { ConnectMode, ConnectScope, Gap } from '@castellan/contract';

const RUN = '`castellan run opencode`';

const GATEWAY = '`castellan connect opencode --scope isolated --mode gateway`';

const WALLS = 'with `castellan run --sandbox opencode` it reaches no more than the project';

const PURE: Gap = {
  id: 'opencode/pure',
  way: 'started with `--pure` or OPENCODE_PURE=1 it loads no plug-in, not even one of the machine: its tools run undecided',
  closedBy: RUN,
  alarm: 'hooks-bypassed, while such a process runs (Linux)',
};

const OTHER_FOLDER: Gap = {
  id: 'opencode/other-folder',
  way: 'started with another XDG_CONFIG_HOME or HOME it does not find the plug-in of your settings',
  closedBy: `${RUN}; \`castellan connect opencode --scope managed\``,
  alarm: 'hooks-bypassed, while such a process runs (Linux)',
};

const MANAGED_FOLDER: Gap = {
  id: 'opencode/managed-folder',
  way: 'started with OPENCODE_TEST_MANAGED_CONFIG_DIR it does not read the settings of the machine',
  closedBy: RUN,
  alarm: 'hooks-bypassed, while such a process runs (Linux)',
};

const PROJECT_CODE: Gap = {
  id: 'opencode/project-code',
  way: "a project's plug-ins, tools, MCP servers, formatters, language servers and shell (`.opencode/`, `opencode.json`) run at start with all rights of OpenCode",
  closedBy: RUN,
  alarm: 'hooks-bypassed, while a session works in such a project',
};

const PROJECT_WORDS: Gap = {
  id: 'opencode/project-words',
  way: "a project's `instructions`, `{file:…}` and `{env:…}` (`opencode.json`) give any file or variable of yours to the model, or to an address they name, undecided",
  closedBy: RUN,
  alarm: 'hooks-bypassed, while a session works in such a project',
};

const SKILL_SHELL: Gap = {
  id: 'opencode/skill-shell',
  way: '`!`command`` in a skill or in a prompt of an MCP server runs undecided when you type its name after `/` (in commands it is taken out)',
  closedBy: RUN,
  alarm: null,
};

const FORMATTER: Gap = {
  id: 'opencode/formatter',
  way: 'after a write it may start formatters and language servers that the project brings: their code runs undecided',
  closedBy: `\`"formatter": false, "lsp": false\` in its settings; ${RUN}`,
  alarm: null,
};

/** Worst first. */
export function openCodeGaps(scope: ConnectScope, mode: ConnectMode): readonly Gap[] {
  switch (scope) {
    case 'isolated':
      return mode === 'gateway'
        ? []
        : [PROJECT_CODE, PROJECT_WORDS, SKILL_SHELL, FORMATTER].map(({ closedBy: _, ...gap }) => ({
            ...gap,
            closedBy: `${GATEWAY}; ${WALLS}`,
          }));
    case 'managed':
      return [PURE, PROJECT_CODE, PROJECT_WORDS, MANAGED_FOLDER, SKILL_SHELL, FORMATTER];
    case 'user':
    case 'project':
      return [PURE, PROJECT_CODE, PROJECT_WORDS, OTHER_FOLDER, SKILL_SHELL, FORMATTER];
  }
}
