// `castellan forwards`: collectors that records are sent to, how far each is, and a test of one.
import type { ForwardView } from '@castellan/contract';
import { ask } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { duration, plural } from '../text/words.ts';

export async function forwardsList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.forwards());
  if (typeof answer === 'number') return answer;
  const { forwards } = answer.value;
  if (options.json) out.json({ forwards });
  else if (forwards.length === 0) out.line('nothing is forwarded: name a collector under `forward` in config.yaml');
  else out.lines(forwards.flatMap((forward) => linesOf(forward, world.clock.now())));
  return EXIT.done;
}

const STATES: Readonly<Record<ForwardView['state'], string>> = {
  current: 'has everything',
  sending: 'is being sent to',
  failing: 'takes nothing',
};

function linesOf(forward: ForwardView, now: number): readonly Line[] {
  const { name, to, as, query, state, sentUntil, behind, sent, lastSentAt, setAside, latestAside, fault } = forward;
  const last = lastSentAt === null ? 'nothing yet' : `last ${duration(now - lastSentAt)} ago`;
  const next = fault?.nextAt == null ? '' : `; again in ${duration(Math.max(0, fault.nextAt - now))}`;
  return [
    line(`${name}  ${STATES[state]}`, state === 'failing' ? 'danger' : 'strong'),
    line(`  to      ${visible(to)} as ${as}`),
    ...(query === '' ? [] : [line(`  only    ${visible(query)}`)]),
    line(`  place   up to record ${sentUntil}${behind === 0 ? '' : `, ${behind} behind`}`),
    line(`  sent    ${plural(sent, 'record')} since the start, ${last}`),
    ...(fault === null ? [] : [line(`  fault   ${visible(fault.text)}${next}`, 'danger')]),
    ...(setAside === 0
      ? []
      : [line(`  aside   ${plural(setAside, 'record')} not taken, the latest: ${latestAside.join(', ')}`, 'caution')]),
  ];
}

export async function forwardsTest({ world, out }: Context, name: string, options: JsonOption): Promise<ExitCode> {
  const answer = await ask(world, out, (client) => client.testForward({ params: { name } }));
  if (typeof answer === 'number') return answer;
  const { taken, text } = answer.value;
  if (options.json) out.json(answer.value);
  else if (taken) out.line(`${visible(name)} took a harmless record`);
  if (taken) return EXIT.done;
  return options.json
    ? EXIT.failure
    : out.error(`${visible(name)} did not take a harmless record: ${visible(text)}`, [
        'look at `to`, `ca` and `credential` under `forward` in config.yaml',
      ]);
}
