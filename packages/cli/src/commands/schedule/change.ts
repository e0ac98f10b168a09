// `castellan schedule add`, `pause`, `go-on`, `now`, `remove`.
import { resolve } from 'node:path';
import type { Client } from '@castellan/client';
import { parserOf, type Schedule, scheduleDraftSchema } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { pickOrTell } from '../../pick-id.ts';
import { askYes } from '../../prompt.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import { isHeld } from '../../text/words.ts';
import { isInteractive } from '../../world.ts';
import { argumentsOf } from '../scripts/run.ts';
import { scheduleOf } from './find.ts';
import { ownZone } from './show.ts';
import { inZone, targetText, viewLines } from './words.ts';

export interface AddOptions extends JsonOption {
  readonly cron: string;
  readonly zone?: string;
  readonly script?: string;
  readonly digest?: string;
  readonly args?: string;
  readonly agent?: string;
  readonly prompt?: string;
  readonly in?: string;
  readonly minutes?: number;
  readonly modelUpstream?: string;
  readonly overlap?: string;
  readonly missed?: string;
  readonly times?: number;
}

async function targetOf(
  context: Context,
  client: Client,
  options: AddOptions,
): Promise<{ readonly target: unknown } | ExitCode> {
  const { world, out } = context;
  const { script, digest, agent, prompt, minutes, modelUpstream } = options;
  if ((script === undefined) === (agent === undefined))
    return out.error('say what it starts', ['`--script NAME`, or `--agent NAME --prompt TEXT`'], EXIT.usage);
  if (script !== undefined) {
    const given = argumentsOf(context, options);
    return typeof given === 'number'
      ? given
      : { target: { kind: 'script', script, args: given.args, ...(digest !== undefined && { digest }) } };
  }
  if (prompt === undefined) return out.error('say what the agent is to do', ['`--prompt TEXT`'], EXIT.usage);
  const list = await client.agents();
  if (!list.ok) return tell(out, list.error);
  const held = list.value.agents.filter(isHeld);
  const named = held.find(({ name }) => name === agent);
  const ids = held.map(({ id }) => id);
  const picked = named ?? pickOrTell(out, 'agent', ids, agent ?? '', 'castellan agents');
  if (typeof picked === 'number') return picked;
  const workspace = resolve(world.cwd, options.in ?? '.');
  return {
    target: {
      ...{ kind: 'agent', agent: picked.id, prompt, workspace },
      ...(minutes !== undefined && { minutes }),
      ...(modelUpstream !== undefined && { modelUpstream }),
    },
  };
}

export async function scheduleAdd(context: Context, name: string, options: AddOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'schedule add');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const found = await targetOf(context, client, options);
  if (typeof found === 'number') return found;
  const { cron, zone, overlap, missed, times } = options;
  const draft = parserOf(scheduleDraftSchema)({
    ...{ name, cron, timeZone: zone ?? ownZone(), target: found.target },
    ...(overlap !== undefined && { overlap }),
    ...(missed !== undefined && { missed }),
    ...(times !== undefined && { times }),
  });
  if (!draft.ok) {
    const lines = draft.faults.map(({ path, message }) => `\`${path}\`: ${visible(message)}`);
    return out.error('this is not a schedule', lines, EXIT.usage);
  }
  const answer = await client.addSchedule({ body: draft.value });
  if (!answer.ok) return tell(out, answer.error);
  const { value } = answer;
  if (options.json) {
    out.json(value);
    return EXIT.done;
  }
  out.line(`${visible(value.name)}: ${targetText(value)}, ${value.words}, ${value.timeZone}`);
  if (value.nextAt !== null) out.line(`next: ${inZone(value.nextAt, value.timeZone)}`);
  if (value.why !== null) out.note(`it will not start: ${visible(value.why)}`);
  return EXIT.done;
}

async function changed(
  { world, out }: Context,
  command: string,
  part: string,
  options: JsonOption,
  change: (client: Client, schedule: Schedule) => ReturnType<Client['changeSchedule']>,
  said: (schedule: Schedule) => string,
): Promise<ExitCode> {
  const connection = await connectPerson(world, out, `schedule ${command}`);
  if (typeof connection === 'number') return connection;
  const found = await scheduleOf(out, connection.client, part);
  if (typeof found === 'number') return found;
  const answer = await change(connection.client, found);
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(said(answer.value));
  return EXIT.done;
}

export const schedulePause = (context: Context, part: string, options: JsonOption): Promise<ExitCode> =>
  changed(
    context,
    'pause',
    part,
    options,
    (client, { id }) => client.changeSchedule({ params: { id }, body: { paused: true } }),
    ({ name }) => `${visible(name)} is paused`,
  );

export const scheduleGoOn = (context: Context, part: string, options: JsonOption): Promise<ExitCode> =>
  changed(
    context,
    'go-on',
    part,
    options,
    (client, { id }) => client.changeSchedule({ params: { id }, body: { paused: false } }),
    ({ name, nextAt, timeZone }) =>
      `${visible(name)} goes on${nextAt === null ? '' : `; next: ${inZone(nextAt, timeZone)}`}`,
  );

export async function scheduleNow({ world, out }: Context, part: string, options: JsonOption): Promise<ExitCode> {
  const connection = await connectPerson(world, out, 'schedule now');
  if (typeof connection === 'number') return connection;
  const found = await scheduleOf(out, connection.client, part);
  if (typeof found === 'number') return found;
  const answer = await connection.client.runSchedule({ params: { id: found.id } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else {
    out.lines(viewLines(answer.value, out.width));
    out.note(`\`castellan schedule show ${visible(found.name)}\` shows what becomes of it`);
  }
  return EXIT.done;
}

export async function scheduleRemove(
  context: Context,
  part: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<ExitCode> {
  const { world, out } = context;
  if (options.yes !== true && isInteractive(world)) {
    const question = `remove ${visible(part)}? what it started is ended. y/N `;
    if (!(await askYes(world, question, world.clock.now() + 600_000))) {
      out.note('nothing was done');
      return EXIT.done;
    }
  }
  return changed(
    context,
    'remove',
    part,
    options,
    (client, { id }) => client.removeSchedule({ params: { id } }),
    ({ name }) => `${visible(name)} is removed; its history stays in the ledger`,
  );
}
