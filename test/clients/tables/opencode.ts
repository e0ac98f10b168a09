// Ways past a plug-in of OpenCode that says no, carried out with the real client: alone, and under Castellan connected for its
// user and for the machine. Held row by row by opencode-table.test.ts.
import type { TableRow } from './row.ts';

export interface OpenCodeRow extends TableRow {
  readonly managed: TableRow['held'];
}

const row = (
  id: string,
  way: string,
  alone: TableRow['alone'],
  { held = 'blocked', managed = held, gap = null }: Partial<Omit<OpenCodeRow, 'id' | 'way' | 'alone'>> = {},
): OpenCodeRow => ({ id, way, alone, held, managed, gap });

const code = { held: 'ran', gap: 'opencode/project-code' } as const;

export const ROWS: readonly OpenCodeRow[] = [
  row(
    'allowed-by-project',
    'the project’s settings and agents allow everything, and so does OPENCODE_PERMISSION',
    'blocked',
  ),
  row(
    'other-plugins',
    'a project’s plug-in of the same name, one before and one after ours change what runs',
    'blocked',
    { managed: 'ran', gap: 'opencode/project-code' },
  ),
  row('broken-plugin', 'another plug-in does not load', 'blocked'),
  row('broken-settings', 'the settings of the person are not JSON', 'blocked'),
  row('config-variables', 'OPENCODE_CONFIG_DIR and OPENCODE_CONFIG name others', 'blocked'),
  row('command-shell', '`!`command`` in a command of the project', 'ran'),
  row('pure', '`--pure`', 'ran', { held: 'ran', gap: 'opencode/pure' }),
  row('pure-variable', 'OPENCODE_PURE=1', 'ran', { held: 'ran', gap: 'opencode/pure' }),
  row('other-folder', 'XDG_CONFIG_HOME leads elsewhere', 'ran', {
    ...{ held: 'ran', managed: 'blocked', gap: 'opencode/other-folder' },
  }),
  row('managed-folder', 'OPENCODE_TEST_MANAGED_CONFIG_DIR leads elsewhere', 'blocked', {
    ...{ managed: 'ran', gap: 'opencode/managed-folder' },
  }),
  row('project-plugin', 'a project’s plug-in runs at start', 'ran', code),
  row('project-server', 'a project’s MCP server runs at start', 'ran', code),
  row('skill-shell', '`!`command`` in a skill that a person calls by its name', 'ran', {
    ...{ held: 'ran', gap: 'opencode/skill-shell' },
  }),
  row('project-words', 'a project’s `instructions` name a file that is not its own', 'ran', {
    ...{ held: 'ran', gap: 'opencode/project-words' },
  }),
];
