// `castellan service status`: the file, what its manager makes of it, and whether the daemon is ready. Exit code 1 where it is not.
import { isSystemdRunning, serviceLies } from '@castellan/agents';
import { readDaemonState } from '@castellan/client';
import { clientOf } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { table } from '../../text/wrap.ts';
import { type ServiceOptions, wantedService } from './wanted.ts';

const LIES = {
  none: 'not installed',
  same: 'installed',
  other: 'installed, by another version or changed since',
  foreign: 'a file of somebody else lies there',
} as const;

async function readiness(home: string): Promise<{ readonly ready: boolean; readonly why: string }> {
  const found = readDaemonState(home);
  if (!found.ok) return { ready: false, why: found.fault.message };
  const answer = await clientOf(found.state, null).ready();
  if (answer.ok) return { ready: true, why: '' };
  return { ready: false, why: answer.error.kind === 'api' ? answer.error.error.message : answer.error.message };
}

export async function serviceStatus({ world, out }: Context, options: ServiceOptions & JsonOption): Promise<ExitCode> {
  const wanted = wantedService(world, options);
  if ('message' in wanted) return out.error(visible(wanted.message), wanted.hints);
  const { file, manager, home, scope } = wanted;
  const lies = await serviceLies(file.path, file.text);
  const managed = manager.look();
  const { ready, why } = await readiness(home);
  if (options.json) {
    const { path, manager: by } = file;
    out.json({
      path,
      manager: by,
      scope,
      installed: lies.kind,
      state: managed.state,
      enabled: managed.enabled,
      ready,
      why,
    });
    return ready ? EXIT.done : EXIT.failure;
  }
  const state =
    managed.state === null
      ? `${file.manager} cannot be asked: ${managed.why}`
      : `${managed.state}${managed.enabled === true ? ', starts by itself' : ', does not start by itself'}`;
  for (const text of table([
    ['file', `  ${visible(file.path)}: ${LIES[lies.kind]}`],
    ['service', `  ${visible(state)}`],
    ['daemon', `  ${ready ? 'ready' : `not ready: ${visible(why)}`}`],
  ]))
    out.line(text);
  if (managed.state === null && file.manager === 'systemd' && !isSystemdRunning())
    out.note('hint: systemd does not run on this machine; `castellan up` starts the daemon');
  else if (lies.kind === 'other') out.note('hint: `castellan service install` writes it anew');
  return ready ? EXIT.done : EXIT.failure;
}
