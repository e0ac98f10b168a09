// `castellan service uninstall`: the service stops and its file goes; the state folder stays as it is.
import { removeService, serviceLies } from '@castellan/agents';
import type { Context } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { agreed } from '../system/agreed.ts';
import { type ServiceOptions, wantedService } from './wanted.ts';

export interface ServiceUninstallOptions extends ServiceOptions {
  readonly yes?: boolean;
}

export async function serviceUninstall(context: Context, options: ServiceUninstallOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'service uninstall');
  if (refused !== undefined) return refused;
  const wanted = wantedService(world, options);
  if ('message' in wanted) return out.error(visible(wanted.message), wanted.hints);
  const { file, manager, home, scope } = wanted;
  const lies = await serviceLies(file.path, file.text);
  if (lies.kind === 'none') {
    out.line('there is no service; nothing is to be done');
    return EXIT.done;
  }
  if (lies.kind === 'foreign')
    return out.error(`\`${visible(file.path)}\` is not ours`, ['take it away yourself if you do not want it']);
  if (scope === 'system' && process.geteuid?.() !== 0)
    return out.error("the machine's services are taken away by root", ['`sudo castellan service uninstall --system`']);
  const known = manager.look().state !== null;
  const stops = known ? ', and the daemon stops: connected agents are refused until it runs again' : '';
  out.line(`${visible(file.path)} is removed${stops}`);
  const go = await agreed(world, out, options.yes === true, 'go on? (yes/no) ');
  if (go !== null) return go;
  const failed = known ? manager.drop() : null;
  if (failed !== null) return out.error(`${file.manager} says: ${visible(failed)}`, ['nothing was removed']);
  const fault = await removeService(file.path);
  if (fault !== null) return out.error(visible(fault.message), fault.hints);
  out.line(`removed; what Castellan keeps stays in ${visible(home)}`);
  return EXIT.done;
}
