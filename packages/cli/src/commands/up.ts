// `castellan up`: starts the daemon, or says that it runs. Failures are shown in the daemon's own words.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readDaemonState } from '@castellan/client';
import { addressOf, clientOf } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { type Ready, runAttached, startDetached } from '../start-daemon.ts';
import { type Line, line } from '../text/tone.ts';
import { table } from '../text/wrap.ts';
import { agentAbove, procTable } from '../under-agent.ts';
import { stateFolder, type World } from '../world.ts';
import { setupCodeFile } from './setup.ts';

export interface UpOptions {
  readonly foreground?: boolean;
  readonly port?: number;
  readonly json?: boolean;
}

type Shown = Ready & {
  readonly setup: 'done' | 'code' | 'file' | 'elsewhere' | 'unknown';
  /** Whether a panic is in force: it outlives a start. */
  readonly panic: boolean;
};

const next = (command: string): readonly string[] => [
  '',
  'next:',
  ...table([
    [`  ${command} connect claude-code`, '  put an agent behind it'],
    [`  ${command} watch`, '  see and answer what agents want to do'],
  ]),
];

/** Whether set-up is to be done, and where its code is; whether anything is let through. */
async function shown(world: World, ready: Ready): Promise<Shown> {
  if (ready.setupCode !== undefined) return { ...ready, setup: 'code', panic: false };
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) return { ...ready, setup: 'unknown', panic: false };
  const client = clientOf(found.state, null);
  const [view, stands] = [await client.setup(), await client.ready()];
  const panic = !stands.ok && stands.error.kind === 'api' && stands.error.error.message === 'panic';
  if (!view.ok) return { ...ready, setup: 'unknown', panic };
  if (!view.value.needed) return { ...ready, setup: 'done', panic };
  return { ...ready, setup: view.value.code === 'file' ? 'file' : 'elsewhere', panic };
}

const panicLine = (command: string): Line =>
  line(`a panic is in force: nothing is let through; \`${command} recover\` shows the way back`, 'danger');

/** What to do first. The code stands on a terminal or in a file of ours, never in what may be a log. */
function setupLines({ world, command }: Context, ready: Shown): readonly Line[] {
  switch (ready.setup) {
    case 'done':
    case 'unknown':
      return [];
    case 'code':
      return [
        line(''),
        line(`  one-time code   ${ready.setupCode ?? ''}`, 'strong'),
        line(`  give it at      ${addressOf(ready)}`),
        line(`  or run          ${command} setup`),
        line(''),
        line('it makes the first account; until then nobody is answered, agents included', 'quiet'),
      ];
    case 'file':
      return [
        line(`nobody has an account yet; the one-time code is in ${setupCodeFile(world)}`, 'caution'),
        line(`  ${command} setup`),
      ];
    case 'elsewhere':
      return [
        line('nobody has an account yet; the one-time code is on the terminal that started it', 'caution'),
        line(`  ${command} setup`),
        line(`where that terminal is gone: \`${command} down\`, then \`${command} up\` shows another code`, 'quiet'),
      ];
  }
}

/** Whether it belongs to an installation with two users. */
async function isServices(home: string): Promise<boolean> {
  if (!existsSync(join(dirname(home), 'install.json'))) return false;
  const { systemOf } = await import('@castellan/agents');
  return systemOf(home).kind === 'found';
}

export async function up(context: Context, options: UpOptions): Promise<ExitCode> {
  const { world, out, command } = context;
  const home = stateFolder(world);
  const found = readDaemonState(home);
  if (found.ok) {
    const { pid, port, addresses } = found.state;
    const ready = await shown(world, { port, addresses });
    if (options.json) out.json({ running: true, started: false, pid, ...jsonOf(world, ready) });
    else {
      out.line(`castellan already runs at ${addressOf(ready)} (pid ${pid})`);
      if (ready.panic) out.lines([panicLine(command)]);
      out.lines(setupLines(context, ready));
    }
    return EXIT.done;
  }
  if (found.fault.kind === 'insecure') return out.error(found.fault.message, [found.fault.hint]);
  if (await isServices(home))
    // Started from here no launcher stands above it, and no agent could be another user.
    return out.error('the daemon of this installation is started by its service', ['sudo systemctl start castellan']);

  const say = async (started: Ready, pid?: number): Promise<void> => {
    const ready = await shown(world, started);
    if (options.json) {
      out.json({ running: true, started: true, pid, ...jsonOf(world, ready) });
      return;
    }
    out.line(`castellan runs at ${addressOf(ready)}${pid === undefined ? '' : ` (pid ${pid})`}, state in ${home}`);
    if (ready.panic) out.lines([panicLine(command)]);
    else if (ready.setup === 'done') for (const text of next(command)) out.line(text);
    else out.lines(setupLines(context, ready));
  };
  const start = { home, port: options.port, showsCode: options.json !== true && isForAPerson(world) };
  if (options.foreground) {
    const code = await runAttached(world, start, (ready) => void say(ready));
    return code === 0 ? EXIT.done : code === EXIT.usage ? EXIT.usage : EXIT.failure;
  }
  const started = await startDetached(world, start);
  if (started.kind === 'ready') {
    await say(started, started.pid);
    return EXIT.done;
  }
  for (const text of started.lines) out.note(text);
  out.note(`the daemon ended with code ${started.code}; its log is ${home}/daemon/daemon.log`);
  return started.code === EXIT.usage ? EXIT.usage : EXIT.failure;
}

/** What is printed here is read by a person, and by no agent that started it. */
const isForAPerson = (world: World): boolean =>
  world.stdout.isTTY === true && agentAbove(world.env, process.pid, procTable) === undefined;

const jsonOf = (world: World, { port, addresses, setup }: Shown): object => ({
  port,
  addresses,
  ...(setup === 'unknown'
    ? {}
    : { setup: { needed: setup !== 'done', ...(setup === 'file' ? { codeFile: setupCodeFile(world) } : {}) } }),
});
