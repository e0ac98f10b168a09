// `castellan up`: starts the daemon, or says that it runs. Failures are shown in the daemon's own words.
import { readDaemonState } from '@castellan/client';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { type Ready, runAttached, startDetached } from '../start-daemon.ts';
import { table } from '../text/wrap.ts';
import { stateFolder } from '../world.ts';

export interface UpOptions {
  readonly foreground?: boolean;
  readonly port?: number;
  readonly json?: boolean;
}

const next = (command: string): readonly string[] => [
  '',
  'next:',
  ...table([
    [`  ${command} connect claude-code`, '  put an agent behind it'],
    [`  ${command} watch`, '  see and answer what agents want to do'],
  ]),
];

const address = ({ addresses, port }: Ready): string => addresses[0] ?? `http://127.0.0.1:${port}`;

export async function up(context: Context, options: UpOptions): Promise<ExitCode> {
  const { world, out, command } = context;
  const home = stateFolder(world);
  const found = readDaemonState(home);
  if (found.ok) {
    const { pid, port, addresses } = found.state;
    if (options.json) out.json({ running: true, started: false, pid, port, addresses });
    else out.line(`castellan already runs at ${address({ port, addresses })} (pid ${pid})`);
    return EXIT.done;
  }
  if (found.fault.kind === 'insecure') return out.error(found.fault.message, [found.fault.hint]);

  const say = (ready: Ready, pid?: number): void => {
    if (options.json) {
      out.json({ running: true, started: true, pid, ...ready });
      return;
    }
    out.line(`castellan runs at ${address(ready)}${pid === undefined ? '' : ` (pid ${pid})`}, state in ${home}`);
    for (const text of next(command)) out.line(text);
  };
  if (options.foreground) {
    const code = await runAttached(world, home, options.port, say);
    return code === 0 ? EXIT.done : code === EXIT.usage ? EXIT.usage : EXIT.failure;
  }
  const started = await startDetached(world, home, options.port);
  if (started.kind === 'ready') {
    say(started, started.pid);
    return EXIT.done;
  }
  for (const text of started.lines) out.note(text);
  out.note(`the daemon ended with code ${started.code}; its log is ${home}/daemon/daemon.log`);
  return started.code === EXIT.usage ? EXIT.usage : EXIT.failure;
}
