// Which files are pages of the site, and how they are listed: docs/README.md is the one list, in its order and under its headings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT_PAGES: ReadonlySet<string> = new Set([
  'README.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'DEPENDENCIES.md',
]);

/** Whether a path from the root is a page. */
export const pageOf = (path: string): boolean =>
  ROOT_PAGES.has(path) || (path.startsWith('docs/') && path.endsWith('.md'));

export interface SidebarGroup {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: { readonly text: string; readonly link: string }[];
}

const HEADING = /^\*\*(.+)\*\*$/;

/** The groups of docs/README.md, each with the pages it links to in their order, the first mention counting. */
export function groupsIn(index: string): readonly SidebarGroup[] {
  const groups: { text: string; collapsed: boolean; items: { text: string; link: string }[] }[] = [];
  const seen = new Set<string>();
  for (const line of index.split('\n')) {
    const heading = HEADING.exec(line.trim())?.[1];
    if (heading !== undefined) groups.push({ text: heading, collapsed: groups.length > 0, items: [] });
    for (const [, text = '', target = ''] of line.matchAll(/\[([^\]]+)\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      const path = join('docs', target);
      if (!pageOf(path) || seen.has(path)) continue;
      seen.add(path);
      groups.at(-1)?.items.push({ text, link: `/${path.replace(/\.md$/, '')}` });
    }
  }
  return groups.filter(({ items }) => items.length > 0);
}

/** The sidebar. @param root of the checkout */
export const sidebarOf = (root: string): SidebarGroup[] => [
  ...groupsIn(readFileSync(join(root, 'docs', 'README.md'), 'utf8')),
];
