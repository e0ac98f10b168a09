// The steps of a plan as a person reads them: what would change, line by line, from what stands there now. INVARIANT: whole texts
// are redacted before they are compared, and the content of what is private is shown to nobody.
import type { Change } from '@castellan/contract';
import { changeOf, unseen } from '../../changes/index.ts';
import type { Contents } from '../contents.ts';
import { readContent } from '../keep/content.ts';
import type { Seen } from '../seen.ts';
import type { Step } from './steps.ts';

export interface Shower {
  /** What may be shown of a text. */
  readonly text: (text: string) => string;
  /** Whether nothing of a file is shown, whatever is in it. */
  readonly isPrivate: (path: string) => boolean;
}

/** Longest text that is compared. */
const MOST_BYTES = 200_000;
/** What nobody reads is not made: lines of all changes together. */
const MOST_LINES = 4000;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a text is, or why it is not shown; null: nothing is there. */
type Side = { readonly text: string } | { readonly why: string } | null;

export async function shownChanges(
  steps: readonly Step[],
  shower: Shower,
  contents: Pick<Contents, 'of'>,
): Promise<readonly (Change | null)[]> {
  const shown: (Change | null)[] = [];
  let lines = 0;
  for (const step of steps) {
    if (step.state !== 'ready' || lines > MOST_LINES) {
      shown.push(null);
      continue;
    }
    const change = await shownChange(step, shower, contents);
    lines += change?.lines.length ?? 0;
    shown.push(change);
  }
  return shown;
}

async function shownChange(
  step: Step,
  { text, isPrivate }: Shower,
  contents: Pick<Contents, 'of'>,
): Promise<Change | null> {
  const path = text(step.path);
  const { wanted, now } = step;
  if (step.action === 'mode') return unseen(path, `its mode would be ${modeOf(wanted)} again, from ${modeOf(now)}`);
  if (wanted.k === 'folder' || (wanted.k === 'absent' && now.k === 'folder')) return null;
  if (wanted.k === 'link') return unseen(path, `a link to \`${text(wanted.to)}\` again`);
  const isSecret = (seen: Seen): boolean => seen.k === 'file' && seen.secret === true;
  if (isSecret(wanted) || isPrivate(step.path)) return unseen(path, 'it is private, so what is in it is not shown');
  const before = await textNow(step.path, now);
  const after = await textKept(step, contents);
  const why = whyNot(before) ?? whyNot(after);
  if (why !== null) return unseen(path, why);
  const [was, becomes] = [textOf(before), textOf(after)];
  if (becomes === null) return changeOf(path, was === null ? null : text(was), '');
  const change = changeOf(path, was === null ? null : text(was), text(becomes));
  return change.kind === 'changed' && change.lines.length === 0
    ? unseen(path, 'only a secret changes, which is not shown')
    : change;
}

const whyNot = (side: Side): string | null => (side !== null && 'why' in side ? side.why : null);
const textOf = (side: Side): string | null => (side !== null && 'text' in side ? side.text : null);
const modeOf = (seen: Seen): string =>
  seen.k === 'file' || seen.k === 'folder' ? (seen.mode & 0o777).toString(8).padStart(3, '0') : 'none';

async function textNow(path: string, now: Seen): Promise<Side> {
  if (now.k === 'absent') return null;
  if (now.k === 'link') return { why: 'a link goes' };
  if (now.k !== 'file') return { why: 'it is no ordinary file' };
  const pieces: Buffer[] = [];
  const read = await readContent(path, now.size, MOST_BYTES, (piece) => void pieces.push(piece));
  if (!read.ok) return { why: tooLarge(now.size) ?? read.why };
  // The plan binds what was seen: lines of something else must not stand beside it.
  return read.hash === now.hash ? decoded(Buffer.concat(pieces)) : { why: 'it changed while it was looked at' };
}

async function textKept({ wanted, pack }: Step, contents: Pick<Contents, 'of'>): Promise<Side> {
  if (wanted.k !== 'file') return null;
  const why = tooLarge(wanted.size);
  if (why !== null) return { why };
  const pieces: Buffer[] = [];
  try {
    for await (const piece of contents.of(wanted, pack)) pieces.push(piece);
  } catch (error) {
    return { why: error instanceof Error ? error.message : 'it cannot be read' };
  }
  return decoded(Buffer.concat(pieces));
}

const tooLarge = (bytes: number): string | null =>
  bytes > MOST_BYTES ? `it is too large to be shown: ${bytes} bytes` : null;

function decoded(bytes: Buffer): Side {
  if (bytes.includes(0)) return { why: 'it is not text' };
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { why: 'it is not text' };
  }
}
