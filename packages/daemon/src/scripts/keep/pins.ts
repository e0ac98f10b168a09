// What a script loads, pinned: each name becomes the version that was approved when this one was proposed, and everything that one
// loads comes with it. Pure. INVARIANT: of one name there is one version in a run; nothing loads itself, however far around; what a
// loaded version may do, whoever loads it asks for too.
import type { Capabilities, ScriptName, ScriptVersion } from '@castellan/contract';

/** Most that one run has of them. */
const MOST_LOADS = 16;
/** Of all that is loaded, together: a child reads no more (sandbox/child/loader.ts), so it is said before anybody approves it. */
const MOST_LOADED_BYTES = 524_288;

export interface Shelf {
  approved(script: string): ScriptVersion | null;
  find(script: string, digest: string): ScriptVersion | null;
}

export type Pinned =
  | { readonly ok: true; readonly capabilities: Capabilities }
  | { readonly ok: false; readonly message: string; readonly hint: string };
export type Reached =
  | { readonly ok: true; readonly versions: readonly ScriptVersion[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const sorted = <T extends string>(lists: readonly (readonly T[])[]): readonly T[] => [...new Set(lists.flat())].sort();
/** As the contract bounds them. */
const MOST = { secrets: 32, hosts: 32, tools: 64 } as const;

/** Every version that is loaded, at any depth. */
export function reached(of: ScriptName, loads: Capabilities['loads'], shelf: Shelf): Reached {
  const found = new Map<ScriptName, ScriptVersion>();
  const waiting = loads.map((load) => ({ ...load, by: of }));
  for (let load = waiting.shift(); load !== undefined; load = waiting.shift()) {
    const { script, digest, by } = load;
    if (script === of)
      return {
        ok: false,
        message: `\`${of}\` loads itself by way of \`${by}\``,
        hint: 'load it in one direction only',
      };
    const known = found.get(script);
    if (known !== undefined && known.digest !== digest)
      return {
        ok: false,
        message: `two versions of \`${script}\` would be loaded`,
        hint: `propose again what loads the older one`,
      };
    if (known !== undefined) continue;
    const version = shelf.find(script, digest);
    if (version === null)
      return {
        ok: false,
        message: `the version of \`${script}\` that \`${by}\` loads is gone`,
        hint: 'propose it again',
      };
    if (found.size >= MOST_LOADS)
      return { ok: false, message: `more than ${MOST_LOADS} scripts would be loaded`, hint: 'load fewer' };
    found.set(script, version);
    waiting.push(...version.capabilities.loads.map((next) => ({ ...next, by: script })));
  }
  return { ok: true, versions: [...found.values()] };
}

/** @param own what the source and the header of this one ask for. */
export function pinned(
  of: ScriptName,
  names: readonly ScriptName[],
  own: Omit<Capabilities, 'loads'>,
  shelf: Shelf,
): Pinned {
  const loads: { script: ScriptName; digest: ScriptVersion['digest'] }[] = [];
  for (const script of sorted([names])) {
    if (script === of) return { ok: false, message: `\`${of}\` loads itself`, hint: 'leave that `load` out' };
    const version = shelf.approved(script);
    if (version === null)
      return {
        ok: false,
        message: `it loads \`${script}\`, of which no version is approved`,
        hint: `have \`${script}\` approved first`,
      };
    loads.push({ script, digest: version.digest });
  }
  const all = reached(of, loads, shelf);
  if (!all.ok) return all;
  if (all.versions.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_LOADED_BYTES)
    return { ok: false, message: `what it loads has more than ${MOST_LOADED_BYTES} bytes`, hint: 'load less' };
  const each = [own, ...all.versions.map(({ capabilities }) => capabilities)];
  const capabilities: Capabilities = {
    secrets: sorted(each.map(({ secrets }) => secrets)),
    hosts: sorted(each.map(({ hosts }) => hosts)),
    tools: sorted(each.map(({ tools }) => tools)),
    loads,
    limits: own.limits,
  };
  for (const kind of ['secrets', 'hosts', 'tools'] as const)
    if (capabilities[kind].length > MOST[kind])
      return {
        ok: false,
        message: `with what it loads it asks for more than ${MOST[kind]} ${kind}`,
        hint: 'make several scripts of it',
      };
  return { ok: true, capabilities };
}

/** Why a version that is loaded may not run now; null: it may. Superseded is still what a person approved this with. */
export function whyNotLoaded(version: ScriptVersion, shelf: Shelf): string | null {
  const { script, state } = version;
  if (state.kind === 'approved') return null;
  if (state.kind === 'superseded' && shelf.approved(script) !== null) return null;
  if (state.kind === 'disabled' || state.kind === 'superseded') return `it loads \`${script}\`, which is disabled`;
  return `it loads \`${script}\`, which is not approved`;
}
