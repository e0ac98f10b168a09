// A download that is run: `curl … | sh`, `bash <(curl …)`, `eval "$(curl …)"`, `curl -o x …; sh x`. Pure, over the effects of one
// command: what is fetched inside the words of what runs code, or is written by a fetch and run later, is downloaded code.
import type { Effect } from '@castellan/contract';

const FETCHES: ReadonlySet<string> = new Set(
  'curl wget aria2c axel http https xh xhs httpie fetch lwp-download GET scp rsync rclone gsutil'.split(' '),
);
const CODE: ReadonlySet<string> = new Set(['inline-code', 'project-code']);

const isFetch = ({ kind, target, certainty, resource }: Effect): boolean =>
  kind === 'execute' && certainty === 'certain' && resource === undefined && FETCHES.has(target);
/** Code that is not known, by its own name or as text that is evaluated. */
const isCode = ({ kind, certainty, resource, note }: Effect): boolean =>
  (kind === 'execute' && certainty === 'unknown' && (resource === undefined || CODE.has(resource))) ||
  (kind === 'unknown' && /evaluates text|runs the commands of a file|text that is evaluated/.test(note ?? ''));

const holds = (outer: Effect, inner: Effect): boolean => {
  const [a, b] = outer.span ?? [0, -1];
  const [c, d] = inner.span ?? [-1, -1];
  return a <= c && d <= b;
};
const before = (one: Effect, other: Effect): boolean => (one.span?.[1] ?? 0) <= (other.span?.[0] ?? -1);

/** The effects to add: one for each place where something that was just fetched is run. */
export function downloadsThatRun(effects: readonly Effect[]): readonly Effect[] {
  const fetches = effects.filter(isFetch);
  if (fetches.length === 0) return [];
  // Only what was fetched from elsewhere: a server on this machine is the project's own.
  if (!effects.some(({ kind, place }) => kind === 'connect' && place !== 'loopback')) return [];
  const saved = effects.filter(
    ({ kind, targetKind, span }) => kind === 'write' && targetKind === 'path' && span !== undefined,
  );
  const found: Effect[] = [];
  for (const code of effects.filter(isCode)) {
    const inside = fetches.some((fetch) => holds(code, fetch));
    const files = saved.filter((write) => fetches.some((fetch) => holds(fetch, write)) && before(write, code));
    const runsSaved = files.some(
      (write) => namesFile(code, write.target) || effects.some((read) => reads(read, code, write.target)),
    );
    if (!inside && !runsSaved) continue;
    const { span } = code;
    found.push({
      kind: 'execute',
      target: (code.target === '' ? 'what was downloaded' : code.target).slice(0, 200),
      targetKind: 'command',
      place: 'none',
      certainty: 'unknown',
      resource: 'downloaded-code',
      ...(span === undefined ? {} : { span }),
      note: 'runs what it has just downloaded',
    });
  }
  return found;
}

/** `sh x` reads `x` in its own words; `./x` is `x`. */
const reads = ({ kind, target, span }: Effect, code: Effect, file: string): boolean =>
  kind === 'read' &&
  target === file &&
  (span?.[0] ?? -1) >= (code.span?.[0] ?? 0) &&
  (span?.[0] ?? -1) <= (code.span?.[1] ?? -1);

const namesFile = ({ target }: Effect, file: string): boolean => {
  const word = target.split(' ')[0]?.replace(/^\.\//, '') ?? '';
  return word !== '' && (file === word || file.endsWith(`/${word}`));
};
