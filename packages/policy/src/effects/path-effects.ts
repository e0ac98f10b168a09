// Effects on paths, with the further effects that some have: what changes the files that keep an agent in bounds changes the
// agent's safety (C04), and what is done to a folder is done to the keys that lie below it (C01).
import type { Call, Effect, EffectKind, Facts, PathFact, Resource } from '@castellan/contract';
import { isTold, keysBelow, pathResource } from '@castellan/shell';
import { isEdit } from './edits.ts';

const CHANGES: ReadonlySet<EffectKind> = new Set([
  'write',
  'delete',
  'execute',
  'escalate',
  'change-safety',
  'unknown',
]);

/** `declared`: what the tool says it reads or changes of it. `names` shows nothing of what lies below. */
export function pathEffects(
  call: Call,
  kind: EffectKind,
  text: string,
  facts: Facts,
  declared?: Resource,
): readonly Effect[] {
  const fact = facts.resolvePath(text, { cwd: call.cwd, workspace: call.workspace });
  const own = declared === 'names' ? undefined : pathResource(fact.path, facts.home);
  const resource = own ?? declared;
  const told = isTold(fact);
  const undoable = kind === 'write' && told && canUndo(call, fact, facts);
  const effect: Effect = {
    kind,
    target: fact.path,
    targetKind: 'path',
    place: fact.place,
    certainty: kind === 'unknown' ? 'unknown' : told ? 'certain' : 'possible',
    ...(resource === undefined ? {} : { resource }),
    ...(undoable === false ? {} : { undoable: true }),
    ...(typeof undoable === 'string' ? { note: undoable } : told ? {} : { note: 'where it leads could not be told' }),
  };
  const second =
    CHANGES.has(kind) || fact.place === 'castellan' ? safetyEffect(kind, fact, facts) : readBelow(kind, fact, facts);
  const below = declared === 'names' ? [] : keysEffects(call, kind, fact, facts);
  return [effect, ...(second === undefined ? [] : [second]), ...below];
}

/** Asked only where a yes could matter: not of what is not the user's. A text: why it can be taken back although version control does not hold it. */
function canUndo(call: Call, fact: PathFact, facts: Facts): boolean | string {
  const near = fact.place === 'workspace' || fact.place === 'temp';
  if (!near && fact.place !== 'home' && fact.place !== 'elsewhere') return false;
  if (facts.isUndoable(fact.path)) return true;
  return near && fact.kind === 'file' && isEdit(call.arguments) ? 'the call itself says what was there before' : false;
}

/** Castellan's own folder holds tokens, so reading it counts too; an agent's settings may be read. */
function safetyEffect(kind: EffectKind, fact: PathFact, facts: Facts): Effect | undefined {
  const base = { kind: 'change-safety', target: fact.path, targetKind: 'path', place: fact.place } as const;
  if (fact.place === 'castellan')
    return { ...base, certainty: CHANGES.has(kind) ? 'certain' : 'possible', note: 'Castellan’s own folder' };
  if (fact.place === 'agent-config' && CHANGES.has(kind))
    return { ...base, certainty: 'certain', note: 'an agent’s hooks and settings' };
  // What is done to a folder above it is done to the state folder too.
  if (!isAboveState(fact, facts) || !CHANGES.has(kind)) return undefined;
  const note = 'Castellan’s own folder lies below';
  return { ...base, target: facts.stateFolder, place: 'castellan', certainty: 'possible', note };
}

/** A tool that searches a folder reads what lies below: tokens, if the state folder does. */
function readBelow(kind: EffectKind, fact: PathFact, facts: Facts): Effect | undefined {
  if (kind !== 'read' || !isAboveState(fact, facts)) return undefined;
  const note = 'Castellan’s own folder lies below';
  return { kind, target: facts.stateFolder, targetKind: 'path', place: 'castellan', certainty: 'possible', note };
}

const isAboveState = ({ path }: PathFact, { stateFolder }: Facts): boolean =>
  stateFolder.startsWith(path === '/' ? '/' : `${path}/`);

function keysEffects(call: Call, kind: EffectKind, fact: PathFact, facts: Facts): readonly Effect[] {
  if (fact.kind === 'file' || (kind !== 'read' && kind !== 'delete')) return [];
  return keysBelow({ facts, workspace: call.workspace }, fact).map(({ path, place, resource }) => ({
    kind,
    target: path,
    targetKind: 'path',
    place,
    certainty: 'possible',
    resource,
    note: `lies below ${fact.path}`,
  }));
}
