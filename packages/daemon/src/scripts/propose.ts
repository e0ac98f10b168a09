// A proposal becomes a version that waits. INVARIANT: it is looked at by a child before anything of it is kept; what is kept holds
// no secret in the clear, neither in the source nor in the words beside it; a file is there before its row, so that a crash leaves
// a file nobody means and never a row without one.
import {
  canonicalJson,
  type Inspection,
  type ScriptVersion,
  scriptDigest,
  scriptProposeSchema,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { sha256 } from '../digest.ts';
import type { Exits } from '../exits/index.ts';
import { plain } from '../notify/index.ts';
import { type Answer, done, fault } from './answer.ts';
import type { Book } from './keep/book.ts';
import { pinned } from './keep/pins.ts';
import { roomFor } from './keep/room.ts';
import { type Sources, sourceDigest } from './keep/sources.ts';
import type { Proposal } from './parts.ts';

type Sound = Extract<Inspection, { kind: 'sound' }>;
export interface Checked {
  readonly name: string;
  readonly source: string;
  readonly note: string;
}

export interface ProposeHost {
  readonly book: Book;
  readonly sources: Sources;
  readonly clock: Pick<Clock, 'now'>;
  readonly exits: Pick<Exits, 'text' | 'value'>;
  /** Names of the known secrets that a text holds. */
  readonly mentions: (text: string) => readonly string[];
  readonly record: (version: ScriptVersion, change: 'proposed', by: string, text: string) => Promise<void>;
}

/** What can be told before anybody looks into the source. */
export function checked(
  proposal: Proposal,
  { exits, mentions }: Pick<ProposeHost, 'exits' | 'mentions'>,
): Answer<Checked> {
  const { name, source, note } = proposal;
  const parsed = scriptProposeSchema.safeParse({ name, source, note });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    return fault('bad', 'script_invalid', `\`${path}\`: ${issue?.message ?? 'is not as it should be'}`, 'correct it');
  }
  if (exits.text(name) !== name)
    return fault('bad', 'script_invalid', 'the name holds what looks like a secret', 'take another name');
  const held = mentions(source);
  if (held.length > 0)
    return fault(
      'bad',
      'script_invalid',
      `the source holds the secret ${held.map((each) => `\`${each}\``).join(', ')} in the clear`,
      `declare it with \`# @secrets: ${held[0]}\` and use \`secrets.get\``,
    );
  return done(parsed.data);
}

const words = (text: string, most: number, { exits }: Pick<ProposeHost, 'exits'>): string =>
  exits.text(plain(text)).slice(0, most).toWellFormed();

const NOT_KEPT = fault('failed', 'failed', 'the source could not be kept', 'look at the disk and the state folder');
function keptBy(sources: Sources, source: string): boolean {
  try {
    sources.keep(source);
    return true;
  } catch {
    return false;
  }
}

/** One step for whoever proposes: the room is held while it runs. */
export async function kept(
  host: ProposeHost,
  { name, source, note }: Checked,
  { by, agent, task }: Proposal,
  { about, capabilities: own, loads, entry, parameters }: Sound,
): Promise<Answer<{ readonly version: ScriptVersion; readonly fresh: boolean }>> {
  const { book, sources, clock, exits } = host;
  const pins = pinned(name, loads, own, book);
  if (!pins.ok) return fault('conflict', 'script_invalid', pins.message, pins.hint);
  const { capabilities } = pins;
  if (canonicalJson(exits.value(capabilities)) !== canonicalJson(capabilities))
    return fault('bad', 'script_invalid', 'a host, a tool or a name holds what looks like a secret', 'take it out');
  const digest = scriptDigest(sourceDigest(source), capabilities, sha256);
  const known = book.find(name, digest);
  if (known !== null) {
    // A file of it that was damaged is mended: these are the bytes that were proposed.
    return keptBy(sources, source) ? done({ version: known, fresh: false }) : NOT_KEPT;
  }
  const bytes = Buffer.byteLength(source, 'utf8');
  const room = roomFor(name, bytes, by, book.all());
  if (!room.ok) return fault('too-much', 'quota_exceeded', room.message, room.hint);
  const version: ScriptVersion = {
    script: name,
    digest,
    source: sourceDigest(source),
    number: (book.of(name)[0]?.number ?? 0) + 1,
    about: {
      description: words(about.description, 300, host),
      author: words(about.author, 100, host),
      version: words(about.version, 40, host),
    },
    capabilities,
    entry,
    parameters: parameters.map((parameter) => words(parameter, 200, host)),
    author: by,
    ...(agent !== undefined && { agent }),
    ...(task !== undefined && { task }),
    note: words(note, 1000, host),
    proposedAt: clock.now(),
    bytes,
    state: { kind: 'pending' },
  };
  if (!keptBy(sources, source)) return NOT_KEPT;
  await host.record(version, 'proposed', by, `version ${version.number}: ${version.about.description}`.trim());
  await book.put([version], room.gone);
  return done({ version, fresh: true });
}
