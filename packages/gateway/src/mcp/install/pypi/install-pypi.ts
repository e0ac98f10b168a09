// Packages of a Python index.
import type { McpProcess } from '@castellan/contract';
import { findProgram } from '../find-program.ts';
import type { WantedPackage } from '../runner/wanted.ts';
import { type ResolveFault, type Resolving, resolveFault } from '../types.ts';

export type InstalledPypi =
  | { readonly ok: true; readonly start: Pick<McpProcess, 'command' | 'args' | 'package' | 'env'> }
  | ResolveFault;

export async function installPypi(wanted: WantedPackage, { env }: Resolving): Promise<InstalledPypi> {
  const uv = findProgram('uv', env.PATH);
  return resolveFault(
    'not-found',
    `\`${wanted.name}\` is a Python package, and \`uv\` is ${uv === null ? 'not on PATH' : 'not asked yet'}`,
    'install uv, or write the exact command',
  );
}
