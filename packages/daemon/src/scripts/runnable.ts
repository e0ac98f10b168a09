// From a name to the exact bytes that may run under it. INVARIANT: every byte, also of what is loaded, was read and hashed in this
// very call, and its digest is the one a person approved; a name without that is nothing.
import type { Digest, ScriptErrorCode, ScriptVersion } from '@castellan/contract';
import type { Book } from './keep/book.ts';
import { reached, whyNotLoaded } from './keep/pins.ts';
import { isWhole } from './keep/rows.ts';
import type { Sources } from './keep/sources.ts';
import type { NotRunnable, Runnable, Source, Use } from './parts.ts';

export interface RunnableHost {
  readonly book: Book;
  readonly sources: Sources;
  /** A kept source is not what was approved. */
  readonly modified: (version: ScriptVersion, why: string) => void;
}

const not = (code: ScriptErrorCode, message: string, hint?: string): NotRunnable => ({
  ok: false,
  error: { code, message, ...(hint !== undefined && { hint }), traceback: [] },
});

/** Why a version does not run, by what became of it; null: it is approved. */
export function whyNot({ script, state, number }: ScriptVersion): NotRunnable | null {
  switch (state.kind) {
    case 'approved':
      return null;
    case 'pending':
      return not(
        'script_pending',
        `version ${number} of \`${script}\` waits for a person`,
        'wait until it is approved; ask for `script_status`',
      );
    case 'rejected':
      return not(
        'script_rejected',
        `version ${number} of \`${script}\` was rejected: ${state.reason}`,
        'propose another version that does as the reason says',
      );
    case 'disabled':
      return not(
        'script_disabled',
        `\`${script}\` is disabled${state.reason === '' ? '' : `: ${state.reason}`}`,
        'a person may restore it',
      );
    case 'superseded':
      return not(
        'script_not_approved',
        `version ${number} of \`${script}\` is not the approved one any more`,
        'run the script by its name, or have this version restored',
      );
  }
}

/** The version that is meant; what stands in its way is told by the newest one. */
function meant(book: Book, script: string, digest: Digest | undefined): ScriptVersion | NotRunnable {
  const unknown = not('script_not_found', `there is no script \`${script}\``, 'propose it first, or look at the list');
  if (digest !== undefined)
    return (
      book.find(script, digest) ??
      (book.of(script).length === 0 ? unknown : not('script_not_found', `\`${script}\` has no such version`))
    );
  const versions = book.of(script);
  const newest = (...kinds: readonly ScriptVersion['state']['kind'][]) =>
    versions.find(({ state }) => kinds.includes(state.kind));
  return book.approved(script) ?? newest('pending', 'disabled') ?? newest('rejected') ?? versions[0] ?? unknown;
}

function bytesOf({ sources, modified }: RunnableHost, version: ScriptVersion): Source | NotRunnable {
  const { script, source } = version;
  const kept = isWhole(version) ? sources.read(source) : ({ kind: 'modified', why: 'its row was changed' } as const);
  if (kept.kind === 'source') return { script, source: kept.source };
  modified(version, kept.why);
  return not(
    'script_modified',
    `\`${script}\` is not what was approved: ${kept.why}`,
    'a person was told; propose it again',
  );
}

function loadsOf(book: Book, version: ScriptVersion): { readonly versions: readonly ScriptVersion[] } | NotRunnable {
  const all = reached(version.script, version.capabilities.loads, book);
  if (!all.ok) return not('script_invalid', all.message, all.hint);
  for (const load of all.versions) {
    const why = whyNotLoaded(load, book);
    if (why !== null)
      return not('script_disabled', `\`${version.script}\` does not run: ${why}`, 'a person may restore it');
  }
  return all;
}

function withLoads(host: RunnableHost, version: ScriptVersion): Runnable | NotRunnable {
  const all = loadsOf(host.book, version);
  if ('error' in all) return all;
  const loads: Source[] = [];
  for (const load of all.versions) {
    const bytes = bytesOf(host, load);
    if ('error' in bytes) return bytes;
    loads.push(bytes);
  }
  const own = bytesOf(host, version);
  return 'error' in own ? own : { ok: true, version, source: own.source, loads };
}

export function toRun(host: RunnableHost, script: string, digest?: Digest): Runnable | NotRunnable {
  const version = meant(host.book, script, digest);
  if ('error' in version) return version;
  return whyNot(version) ?? withLoads(host, version);
}

export function toTest(host: RunnableHost, script: string, digest: Digest): Runnable | NotRunnable {
  const version = meant(host.book, script, digest);
  return 'error' in version ? version : withLoads(host, version);
}

/**
 * Why what was begun may not go on, by what became of the version and of all that it loads; null: it may. No bytes are read.
 * @param version as it was when it was begun: a test of what nobody approved yet ends when somebody says no.
 */
export function whyNoMore(book: Book, version: ScriptVersion, use: Use): NotRunnable | null {
  const { script, digest, state } = version;
  const now = book.find(script, digest);
  if (now === null) return not('script_not_found', `\`${script}\` has no such version any more`);
  const isAnswered = now.state.kind !== state.kind && (now.state.kind === 'rejected' || now.state.kind === 'disabled');
  const why = use === 'run' || isAnswered ? whyNot(now) : null;
  if (why !== null) return why;
  const loads = loadsOf(book, now);
  return 'error' in loads ? loads : null;
}

/** Looked for and hashed once more, right before the child has it. */
export function again(host: RunnableHost, version: ScriptVersion, use: Use): Runnable | NotRunnable {
  return whyNoMore(host.book, version, use) ?? withLoads(host, version);
}
