// `castellan service install`: writes the service's file, shows it first, and has the manager start it. Twice is once.
import { dirname } from 'node:path';
import { serviceLies, systemAt, writeService } from '@castellan/agents';
import { readDaemonState } from '@castellan/client';
import type { Context } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { agreed } from '../system/agreed.ts';
import { type ServiceOptions, wantedService } from './wanted.ts';

export interface ServiceInstallOptions extends ServiceOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function serviceInstall(context: Context, options: ServiceInstallOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'service install');
  if (refused !== undefined) return refused;
  if (systemAt('').kind === 'found')
    return out.error('this machine has an installation with two users, which has a service of its own', [
      '`sudo castellan system check` looks at it',
    ]);
  const wanted = wantedService(world, options);
  if ('message' in wanted) return out.error(visible(wanted.message), wanted.hints);
  const { file, manager, home, scope } = wanted;
  if (scope === 'system' && options.dryRun !== true && process.geteuid?.() !== 0)
    return out.error("the machine's services are made by root", ['`sudo castellan service install --system`']);
  const lies = await serviceLies(file.path, file.text);
  if (lies.kind === 'foreign')
    return out.error(`\`${visible(file.path)}\` is there and is not ours`, ['move it away first']);
  const change = lies.kind === 'none' ? 'is written' : lies.kind === 'same' ? 'stays as it is' : 'is replaced';
  out.line(`${visible(file.path)} ${change}:`);
  out.line('');
  for (const line of file.text.trimEnd().split('\n')) out.line(`  ${visible(line)}`.trimEnd());
  out.line('');
  if (options.dryRun === true) return EXIT.done;
  const go = await agreed(world, out, options.yes === true, 'write it and have it started? (yes/no) ');
  if (go !== null) return go;
  const fault = await writeService(file);
  if (fault !== null) return out.error(visible(fault.message), fault.hints);
  const { state, why } = manager.look();
  if (state === null) {
    out.line(`written; nothing was started: ${visible(why)}`);
    out.note(
      `hint: where ${file.manager} runs, this command starts it; here \`castellan up\` does, until the machine stops`,
    );
    return EXIT.done;
  }
  // One that was started by hand holds the state folder: a second one would only fail.
  const other = readDaemonState(home).ok && state !== 'active' && state !== 'running';
  const failed = manager.take(!other);
  if (failed !== null)
    return out.error(`it is written, and ${file.manager} says: ${visible(failed)}`, [
      '`castellan service status` says how it stands',
      `\`castellan service uninstall${scope === 'system' ? ' --system' : ''}\` takes it away again`,
    ]);
  out.line(
    other
      ? 'it starts by itself from now on; the one that runs was started by hand'
      : 'it runs, and starts by itself from now on',
  );
  if (other)
    out.note(
      `hint: \`castellan down\`, then \`castellan service install${scope === 'system' ? ' --system' : ''}\` again`,
    );
  if (scope === 'user' && file.manager === 'systemd')
    out.note(
      `hint: it ends with your last log-in; \`loginctl enable-linger\` keeps it running (state in ${visible(dirname(home))})`,
    );
  return EXIT.done;
}
