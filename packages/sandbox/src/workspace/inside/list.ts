// list_folder and find_files: names, and nothing of what is in them.
import { closeSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@castellan/contract';
import { namesLike } from './glob.ts';
import { openDecided, within } from './open.ts';
import { walk } from './walk.ts';

const MOST_LISTED = 1000;
const MOST_FOUND = 200;

export function listTool(_args: JsonObject, target: string, name: string): readonly JsonObject[] {
  const { fd } = openDecided(target, 'folder');
  try {
    const entries = readdirSync(within(fd, '.'), { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    const lines = entries.slice(0, MOST_LISTED).map((entry) => {
      if (entry.isDirectory()) return `${entry.name}/`;
      if (entry.isSymbolicLink()) return `${entry.name} (link)`;
      if (!entry.isFile()) return `${entry.name} (no ordinary file)`;
      return `${entry.name}  ${lstatSync(within(fd, entry.name), { throwIfNoEntry: false })?.size ?? 0} bytes`;
    });
    const more = entries.length > MOST_LISTED ? [`(${entries.length - MOST_LISTED} more entries)`] : [];
    const text = entries.length === 0 ? `\`${name}\` is empty` : [...lines, ...more].join('\n');
    return [{ type: 'text', text }];
  } finally {
    closeSync(fd);
  }
}

const changedAt = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

export function findTool(args: JsonObject, target: string, prefix: string): readonly JsonObject[] {
  closeSync(openDecided(target, 'folder').fd);
  const glob = typeof args.pattern === 'string' ? args.pattern : '*';
  // A pattern may be written with the folder it is looked for in.
  const fits = namesLike(glob.startsWith(`${target}/`) ? glob.slice(target.length + 1) : glob);
  const { files, isWhole } = walk(target, args.include_ignored === true);
  const found = files
    .filter(fits)
    .map((relative) => ({ relative, at: changedAt(join(target, relative)) }))
    .toSorted((a, b) => b.at - a.at || (a.relative < b.relative ? -1 : 1));
  const lines = found.slice(0, MOST_FOUND).map(({ relative }) => prefix + relative);
  const notes = [
    ...(found.length > MOST_FOUND ? [`(${found.length - MOST_FOUND} more: make the pattern narrower)`] : []),
    ...(isWhole ? [] : ['(not everything was looked at: there are too many files; name a folder with `path`)']),
  ];
  const text = found.length === 0 ? `no file is named like \`${glob}\`` : lines.join('\n');
  return [{ type: 'text', text: [text, ...notes].join('\n') }];
}
