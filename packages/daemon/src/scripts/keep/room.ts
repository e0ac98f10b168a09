// How much is kept, and what goes when there is no more room. Pure. RULE: what waits for a person, is approved or is loaded never
// goes by itself; of the rest the oldest rejected goes first, then the oldest that was superseded.
import type { ScriptName, ScriptVersion } from '@castellan/contract';

export const MOST = {
  /** That one proposer has waiting: nobody looks through more. */
  pending: 10,
  versions: 60,
  scripts: 300,
  bytes: 67_108_864,
} as const;
/** A rejected version is kept so long: its author reads the reason. */
export const REJECTED_MS = 90 * 86_400_000;

export type Room =
  | { readonly ok: true; readonly gone: readonly ScriptVersion[] }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const isLoaded = (version: ScriptVersion, all: readonly ScriptVersion[]): boolean =>
  all.some(({ capabilities }) =>
    capabilities.loads.some(({ script, digest }) => script === version.script && digest === version.digest),
  );

/** In the order in which they may go. */
function spare(all: readonly ScriptVersion[]): readonly ScriptVersion[] {
  const of = (kind: ScriptVersion['state']['kind']) =>
    all.filter(({ state }) => state.kind === kind).sort((a, b) => a.proposedAt - b.proposedAt);
  return [...of('rejected'), ...of('superseded')].filter((version) => !isLoaded(version, all));
}

const full = (message: string): Room => ({
  ok: false,
  message,
  hint: 'a person rejects or disables what is no longer wanted',
});

/** Whether a new version of so many bytes has its place, and what goes for it. */
export function roomFor(script: ScriptName, bytes: number, by: string, all: readonly ScriptVersion[]): Room {
  const waiting = all.filter(({ author, state }) => author === by && state.kind === 'pending');
  if (waiting.length >= MOST.pending) return full(`${MOST.pending} versions of yours wait for a person already`);
  const gone = new Set<ScriptVersion>();
  const left = (): readonly ScriptVersion[] => all.filter((version) => !gone.has(version));
  const makeRoom = (among: (version: ScriptVersion) => boolean): boolean => {
    const next = spare(left()).find(among);
    if (next !== undefined) gone.add(next);
    return next !== undefined;
  };
  const own = (version: ScriptVersion): boolean => version.script === script;
  while (left().filter(own).length >= MOST.versions)
    if (!makeRoom(own)) return full(`\`${script}\` has ${MOST.versions} versions`);
  while (left().reduce((sum, version) => sum + version.bytes, bytes) > MOST.bytes)
    if (!makeRoom(() => true)) return full('no more sources can be kept');
  const names = (): Set<string> => new Set(left().map((version) => version.script));
  while (!names().has(script) && names().size >= MOST.scripts)
    if (!makeRoom(({ state }) => state.kind === 'rejected')) return full(`there are ${MOST.scripts} scripts`);
  return { ok: true, gone: [...gone] };
}

/** What has been kept long enough. */
export const outlived = (all: readonly ScriptVersion[], now: number): readonly ScriptVersion[] =>
  all.filter(
    (version) => version.state.kind === 'rejected' && now - version.state.at > REJECTED_MS && !isLoaded(version, all),
  );
