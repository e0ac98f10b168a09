// What a known command moved, so that only paths through it are doubted. A command whose every effect is certain moved nothing
// but what it wrote; one that only takes away, or puts a plain file somewhere, moves nothing unless there was a link.
import type { Effect } from '@castellan/contract';
import { noteMoved } from './changes.ts';
import type { Invocation } from './invocation.ts';
import { lexical } from './names.ts';
import { resolve } from './paths.ts';
import type { Flow, State } from './state.ts';

const TAKING_AWAY = new Set(['rm', 'rmdir', 'unlink', 'shred']);
/** With these a copy keeps links as links. */
const KEEPING_LINKS =
  /^(?:-[a-zA-Z]*[adPrRsl][a-zA-Z]*|--(?:archive|recursive|no-dereference|preserve.*|symbolic-link|link))$/;

export function noteMoves(invocation: Invocation, effects: readonly Effect[], flow: Flow): Flow {
  const { run, state } = invocation;
  const moves = flow.success?.pathsMoved === true || flow.failure?.pathsMoved === true;
  if (state.pathsMoved || !moves) return flow;
  const changed = effects.filter(
    ({ kind, targetKind }) => targetKind === 'path' && (kind === 'write' || kind === 'delete'),
  );
  if (
    effects.some(
      ({ certainty, kind }) => certainty === 'unknown' || (certainty === 'possible' && kind !== 'change-safety'),
    ) ||
    changed.length === 0
  )
    return flow;
  if (!movesNothing(invocation)) for (const { target } of changed) noteMoved(run.changes, target);
  const kept = (next: State | undefined): State | undefined =>
    next === undefined ? undefined : { ...next, pathsMoved: false };
  return { ...flow, success: kept(flow.success), failure: kept(flow.failure) };
}

/** Whether what it leaves leads where the text says: no links were there, and none are made. */
function movesNothing(invocation: Invocation): boolean {
  const { name, args } = invocation;
  const options = args.flatMap((word) => (word.kind === 'text' && word.text.startsWith('-') ? [word.text] : []));
  if (TAKING_AWAY.has(name)) return isPlain(invocation, false);
  if (name === 'mkdir' || name === 'touch' || name === 'install') return true;
  if (name === 'cp') return !options.some((option) => KEEPING_LINKS.test(option)) && isPlain(invocation, false);
  return name === 'mv' && isPlain(invocation, true);
}

/** Every word leads where it says. `files`: and none of them is a folder, which may hold links. */
function isPlain({ run, args, state }: Invocation, files: boolean): boolean {
  return args.every((word) => {
    if (word.kind !== 'text') return false;
    if (word.text.startsWith('-')) return true;
    const [cwd] = state.cwds ?? [];
    const [fact, ...others] = resolve(run, word.text, state);
    if (cwd === undefined || fact === undefined || others.length > 0) return false;
    return fact.path === lexical(cwd, word.text) && !(files && fact.kind === 'folder');
  });
}
