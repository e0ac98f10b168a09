// From what a call would do to the paths that are kept, and to what no undo reaches. Pure.
import type { Effect, Reversibility } from '@castellan/contract';
import { isHistory, type Root } from './look.ts';

const CHANGES: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'change-safety']);
/** What is ours is never written from here, and a device is no file. */
const NOT_FILES: ReadonlySet<Effect['place']> = new Set(['castellan', 'device']);

const isFile = ({ kind, targetKind, place }: Effect): boolean =>
  CHANGES.has(kind) && targetKind === 'path' && !NOT_FILES.has(place);

export function rootsOf(effects: readonly Effect[]): readonly Root[] {
  const roots = new Map<string, Root>();
  for (const effect of effects) {
    if (!isFile(effect) || isHistory(effect.target) || effect.resource === 'history') continue;
    // What is deleted is deleted with all that is in it, whoever wrote the effect; a file has nothing in it.
    const recursive =
      effect.recursive === true || effect.kind === 'delete' || roots.get(effect.target)?.recursive === true;
    roots.set(effect.target, { path: effect.target, recursive });
  }
  return [...roots.values()];
}

const listed = (targets: readonly string[]): string =>
  targets.length <= 2 ? targets.join(' and ') : `${targets.slice(0, 2).join(', ')} and ${targets.length - 2} more`;

const hostOf = (target: string): string => target.replace(/:443$/, '');

/** What no undo reaches, a line each, worst first. */
export function beyondOf(effects: readonly Effect[]): readonly string[] {
  const targets = (wanted: (effect: Effect) => boolean): readonly string[] => [
    ...new Set(effects.filter(wanted).map(({ target }) => hostOf(target))),
  ];
  const lines: string[] = [];
  const say = (found: readonly string[], line: (what: string) => string): void => {
    if (found.length > 0) lines.push(line(listed(found)));
  };
  say(
    targets(({ kind }) => kind === 'send'),
    (what) => `what is sent to ${what} cannot be taken back`,
  );
  say(
    targets(({ kind }) => kind === 'spend'),
    (what) => `what is spent at ${what} cannot be taken back`,
  );
  say(
    targets((effect) => CHANGES.has(effect.kind) && !isFile(effect)),
    (what) => `what changes in ${what} cannot be taken back`,
  );
  say(
    targets(({ kind }) => kind === 'escalate'),
    () => 'what is done with more rights cannot be taken back',
  );
  if (effects.some((effect) => CHANGES.has(effect.kind) && (effect.resource === 'history' || isHistory(effect.target))))
    lines.push('the history of a repository is not touched: `git reflog` finds what stood there');
  if (effects.some(({ kind }) => kind === 'unknown'))
    lines.push('what it changes besides could not be told, so only what could is kept');
  return lines;
}

export interface Keeping {
  /** Paths that are kept, or would be. */
  readonly paths: number;
  /** Those that are not, and why. */
  readonly not: readonly { readonly path: string; readonly why: string }[];
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** null: it changes nothing. */
export function reversibilityOf(
  effects: readonly Effect[],
  { paths, not }: Keeping,
  beyond: readonly string[] = beyondOf(effects),
): Reversibility | null {
  if (paths === 0 && not.length === 0 && beyond.length === 0) return null;
  const first = not[0];
  const lines = [
    ...(paths > 0 ? [`${plural(paths, 'path')} can be put back`] : []),
    ...(first === undefined
      ? []
      : [
          not.length === 1
            ? `\`${first.path}\` cannot: ${first.why}`
            : `${not.length} paths cannot, \`${first.path}\` among them: ${first.why}`,
        ]),
    ...beyond,
  ];
  const kind = paths === 0 ? 'not' : not.length + beyond.length === 0 ? 'reversible' : 'partly';
  return { kind, text: lines.join('; ').slice(0, 1000).toWellFormed() };
}
