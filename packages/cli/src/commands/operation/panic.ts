// `castellan panic`: stops everything at once. RULE: it asks nothing back and needs nobody signed in; and where no daemon answers it
// writes the file that one finds at its next start, or within a moment where it only was busy.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@castellan/client';
import { readDaemonState } from '@castellan/client';
import type { PanicView, StopStep } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { typed } from '../../command.ts';
import { clientOf } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { clientAs, standing } from '../../session/person.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { stateFolder, type World } from '../../world.ts';
import { runbookText } from './runbook.ts';

export interface PanicOptions extends JsonOption {
  readonly kill?: boolean;
  readonly note?: string;
}

/** So long a daemon may take to answer at all, and then to do everything. */
const ANSWERS_MS = 1000;
const DONE_MS = 30_000;

const WORDS: Readonly<Record<StopStep, readonly [one: string, what: string]>> = {
  file: ['file', 'written: it stays so after a restart'],
  agents: ['agent', 'frozen and disconnected; their credentials are worthless'],
  approvals: ['question', 'that waited cancelled'],
  network: ['connection', 'cut'],
  runs: ['run', 'of scripts and schedules ended'],
  terminals: ['terminal', 'closed'],
  'sign-ins': ['person', 'signed out; what was signed for them is worthless'],
  tokens: ['API token', 'revoked'],
  scripts: ['script', 'disabled'],
  schedules: ['schedule', 'paused'],
  processes: ['process', 'of agents ended'],
  record: ['record', 'written'],
};
const MANY: Readonly<Partial<Record<StopStep, string>>> = { 'sign-ins': 'people', processes: 'processes' };

type Declared =
  | { readonly kind: 'declared'; readonly view: PanicView }
  | { readonly kind: 'offline'; readonly why: string };

export async function panic({ world, out, command }: Context, options: PanicOptions): Promise<ExitCode> {
  const refused = refuseUnderAgent(world, out, 'panic');
  if (refused !== undefined) return refused;
  const done = await declareOrWrite(world, {
    kill: options.kill === true,
    ...(options.note && { note: options.note }),
  });
  switch (done.kind) {
    case 'declared':
      if (options.json) out.json(done.view);
      else out.lines(panicLines(done.view, command));
      return done.view.incident.did.some(({ failed }) => failed !== null) ? EXIT.failure : EXIT.done;
    case 'failed':
      return out.error(visible(done.why), [done.hint]);
    case 'written': {
      const runbook = runbookText(stateFolder(world));
      if (options.json) out.json({ offline: true, why: done.why, file: done.path, runbook });
      else
        out.lines([
          line('everything stands still: no daemon lets anything through until you end it', 'danger'),
          line(`no daemon did it (${visible(done.why)}): it is written in ${visible(done.path)}`),
          line('a daemon that starts, or that was only busy, does the rest: credentials, scripts, schedules'),
          ...bookLines(runbook, command),
        ]);
      return EXIT.done;
    }
  }
}

/** What became of it. `written`: no daemon did it, and the next one finds the file. */
export type Done =
  | { readonly kind: 'declared'; readonly view: PanicView }
  | { readonly kind: 'written'; readonly path: string; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly hint: string };

interface Body {
  readonly kill: boolean;
  readonly note?: string;
}

export async function declareOrWrite(world: World, body: Body): Promise<Done> {
  const declared = await declare(world, body);
  if (declared.kind === 'declared') return declared;
  const home = stateFolder(world);
  if (!existsSync(home))
    return { kind: 'failed', why: `there is no Castellan at \`${home}\``, hint: 'set CASTELLAN_HOME to where it is' };
  const path = join(home, 'daemon', 'panic.json');
  try {
    mkdirSync(join(home, 'daemon'), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ schema: 'castellan/panic/v1', at: world.clock.now() });
    writeFileAtomic(path, `${text}\n`, 0o600);
    return { kind: 'written', path, why: declared.why };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    return {
      kind: 'failed',
      why: `the panic could not be written down: ${why}`,
      hint: 'end your agents yourself, now',
    };
  }
}

/** In one line, where there is no room for more. */
export function panicLine(done: Done): string {
  switch (done.kind) {
    case 'declared': {
      const failed = done.view.incident.did.filter((step) => step.failed !== null).length;
      const left = failed === 0 ? '' : `; ${plural(failed, 'step')} FAILED: run \`castellan panic\``;
      return `everything stands still${left}; the way back: \`castellan recover\``;
    }
    case 'written':
      return `everything stands still: written for the next daemon (${done.why})`;
    case 'failed':
      return done.why;
  }
}

async function declare(world: World, body: Body): Promise<Declared> {
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) return { kind: 'offline', why: found.fault.message };
  const { state } = found;
  const local = clientOf(state, state.token);
  const live = await local.live({ signal: AbortSignal.timeout(ANSWERS_MS) });
  if (!live.ok) return { kind: 'offline', why: 'it does not answer' };
  const here = standing(world);
  // Whoever is signed in stays so; anybody else declares it as a program of the user may.
  const ways: readonly Client[] = here.kind === 'signed-in' ? [clientAs(world, state, here.session), local] : [local];
  let why = 'it does not answer';
  for (const client of ways) {
    const answer = await client.panic({ body, signal: AbortSignal.timeout(DONE_MS) });
    if (answer.ok) return { kind: 'declared', view: answer.value };
    why = answer.error.kind === 'api' ? answer.error.error.message : 'it does not answer';
  }
  return { kind: 'offline', why };
}

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toString());

export function panicLines(view: PanicView, command: string): readonly Line[] {
  const { incident, runbook, deniedAfterMs, doneAfterMs } = view;
  // What there was none of is no news.
  const met = incident.did.filter(({ count, failed }) => count > 0 || failed !== null);
  const steps = met.map(({ step, count, failed }): Line => {
    const [one, what] = WORDS[step];
    return failed === null
      ? line(`  ${plural(count, one, MANY[step] ?? `${one}s`)} ${what}`)
      : line(`  FAILED: ${one}: ${visible(failed)}; run it again`, 'danger');
  });
  return [
    line('everything stands still: nothing is let through until you end it', 'danger'),
    line(`denied after ${ms(deniedAfterMs)} ms, all done after ${ms(doneAfterMs)} ms:`),
    ...steps,
    line(typed(command, 'what happened: `castellan incidents show`')),
    line(typed(command, 'the way back:  `castellan recover`')),
    ...bookLines(runbook, command),
  ];
}

const bookLines = (runbook: string | null, command: string): readonly Line[] =>
  runbook === null
    ? [line(typed(command, 'you have no runbook yet: `castellan runbook edit`'), 'quiet')]
    : [
        line(''),
        ...runbook
          .trimEnd()
          .split('\n')
          .map((text) => line(visible(text))),
      ];
