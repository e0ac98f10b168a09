// `castellan recover`: the way back from a panic, one named step at a time. Each step is a person's own act.
import type { Client } from '@castellan/client';
import { type FactorProof, RECOVERY_STEPS, type RecoveryStep, type RecoveryView } from '@castellan/contract';
import { typed } from '../../command.ts';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { factorOf } from '../../session/given.ts';
import { connectPerson } from '../../session/person.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { labelled } from '../../text/wrap.ts';
import { reportText } from './incidents.ts';

export interface RecoverOptions extends JsonOption {
  readonly accept?: readonly string[];
  readonly script?: readonly string[];
  readonly schedule?: readonly string[];
  readonly code?: string;
}

const isStep = (text: string): text is RecoveryStep => (RECOVERY_STEPS as readonly string[]).includes(text);

export async function recover(context: Context, step: string | undefined, options: RecoverOptions): Promise<ExitCode> {
  const { world, out } = context;
  if (step !== undefined && !isStep(step))
    return out.error(`there is no step \`${visible(step)}\``, [`steps: ${RECOVERY_STEPS.join(', ')}`], EXIT.usage);
  const connection = await connectPerson(world, out, 'recover');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const now = await client.recovery();
  if (!now.ok) return tell(out, now.error);
  if (step === undefined || now.value.incident === null) return shown(context, now.value, options);
  return take(context, client, now.value, step, options);
}

async function take(
  context: Context,
  client: Client,
  view: RecoveryView,
  step: RecoveryStep,
  options: RecoverOptions,
): Promise<ExitCode> {
  const { out } = context;
  const { accept = [], script = [], schedule = [] } = options;
  const schedules = view.incident?.affected.schedules ?? [];
  const ids = schedule.map((named) => schedules.find(({ id, name }) => name === named || id === named)?.id);
  const unknown = schedule.find((_, index) => ids[index] === undefined);
  if (unknown !== undefined)
    return out.error(`the panic paused no schedule \`${visible(unknown)}\``, [
      `it paused: ${schedules.map(({ name }) => visible(name)).join(', ') || 'none'}`,
    ]);
  if (step === 'look' && view.incident !== null && !options.json) {
    const text = await reportText(context, client, view.incident.id);
    if (typeof text === 'number') return text;
    out.line(text);
  }
  const opens = step === 'close' || script.length + schedule.length > 0;
  const proof: { readonly factor?: FactorProof } | ExitCode =
    opens && view.factorNeeded ? await factorOf(context, options.code, '`--code` gives it') : {};
  if (typeof proof === 'number') return proof;
  const answer = await client.recover({
    params: { step },
    body: {
      accept: [...accept],
      scripts: [...script],
      schedules: ids.filter((id) => id !== undefined),
      ...proof,
    },
  });
  if (!answer.ok) return tell(out, answer.error);
  if (answer.value.incident !== null || options.json) return shown(context, answer.value, options);
  out.line(
    typed(context.command, 'the panic is over: calls are decided again; `castellan agents` shows who is connected'),
  );
  return EXIT.done;
}

function shown({ out, command }: Context, view: RecoveryView, options: JsonOption): ExitCode {
  if (options.json) out.json(view);
  else out.lines(recoveryLines(view, out.width).map((each) => ({ ...each, text: typed(command, each.text) })));
  return EXIT.done;
}

export function recoveryLines(view: RecoveryView, width: number): readonly Line[] {
  const { incident, steps, next, secrets } = view;
  if (incident === null) return [line('no panic is in force')];
  const open = secrets.filter(({ rotated }) => !rotated);
  const { affected } = incident;
  const named = (names: readonly string[], one: string, what: string): readonly Line[] =>
    names.length === 0
      ? []
      : labelled('             ', `${plural(names.length, one)} ${what}: ${names.map(visible).join(', ')}`, width).map(
          (text) => line(text),
        );
  const more: Readonly<Partial<Record<RecoveryStep, readonly Line[]>>> = {
    secrets: named(
      open.map(({ name }) => name),
      'secret',
      'given out',
    ),
    people: [...named(affected.people, 'name', 'signed out'), ...named(affected.tokens, 'API token', 'ended')],
    agents: named(
      affected.agents.map(({ name }) => name),
      'agent',
      'ended',
    ),
    scripts: [
      ...named(
        affected.scripts.map(({ script }) => script),
        'script',
        'disabled (`--script NAME`)',
      ),
      ...named(
        affected.schedules.map(({ name }) => name),
        'schedule',
        'paused (`--schedule NAME`)',
      ),
    ],
  };
  return [
    line(`a panic is in force: ${visible(incident.text)}`, 'danger'),
    ...steps.flatMap(({ step, done, text }) => [
      ...labelled(`  ${done ? 'x' : step === next ? '>' : ' '} ${step.padEnd(8)} `, text, width).map((each) =>
        line(each, step === next ? 'strong' : 'plain'),
      ),
      ...(done ? [] : (more[step] ?? [])),
    ]),
    line(`next: \`castellan recover ${next ?? 'close'}\``),
  ];
}
