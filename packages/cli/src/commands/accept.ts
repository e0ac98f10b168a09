// `castellan policy accept`: a manifest of one's own is believed once a person has seen it as it stands (P10). What was
// shown is what is accepted: the answer carries its digest, and a file that changed meanwhile is another one.
import type { PolicyView } from '@castellan/contract';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askYes } from '../prompt.ts';
import { askPerson } from '../session/person.ts';
import { findingLines } from '../text/finding.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { isInteractive } from '../world.ts';
import { moduleLines } from './lists.ts';
import { change } from './policy.ts';

export interface AcceptOptions extends JsonOption {
  /** What was looked at before, for use without a terminal. */
  readonly digest?: string;
}

type Module = PolicyView['modules'][number];
const TEN_MINUTES = 600_000;

export async function policyAccept(context: Context, name: string, options: AcceptOptions): Promise<ExitCode> {
  const { world, out } = context;
  const answer = await askPerson(world, out, 'policy accept', (client) => client.policy());
  if (typeof answer === 'number') return answer;
  const found = answer.value.modules.find(({ manifest }) => manifest.name === name);
  if (found === undefined) {
    return out.error(`there is no module \`${visible(name)}\``, ['`castellan modules` lists them']);
  }
  if (found.accepted) {
    out.note(`\`${visible(name)}\` is accepted already, as it is now`);
    return EXIT.done;
  }
  if (options.digest !== undefined && options.digest !== found.digest) {
    return out.error(`\`${visible(name)}\` is not as you saw it: its digest is \`${found.digest}\` now`, [
      `look at \`${visible(found.source)}\` again`,
    ]);
  }
  if (options.json !== true) out.lines(await shown(found, out.width));
  if (options.digest === undefined) {
    if (!isInteractive(world)) {
      return out.error('there is no terminal to ask on', [
        `\`castellan policy accept ${visible(name)} --digest ${found.digest}\` accepts what was shown`,
      ]);
    }
    const yes = await askYes(world, 'Believe what it says of its tools? [y/N] ', world.clock.now() + TEN_MINUTES);
    if (!yes) return out.error('not accepted: its tools go on needing a person each time', [], EXIT.denied);
  }
  return change(context, 'accept', { change: 'accept', module: name, digest: found.digest }, options.json);
}

/** Its tools by class, and what looks wrong about them. */
async function shown(found: Module, width: number): Promise<readonly Line[]> {
  const { lintManifest } = await import('@castellan/policy');
  const findings = lintManifest(found.manifest);
  return [
    ...moduleLines(found).map((text) => line(text)),
    ...(findings.length === 0 ? [] : [line('look at these first', 'strong')]),
    ...findings.flatMap((finding) => findingLines({ ...finding, source: found.source }, width)),
  ];
}
