// Effects on paths, with the second effect that some have: what changes the files that keep an agent in bounds changes the
// agent's safety (C04).
import type { Call, Effect, EffectKind, Facts, PathFact } from '@castellan/contract';

const CHANGES: ReadonlySet<EffectKind> = new Set([
  'write',
  'delete',
  'execute',
  'escalate',
  'change-safety',
  'unknown',
]);

export function pathEffects(call: Call, kind: EffectKind, text: string, facts: Facts): readonly Effect[] {
  const fact = facts.resolvePath(text, { cwd: call.cwd, workspace: call.workspace });
  const effect: Effect = {
    kind,
    target: fact.path,
    targetKind: 'path',
    place: fact.place,
    certainty: kind === 'unknown' ? 'unknown' : 'certain',
  };
  const second =
    CHANGES.has(kind) || fact.place === 'castellan' ? safetyEffect(kind, fact, facts) : readBelow(kind, fact, facts);
  return second === undefined ? [effect] : [effect, second];
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
