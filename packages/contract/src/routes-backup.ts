// Routes of copies of the whole state. Opening one is none of a running daemon's: `castellan restore` does it without.
import { backupMadeSchema, backupRequestSchema, backupsViewSchema } from './backup.ts';
import type { Route } from './route.ts';

export const BACKUP_ROUTES = {
  backups: {
    method: 'GET',
    path: '/v1/backups',
    permission: 'status:read',
    summary: 'copies of the state: the last one, those that are kept, and when the next is due',
    response: backupsViewSchema,
  },
  makeBackup: {
    method: 'POST',
    path: '/v1/backups',
    permission: 'backups:write',
    summary: 'write a sealed copy of the whole state, and read it back',
    body: backupRequestSchema,
    response: backupMadeSchema,
  },
} as const satisfies Readonly<Record<string, Route>>;
