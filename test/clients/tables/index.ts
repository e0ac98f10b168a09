// The fail-open tables of the clients that were measured, by client. Adding one is a file and a row.
import type { ConnectorName } from '@castellan/contract';
import { ROWS as claude } from './claude.ts';
import { ROWS as codex } from './codex.ts';
import { ROWS as opencode } from './opencode.ts';
import type { TableRow } from './row.ts';

export type { TableRow } from './row.ts';

export const TABLES: Readonly<Partial<Record<ConnectorName, readonly TableRow[]>>> = {
  'claude-code': claude,
  codex,
  opencode,
};
