// What a call's writes would change, for the card (H1), and a digest of what they would change it from: where that moved
// while a person read the card, the answer no longer fits.
import type { Call, Change, Effect } from '@castellan/contract';
import { plannedEdit } from '@castellan/sandbox';
import type { Redactor } from '@castellan/secrets';
import { sha256 } from '../digest.ts';
import { changeOf, unseen } from './change.ts';
import { comparable, planned } from './planned.ts';
import { type Before, MOST_BYTES, readBefore } from './read-before.ts';

export interface Look {
  readonly changes: readonly Change[];
  /** Of the bytes that would be changed; empty where nothing is shown. */
  readonly digest: string;
}

const NOTHING: Look = { changes: [], digest: '' };

export function lookAt(call: Call, effects: readonly Effect[], redactor: Redactor): Look {
  const paths = [
    ...new Set(
      effects.filter(({ kind, targetKind }) => kind === 'write' && targetKind === 'path').map(({ target }) => target),
    ),
  ];
  const [path] = paths;
  // A call that writes several files says nothing about the contents of each.
  if (path === undefined || paths.length > 1) return NOTHING;
  const before = readBefore(path);
  const text = before.kind === 'text' ? before.text : null;
  // Of our own tool by its own function: what the card says and what becomes of the file are one.
  const isOurs = call.module === 'workspace' && call.tool === 'edit_file';
  const plan = isOurs ? plannedEdit(call.arguments, text, path) : planned(call.arguments, text);
  if (plan === null) return NOTHING;
  return { changes: [changeTo(path, call, before, plan, redactor)], digest: sha256(markOf(before)) };
}

function changeTo(
  path: string,
  call: Call,
  before: Before,
  plan: NonNullable<ReturnType<typeof planned>>,
  redactor: Redactor,
): Change {
  const shown = redactor.text(path);
  if (before.kind === 'unreadable') return unseen(shown, before.why);
  if (plan.kind === 'unfit') return unseen(shown, redactor.text(plan.why));
  if (plan.text.length > MOST_BYTES)
    return unseen(shown, `it would be too large to be shown: ${plan.text.length} characters`);
  if (plan.text.includes('\0')) return unseen(shown, 'it would not be text');
  const was = before.kind === 'text' ? comparable(call.arguments, before.text) : null;
  // Whole texts are redacted, then compared: a secret may stand on many lines.
  const change = changeOf(shown, was === null ? null : redactor.text(was), redactor.text(plan.text));
  if (change.kind !== 'changed' || change.lines.length > 0) return change;
  return unseen(shown, was === plan.text ? 'nothing changes' : 'only a secret changes, which is not shown');
}

const markOf = (before: Before): string => {
  switch (before.kind) {
    case 'missing':
      return 'missing';
    case 'text':
      return `text ${before.text}`;
    case 'unreadable':
      return `unreadable ${before.mark}`;
  }
};
