// Names that could be taken for each other. Names are ASCII by then (a definition with another name is unusable), so what is
// left is case, letters that look alike, separators, doubled letters, a letter more or less, and a namespace put before.

/** Shorter names are near to many others by chance. */
const MIN_FOR_DISTANCE = 6;
/** Words a namespace may be: `github_create_issue` is `create_issue` to whoever reads quickly. */
const MIN_TAIL = 6;

/** What two names have in common that cannot be told apart at a glance; null: they can. */
export function likeness(a: string, b: string): string | null {
  if (a === b) return null;
  if (a.toLowerCase() === b.toLowerCase()) return 'but for capital letters';
  const looks = skeleton(a) === skeleton(b);
  if (looks && bare(a) === bare(b)) return 'but for its separators';
  if (looks) return 'but for letters that look alike';
  const plainA = bare(a);
  const plainB = bare(b);
  if (isPlural(plainA, plainB) || isVersion(a, b)) return null;
  if (Math.min(plainA.length, plainB.length) >= MIN_FOR_DISTANCE && isOneEdit(plainA, plainB))
    return 'but for one letter';
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return isTail(short, long) ? `but for \`${long.slice(0, long.length - short.length)}\` before it` : null;
}

/** `read_file` and `Read-File` are the same without case and separators. */
const bare = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '');

/** One spelling for everything that looks the same. Capitals are told apart first: `I` looks like `l`, `i` does not. */
export const skeleton = (name: string): string =>
  name
    .replace(/[I1|]/g, 'l')
    .toLowerCase()
    .replace(/[-_.]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('5', 's')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/(.)\1+/g, '$1');

/** `list_issue` beside `list_issues`: two tools of one author more often than not. */
const isPlural = (a: string, b: string): boolean => a === `${b}s` || b === `${a}s`;

/** `search_v1` and `search_v2`, `tool-1` and `tool-2`: told apart by a number that is meant to be read. */
const isVersion = (a: string, b: string): boolean =>
  /[0-9]$/.test(a) && /[0-9]$/.test(b) && a.replace(/[0-9]+$/, '') === b.replace(/[0-9]+$/, '');

/** One letter put in, left out, changed, or two swapped. */
function isOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  const rest = long.slice(start + 1);
  if (short.length < long.length) return short.slice(start) === rest;
  if (short.slice(start + 1) === rest) return true;
  return (
    short[start] === long[start + 1] &&
    short[start + 1] === long[start] &&
    short.slice(start + 2) === long.slice(start + 2)
  );
}

const isTail = (short: string, long: string): boolean =>
  short.length >= MIN_TAIL &&
  long.length > short.length + 1 &&
  long.endsWith(short) &&
  /[-_.]$/.test(long.slice(0, long.length - short.length));
