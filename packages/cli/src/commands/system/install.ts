// `castellan system install`: shows what it will do on this machine, asks, and does all of it or nothing.
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { planSystem } from '@castellan/agents';
import { bundleOf, DAEMON_FLAGS } from '../../bundles.ts';
import type { Context } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { agreed } from './agreed.ts';

export interface InstallOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly prefix?: string;
  readonly project?: readonly string[];
  readonly systemUser?: string;
  readonly agentUser?: string;
  readonly serverUser?: string;
  readonly group?: string;
}

export async function systemInstall(context: Context, options: InstallOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'system install');
  if (refused !== undefined) return refused;
  const real = (path: string): string => {
    try {
      return realpathSync(resolve(world.cwd, path));
    } catch {
      return resolve(world.cwd, path);
    }
  };
  const plan = planSystem({
    prefix: options.prefix === undefined ? '' : real(options.prefix),
    users: {
      system: options.systemUser ?? 'castellan',
      agent: options.agentUser ?? 'castellan-agent',
      server: options.serverUser ?? 'castellan-server',
      shared: options.group ?? 'castellan-shared',
    },
    projects: (options.project ?? []).map(real),
    daemon: { node: process.execPath, flags: [...DAEMON_FLAGS, '--disable-sigusr1'], main: bundleOf('daemon') },
  });
  if (!plan.ok) return out.error(visible(plan.why), [visible(plan.hint)]);
  if (plan.todo.length === 0) {
    out.line('everything stands already');
    return EXIT.done;
  }
  for (const each of plan.todo) out.line(visible(each));
  for (const each of plan.notes) out.note(`note: ${each}`);
  if (options.dryRun === true) return EXIT.done;
  const go = await agreed(world, out, options.yes === true, 'make all of this? (yes/no) ');
  if (go !== null) return go;
  const made = plan.make();
  if (!made.ok) return out.error(visible(made.why), [visible(made.hint)]);
  const { system, launcher } = made.installation;
  out.line(`installed: the daemon is \`${system.name}\`, agents are \`${made.installation.agent.name}\``);
  out.note(`note: ${launcher.path} is started by the service \`castellan\`: \`systemctl status castellan\``);
  return EXIT.done;
}
