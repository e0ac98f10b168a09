// `castellan system uninstall`: exactly what installing made is taken away again.
import { resolve } from 'node:path';
import { systemAt, systemRemovals } from '@castellan/agents';
import type { Context } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { agreed } from './agreed.ts';

export interface UninstallOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly keepData?: boolean;
  readonly prefix?: string;
}

export async function systemUninstall(context: Context, options: UninstallOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'system uninstall');
  if (refused !== undefined) return refused;
  const found = systemAt(options.prefix === undefined ? '' : resolve(world.cwd, options.prefix));
  if (found.kind === 'none')
    return out.error('there is no installation with two users here', ['nothing is to be done']);
  if (found.kind === 'unusable') return out.error(visible(found.why), [visible(found.hint)]);
  if (process.geteuid?.() !== 0)
    return out.error('it is taken away by root', ['run it as root: `sudo castellan system uninstall`']);
  const removals = systemRemovals(found.installation, options.keepData === true);
  for (const { words } of removals) out.line(visible(words));
  if (options.dryRun === true) return EXIT.done;
  const go = await agreed(world, out, options.yes === true, 'take all of this away? (yes/no) ');
  if (go !== null) return go;
  const left: string[] = [];
  for (const { words, remove } of removals) {
    try {
      remove();
    } catch (error) {
      left.push(`${words}: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
  if (left.length > 0) return out.error('not everything could be taken away', left.map(visible));
  out.line(options.keepData === true ? 'taken away; the data and the users stay' : 'taken away');
  return EXIT.done;
}
