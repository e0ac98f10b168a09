// `castellan modules accept`: a manifest of one's own is believed, and what a server offers now is taken on, once a person has
// seen it as it stands (P10, M3). What was shown is what is accepted: each answer carries the digest of it.
import type { Client } from '@castellan/client';
import type { ModuleView, PolicyView } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { connectPerson } from '../../session/person.ts';
import { findingLines as lintLines } from '../../text/finding.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { isInteractive } from '../../world.ts';
import { differenceLines, findingLines, manifestLines, part, textLines } from './words.ts';

export interface AcceptOptions extends JsonOption {
  /** What was looked at before, for use without a terminal. */
  readonly digest?: string;
}

type Known = PolicyView['modules'][number];
const TEN_MINUTES = 600_000;

export async function modulesAccept(context: Context, name: string, options: AcceptOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'modules accept');
  if (typeof connection === 'number') return connection;
  const { client } = connection;
  const policy = await client.policy();
  if (!policy.ok) return tell(out, policy.error);
  const found = policy.value.modules.find(({ manifest }) => manifest.name === name);
  if (found === undefined)
    return out.error(`there is no module \`${visible(name)}\``, ['`castellan modules` lists them']);
  const seen = await client.module({ params: { name } });
  if (!seen.ok) return tell(out, seen.error);
  const { pending } = seen.value;
  if (found.accepted && pending === null) {
    out.note(`\`${visible(name)}\` is accepted already, as it is now`);
    return EXIT.done;
  }
  const open: readonly string[] = [...(found.accepted ? [] : [found.digest]), ...(pending === null ? [] : [pending])];
  if (options.digest !== undefined && !open.includes(options.digest))
    return out.error(`\`${visible(name)}\` is not as you saw it: its digest is \`${open[0] ?? ''}\` now`, [
      `look at ${found.accepted ? 'it' : `\`${visible(found.source)}\``} again`,
    ]);
  if (!found.accepted) {
    const done = await believe(context, client, found, options);
    // A digest names one of the two; without one each is asked about.
    if (done !== EXIT.done || options.digest !== undefined || pending === null) return done;
  }
  return pending === null ? EXIT.done : takeOn(context, client, seen.value, pending, options);
}

interface Question {
  readonly name: string;
  readonly digest: string;
  readonly ask: string;
  readonly no: string;
}

async function agreed(
  { world, out }: Context,
  { name, digest, ask, no }: Question,
  options: AcceptOptions,
): Promise<ExitCode> {
  if (options.digest === digest) return EXIT.done;
  if (!isInteractive(world))
    return out.error('there is no terminal to ask on', [
      `\`castellan modules accept ${visible(name)} --digest ${digest}\` accepts what was shown`,
    ]);
  const yes = await askYes(world, `${ask} [y/N] `, world.clock.now() + TEN_MINUTES);
  return yes ? EXIT.done : out.error(`not accepted: ${no}`, [], EXIT.denied);
}

async function believe(context: Context, client: Client, found: Known, options: AcceptOptions): Promise<ExitCode> {
  const { out } = context;
  const { name } = found.manifest;
  if (options.json !== true) out.lines(await shown(found, out.width));
  const answer = await agreed(
    context,
    {
      name,
      digest: found.digest,
      ask: 'Believe what it says of its tools?',
      no: 'its tools go on needing a person each time',
    },
    options,
  );
  if (answer !== EXIT.done) return answer;
  const changed = await client.changePolicy({ body: { change: 'accept', module: name, digest: found.digest } });
  if (!changed.ok) return tell(out, changed.error);
  const { faults, digest } = changed.value;
  if (options.json) out.json(changed.value);
  if (faults.length > 0)
    return out.error('the policy has faults; the last one without stays in force', faults.map(visible));
  if (!options.json) out.line(`in force: the manifest of ${visible(name)}, as you saw it (${digest.slice(0, 19)})`);
  return EXIT.done;
}

/** Its tools by class, and what looks wrong about them. */
async function shown(found: Known, width: number): Promise<readonly Line[]> {
  const { lintManifest } = await import('@castellan/policy');
  const findings = lintManifest(found.manifest);
  return [
    ...manifestLines(found).map((text) => line(text)),
    ...(findings.length === 0 ? [] : [line('look at these first', 'strong')]),
    ...findings.flatMap((finding) => lintLines({ ...finding, source: found.source }, width)),
  ];
}

async function takeOn(
  context: Context,
  client: Client,
  { name, state, why, differences, offered, instructionFindings, lints }: ModuleView,
  pending: NonNullable<ModuleView['pending']>,
  options: AcceptOptions,
): Promise<ExitCode> {
  const { out } = context;
  const findings = [
    ...(differences.some(({ change }) => change === 'instructions') ? instructionFindings : []),
    ...offered.filter(({ state }) => state === 'quarantined').flatMap((each) => each.findings),
  ];
  if (options.json !== true)
    out.lines([
      line(`${visible(name)} offers something else than you accepted`, 'strong'),
      // Somebody wrote past us what was accepted.
      ...(state === 'unaccepted' && why !== null ? textLines([why], out.width, 'caution') : []),
      ...differenceLines(differences, out.width),
      ...part('look at these first', [...findingLines(findings, out.width), ...textLines(lints, out.width, 'caution')]),
    ]);
  const answer = await agreed(
    context,
    { name, digest: pending, ask: 'Accept it as it is now?', no: 'what differs stays held back' },
    options,
  );
  if (answer !== EXIT.done) return answer;
  const accepted = await client.acceptModule({ params: { name }, body: { pending } });
  if (!accepted.ok) return tell(out, accepted.error);
  if (options.json) out.json(accepted.value);
  else {
    out.line(`${visible(name)} is accepted as it is now`);
    if (accepted.value.why !== null) out.note(visible(accepted.value.why));
  }
  return EXIT.done;
}
