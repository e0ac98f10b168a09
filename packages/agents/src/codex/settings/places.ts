// Where Codex's settings lie, in each scope. Trust in a hook is bound to the file it stands in, by that file's name as Codex
// itself spells it: its folder without links, the file's own name.
import { isAbsolute, join } from 'node:path';
import type { ConnectScope } from '@castellan/contract';
import type { Connection } from '../../connection/connection.ts';
import { realPath } from '../../files.ts';
import type { Machine } from '../../machine.ts';

export interface Place {
  /** Real: what a link leads to is edited there. */
  readonly path: string;
  /** As Codex spells it. */
  readonly named: string;
}

/** CODEX_HOME as a person's Codex has it. */
export function codexHome({ env, userHome }: Pick<Machine, 'env' | 'userHome'>): string {
  const own = env.CODEX_HOME;
  return own !== undefined && isAbsolute(own) ? own : join(userHome, '.codex');
}

/** CODEX_HOME of a run of ours. */
export const isolatedHome = (folder: string): string => join(folder, 'codex');

export const requirementsPath = ({ etc }: Pick<Machine, 'etc'>): string => join(etc, 'codex', 'requirements.toml');

/** @param folder `agents/ID` in the state folder. */
export async function placeOf(scope: ConnectScope, machine: Machine, folder: string): Promise<Place> {
  const file =
    scope === 'managed'
      ? requirementsPath(machine)
      : join(scope === 'isolated' ? isolatedHome(folder) : codexHome(machine), 'config.toml');
  return {
    path: await realPath(file),
    named: join(await realPath(join(file, '..')), file.slice(file.lastIndexOf('/') + 1)),
  };
}

/** Where a connection's entries stand: as it was when they were written, whatever this process finds in its own environment. */
export function placeOfConnection({ files }: Pick<Connection, 'files'>): Place {
  const [file] = files;
  const path = file?.path ?? '/';
  const named = file?.kept.named;
  return { path, named: typeof named === 'string' ? named : path };
}
