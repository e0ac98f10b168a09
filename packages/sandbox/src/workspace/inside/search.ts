// search_text: a pattern in the lines of files, with lines around each.
import { closeSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { beginning } from './cut.ts';
import { ToolFault } from './fault.ts';
import { namesLike } from './glob.ts';
import { openDecided } from './open.ts';
import { searchPattern } from './pattern.ts';
import { isBinary } from './text.ts';
import { walk } from './walk.ts';

const LARGEST = 5 * 1024 * 1024;
const MOST_MATCHES = 200;
const MOST_CONTEXT = 20;
const LONGEST_LINE = 400;
const MOST_CHARACTERS = 60_000;

const limited = (value: unknown, otherwise: number, most: number): number =>
  Math.min(typeof value === 'number' ? value : otherwise, most);

export function searchTool(args: JsonObject, target: string, prefix: string): readonly JsonObject[] {
  const pattern = searchPattern(String(args.pattern ?? ''), args.ignore_case === true);
  const context = limited(args.context, 0, MOST_CONTEXT);
  const most = limited(args.limit, MOST_MATCHES, MOST_MATCHES);
  const isFolder = statSync(target).isDirectory();
  const { files, isWhole } = isFolder ? walk(target, args.include_ignored === true) : { files: [''], isWhole: true };
  const fits = typeof args.glob === 'string' && isFolder ? namesLike(args.glob) : () => true;
  const onlyNames = args.files_only === true;
  const shown: string[] = [];
  let [matches, characters, skipped, looked] = [0, 0, 0, 0];
  for (const relative of files.filter(fits)) {
    if (matches >= most || characters >= MOST_CHARACTERS) break;
    const text = contents(relative === '' ? target : join(target, relative), !isFolder);
    if (text === null) {
      skipped += 1;
      continue;
    }
    looked += 1;
    const name = relative === '' ? prefix : prefix + relative;
    const found = matchesIn(text.split(/\r?\n/), pattern, onlyNames ? 1 : most - matches);
    if (found.at.length === 0) continue;
    matches += found.at.length;
    const block = onlyNames ? name : [name, ...around(found, context)].join('\n');
    characters += block.length;
    shown.push(block);
  }
  const cut = matches >= most || characters >= MOST_CHARACTERS;
  const notes = [
    ...(cut ? [`(stopped after ${matches} matches: make the pattern narrower, or name a folder with \`path\`)`] : []),
    ...(isWhole ? [] : ['(not everything was looked at: there are too many files; name a folder with `path`)']),
  ];
  const nothing = `no match in ${looked} files${skipped > 0 ? `, ${skipped} are no text or too large` : ''}`;
  return [
    { type: 'text', text: [shown.length === 0 ? nothing : shown.join(onlyNames ? '\n' : '\n\n'), ...notes].join('\n') },
  ];
}

/** null: it is no text, or gone. */
function contents(path: string, isNamed: boolean): string | null {
  try {
    const { fd, stat } = openDecided(path, 'file');
    try {
      if (stat.size > LARGEST) {
        if (isNamed) throw new ToolFault(`it is too large to be searched: ${stat.size} bytes`);
        return null;
      }
      const bytes = readFileSync(fd);
      return isBinary(bytes) ? null : bytes.toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isNamed) throw error;
    return null;
  }
}

interface Found {
  readonly lines: readonly string[];
  readonly at: readonly number[];
}

function matchesIn(lines: readonly string[], pattern: RegExp, most: number): Found {
  const at: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (at.length >= most) break;
    if (pattern.test(line)) at.push(index);
  }
  return { lines, at };
}

function around({ lines, at }: Found, context: number): readonly string[] {
  const hits = new Set(at);
  const shown = new Set(
    at.flatMap((hit) => Array.from({ length: 2 * context + 1 }, (_, step) => hit - context + step)),
  );
  const order = [...shown].filter((index) => index >= 0 && index < lines.length).toSorted((a, b) => a - b);
  return order.flatMap((index, place) => {
    const line = lines[index] ?? '';
    const begun = beginning(line, LONGEST_LINE);
    const cut = begun === line ? line : `${begun.toWellFormed()} …`;
    const gap = context > 0 && place > 0 && order[place - 1] !== index - 1 ? ['--'] : [];
    return [...gap, `${index + 1}${hits.has(index) ? ':' : '-'} ${cut}`];
  });
}
