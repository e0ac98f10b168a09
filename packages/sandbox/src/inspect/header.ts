// What a script says of itself: who wrote it, what it may do, how much it may use. Everything it says wrongly is a fault.
import type { ScriptLimits } from '@castellan/contract';
import type { Faults } from './faults.ts';
import { readLimits, STANDARD_LIMITS } from './header-limits.ts';
import { type HeaderLine, type HeaderWord, headerLines } from './header-line.ts';
import { HOST, MOST, SECRET, TOOL } from './names.ts';

export interface Header {
  readonly about: { readonly description: string; readonly author: string; readonly version: string };
  /** Sorted, each once; with where it is said. */
  readonly secrets: readonly HeaderWord[];
  readonly hosts: readonly HeaderWord[];
  readonly tools: readonly HeaderWord[];
  readonly limits: ScriptLimits;
}

const TEXTS = ['description', 'author', 'version'] as const;
const LISTS = {
  secrets: { pattern: SECRET, example: 'a name has letters, digits, `_`, `.` and `-`' },
  hosts: {
    pattern: HOST,
    example: 'a host is written `example.org`, `*.example.org` or `example.org:8443`, in lower case',
  },
  tools: { pattern: TOOL, example: 'a tool is written `module/tool`' },
} as const;
const KNOWN: readonly string[] = [...TEXTS, ...Object.keys(LISTS), 'limits'];

export function readHeader(source: string, faults: Faults): Header {
  const lines = new Map<string, HeaderLine>();
  for (const line of headerLines(source)) {
    // One is as good as many.
    const key = line.key === 'secret' ? 'secrets' : line.key;
    if (key === '') faults.add(line, 'a line of the header is written `# @key: value`');
    else if (!KNOWN.includes(key))
      faults.add(line, `the header knows no \`@${key.slice(0, 40)}\``, `it knows ${KNOWN.join(', ')}`);
    else if (lines.has(key)) faults.add(line, `\`@${key}\` is there twice`);
    else lines.set(key, line);
  }
  const text = (key: (typeof TEXTS)[number]): string => {
    const line = lines.get(key);
    if (line === undefined) return '';
    if (line.value.length > MOST[key]) faults.add(line, `\`@${key}\` is longer than ${MOST[key]} characters`);
    return line.value;
  };
  const list = (key: keyof typeof LISTS): readonly HeaderWord[] => readList(key, lines.get(key), faults);
  const limits = lines.get('limits');
  return {
    about: { description: text('description'), author: text('author'), version: text('version') },
    secrets: list('secrets'),
    hosts: list('hosts'),
    tools: list('tools'),
    limits: limits === undefined ? STANDARD_LIMITS : readLimits(limits.words, faults),
  };
}

function readList(key: keyof typeof LISTS, line: HeaderLine | undefined, faults: Faults): readonly HeaderWord[] {
  if (line === undefined) return [];
  if (line.words.length === 0) faults.add(line, `\`@${key}\` names nothing`);
  if (line.words.length > MOST[key]) faults.add(line, `\`@${key}\` names more than ${MOST[key]}`);
  const { pattern, example } = LISTS[key];
  const found = new Map<string, HeaderWord>();
  for (const word of line.words) {
    if (!pattern.test(word.text))
      faults.add(word, `\`${word.text.slice(0, 100)}\` is no name for \`@${key}\``, example);
    else if (found.has(word.text)) faults.add(word, `\`@${key}\` names \`${word.text}\` twice`);
    else found.set(word.text, word);
  }
  return [...found.values()].toSorted((a, b) => (a.text < b.text ? -1 : 1));
}
