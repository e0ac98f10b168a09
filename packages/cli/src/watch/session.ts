// One sitting of `watch`: events and keys go into the model, effects go out to the daemon, lines go to the screen.
import { type ConnectionEvent, readDaemonState } from '@castellan/client';
import type { Approval, DaemonState } from '@castellan/contract';
import { declareOrWrite, panicLine } from '../commands/operation/panic.ts';
import { explainCall } from '../commands/why.ts';
import { type Connection, clientOf } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { clientAs, standing, touch } from '../session/person.ts';
import type { Line } from '../text/tone.ts';
import { agentAbove, procTable } from '../under-agent.ts';
import { stateFolder, type World } from '../world.ts';
import { press } from './keys.ts';
import { createModel, type Effect, type Input, type Model, type Step } from './model.ts';
import { type Screen, showScreen } from './screen.ts';
import { hear } from './update.ts';
import { view } from './view.ts';

type Events = (world: World, signal: AbortSignal) => AsyncGenerator<ConnectionEvent, void>;

export async function watchScreen({ world, command }: Context, first: Connection, events: Events): Promise<ExitCode> {
  const sign = agentAbove(world.env, process.pid, procTable);
  const readOnly =
    sign === undefined ? whyNot(world, command) : `only a person answers, and this runs under an agent: ${sign}`;
  const size = { columns: world.stdout.columns ?? 80, rows: world.stdout.rows ?? 24 };
  const quit = new AbortController();
  const listeners = new Set<() => void>();
  let model: Model = createModel(size, readOnly, world.clock.now(), command);
  let lines: readonly Line[] = view(model, world.clock.now());

  const redraw = (): void => {
    lines = view(model, world.clock.now());
    for (const listener of listeners) listener();
  };
  const take = (input: Input): void => {
    const now = world.clock.now();
    const step: Step = input.kind === 'key' ? press(model, input.key, now) : hear(model, input, now);
    model = step.model;
    redraw();
    if (step.effect === undefined) return;
    act(step.effect).catch((error: unknown) => {
      take({ kind: 'failed', why: `this is a bug: ${error instanceof Error ? error.message : String(error)}` });
    });
  };
  const act = async (effect: Effect): Promise<void> => {
    switch (effect.kind) {
      case 'quit':
        return quit.abort();
      case 'bell':
        return void world.stdout.write('\u0007');
      case 'panic':
        if (sign !== undefined) return take({ kind: 'failed', why: `a panic is for a person: ${sign}` });
        return take({ kind: 'panicked', text: panicLine(await declareOrWrite(world, { kill: false })) });
      case 'resolve': {
        const { id, body } = effect;
        const client = personNow(world, first);
        if (client === null) return take({ kind: 'failed', why: whyNot(world, command) ?? 'nobody is signed in here' });
        return take({ kind: 'answered', id, answer: await client.resolve({ params: { id }, body }) });
      }
      case 'explain': {
        const explained = await explanationOf(world, first, effect.approval);
        return take({ kind: 'explained', id: effect.approval.id, lines: explained });
      }
    }
  };
  const screen: Screen = {
    lines: () => lines,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    key: (key) => {
      // Whoever presses keys is there: their sign-in does not end for want of use.
      const here = standing(world);
      if (here.kind === 'signed-in')
        touch(world, here.session)
          .then((told) => (told ? personNow(world, first)?.me() : undefined))
          .catch(() => undefined);
      take({ kind: 'key', key });
    },
    // Pasted text is only ever text: it answers nothing.
    paste: (text) => {
      if (model.mode.kind === 'reason' || model.mode.kind === 'factor')
        take({ kind: 'key', key: text.replace(/[\r\n]+/g, ' ') });
    },
    resized: (columns, rows) => {
      if (columns !== model.size.columns || rows !== model.size.rows) take({ kind: 'resized', columns, rows });
    },
  };

  const stopTicking = world.clock.every(1000, redraw);
  const listening = listen(events(world, quit.signal), take);
  await showScreen(world, screen, quit.signal);
  quit.abort();
  stopTicking();
  await listening;
  return EXIT.done;
}

async function listen(events: AsyncGenerator<ConnectionEvent, void>, take: (input: Input) => void): Promise<void> {
  for await (const event of events) take({ kind: 'connection', event });
}

/** Why nothing can be answered from this terminal; null when somebody is signed in. */
function whyNot(world: World, command: string): string | null {
  const found = standing(world);
  if (found.kind === 'signed-in') return null;
  return `${found.kind === 'over' ? found.why : 'nobody is signed in here'}: quit, and \`${command} login\``;
}

const stateNow = (world: World, first: Connection): DaemonState => {
  const found = readDaemonState(stateFolder(world));
  return found.ok ? found.state : first.state;
};

/** The daemon as it runs now; it may have been started again since. */
function clientNow(world: World, first: Connection): Connection['client'] {
  const state = stateNow(world, first);
  return state.token === first.state.token ? first.client : clientOf(state, state.token);
}

function personNow(world: World, first: Connection): Connection['client'] | null {
  const found = standing(world);
  return found.kind === 'signed-in' ? clientAs(world, stateNow(world, first), found.session) : null;
}

async function explanationOf(world: World, first: Connection, approval: Approval): Promise<readonly string[]> {
  const explained = await explainCall(clientNow(world, first), approval.call);
  return explained.ok ? explained.lines : [explained.message];
}
