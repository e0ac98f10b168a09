// What of Castellan's own stands inside: an agent's folder, its sockets. INVARIANT: it is the very path that was named. What lies in a
// folder that an agent may write could be a link by now, to another agent's folder or to the vault: then nothing starts.
import { existsSync, lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { lies, realAbove, realOf } from './paths.ts';
import { CLOSED, refusedPath } from './reach.ts';
import type { ConfineFault, Confinement, Given } from './spec.ts';
import { isUnseen } from './standing.ts';

export type Granted =
  | { readonly ok: true; readonly given: readonly Given[]; readonly kept: readonly Given[] }
  | ConfineFault;

/** Of all `never` that hold it, the nearest. */
function stateAround(path: string, never: readonly string[]): string | undefined {
  const around = never.filter((each) => lies(path, each));
  return around.sort((a, b) => b.length - a.length)[0];
}

function refused({ from }: Given, spec: Confinement): ConfineFault | null {
  const real = realOf(from);
  if (real === null)
    return { ok: false, why: `\`${from}\` is not there`, hint: 'is the daemon running? `castellan up`' };
  const state = stateAround(from, spec.never);
  if (state === undefined) return statSync(real).isSocket() ? null : refusedPath(real, spec);
  if (from !== state && real === `${realAbove(state)}${from.slice(state.length)}`) return null;
  return {
    ok: false,
    why: `\`${from}\` is not what it was: it leads to \`${real}\``,
    hint: 'connect the agent again (`castellan connect`)',
  };
}

/** Of what is kept, that which lies in something given: only read, with the folder above it held in its place. */
function keptIn(spec: Confinement): readonly Given[] {
  return spec.keep.flatMap((at) => {
    const holder = spec.given.findLast((each) => lies(at, each.at));
    if (holder === undefined || !holder.writable || at === holder.at) return [];
    const from = `${holder.from}${at.slice(holder.at.length)}`;
    if (!isUnseen(from) && (!existsSync(from) || lstatSync(from).isSymbolicLink())) return [];
    const above = dirname(at);
    const held = above === holder.at ? [] : [{ from: dirname(from), at: above, writable: true }];
    return [...held, { from, at, writable: false }];
  });
}

export function grantedOf(spec: Confinement): Granted {
  for (const each of spec.given) {
    const fault = refused(each, spec);
    if (fault !== null) return fault;
  }
  const unseen = keptIn(spec).find(({ from }) => isUnseen(from));
  if (unseen !== undefined)
    return { ok: false, why: `\`${unseen.from}\` cannot be looked at, so it cannot be kept`, hint: CLOSED };
  const really = (each: Given): Given => ({ ...each, from: realOf(each.from) ?? each.from });
  return { ok: true, given: spec.given.map(really), kept: keptIn(spec).map(really) };
}
