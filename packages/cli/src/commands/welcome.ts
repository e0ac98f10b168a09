// `castellan` alone: the next things to do, as it stands now.
import { createClient, readDaemonState, socketTransport } from '@castellan/client';
import { addressOf } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { standing } from '../session/person.ts';
import { isHeld, plural } from '../text/words.ts';
import { stateFolder, type World } from '../world.ts';

type Step = readonly [command: string, what: string];

const ALWAYS: Step = ['castellan --help', 'everything else'];

export async function welcome({ world, out, command }: Context): Promise<ExitCode> {
  const { sentence, steps: known } = await situation(world);
  const steps = known.map(([rest, what]) => [`${command}${rest.slice('castellan'.length)}`, what] as const);
  out.line(sentence);
  out.line();
  const width = Math.max(...steps.map(([text]) => text.length));
  for (const [text, what] of steps) out.line(`  ${text.padEnd(width)}   ${what}`);
  return EXIT.done;
}

async function situation(world: World): Promise<{ readonly sentence: string; readonly steps: readonly Step[] }> {
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) {
    const stopped = found.fault.kind === 'not-running' || found.fault.kind === 'stale';
    return {
      sentence: stopped
        ? 'castellan stands between your AI agents and everything they can touch. It is not running yet.'
        : found.fault.message,
      steps: [
        ['castellan up', 'start it'],
        ["castellan try 'rm -rf build'", 'see what it would say, without starting anything'],
        ALWAYS,
      ],
    };
  }
  const { socket, token } = found.state;
  const client = createClient({ transport: socketTransport({ socketPath: socket, token }) });
  const status = await client.status({ signal: AbortSignal.timeout(2000) });
  if (!status.ok && status.error.kind === 'api' && status.error.error.error === 'setup_required') {
    return {
      sentence: `castellan is running at ${addressOf(found.state)}. Nobody has an account yet, so it answers nothing.`,
      steps: [['castellan setup', 'make yours here, or open that address'], ALWAYS],
    };
  }
  if (!status.ok) {
    return {
      sentence: `castellan should be running (pid ${found.state.pid}) but does not answer.`,
      steps: [['castellan down', 'stop it'], ['castellan up', 'start it again'], ALWAYS],
    };
  }
  const { waiting, agents, alarms } = status.value;
  if (alarms.some(({ kind }) => kind === 'panic')) {
    return {
      sentence: 'castellan is running, and a panic is in force: nothing is let through.',
      steps: [
        ['castellan incidents show', 'read what happened'],
        ['castellan recover', 'see the way back, step by step'],
        ALWAYS,
      ],
    };
  }
  if (!agents.some(isHeld)) {
    return {
      sentence: 'castellan is running. No agent stands behind it yet.',
      steps: [
        ['castellan connect claude-code', 'put Claude Code behind it'],
        ['castellan watch', 'see and answer what agents want to do'],
        ALWAYS,
      ],
    };
  }
  const here = standing(world).kind === 'signed-in';
  const look: Step =
    waiting === 0 ? ['castellan watch', 'see what agents do, live'] : ['castellan watch', 'look at them and answer'];
  return {
    sentence:
      waiting === 0
        ? 'castellan is running; nothing waits for you.'
        : `${plural(waiting, 'call')} waiting for your answer.`,
    steps: [
      ...(here ? [] : [['castellan login', 'sign in, to answer from this terminal'] as const]),
      look,
      ['castellan verify', 'prove that a connected agent is really held'],
      ALWAYS,
    ],
  };
}
