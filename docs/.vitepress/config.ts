// The documentation as a site: the same Markdown that is read in the repository, nothing written twice. It asks nobody for anything:
// fonts, search and scripts are its own.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { pageOf, sidebarOf } from '../../tools/docs/site/pages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  title: 'Castellan',
  description: 'The keeper between an AI agent and everything it can touch',
  srcDir: root,
  srcExclude: [
    '**/node_modules/**',
    'packages/**',
    'test/**',
    'examples/**',
    'bench/**',
    'container/**',
    'native/**',
    '.cache/**',
  ],
  outDir: join(root, '.cache', 'site'),
  cacheDir: join(root, '.cache', 'vitepress'),
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: false,
  lastUpdated: false,
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: sidebarOf(root),
    nav: [
      { text: 'Guide', link: '/docs/README' },
      { text: 'Guardrails', link: '/docs/reference/guardrails' },
      { text: 'Privacy', link: '/docs/reference/privacy' },
      { text: 'Security', link: '/SECURITY' },
    ],
  },
  markdown: {
    config: (md) => {
      // A link to a source file leads to no page: its name stays, the link goes.
      md.core.ruler.push('only-pages', (state) => {
        const here = dirname(join(root, String((state.env as { relativePath?: string }).relativePath ?? '')));
        for (const token of state.tokens) dropDeadEnds(token.children ?? [], here);
      });
    },
  },
});

interface Inline {
  type: string;
  tag: string;
  hidden: boolean;
  attrGet(name: string): string | null;
}

function dropDeadEnds(tokens: readonly Inline[], here: string): void {
  let dropped = false;
  for (const token of tokens) {
    if (token.type === 'link_open') dropped = !leadsToPage(token.attrGet('href') ?? '', here);
    if (dropped && (token.type === 'link_open' || token.type === 'link_close')) {
      token.type = 'text';
      token.tag = '';
    }
  }
}

function leadsToPage(href: string, here: string): boolean {
  if (/^[a-z]+:|^#/.test(href)) return true;
  const path = relative(root, join(here, decodeURIComponent(href.split('#')[0] ?? '')));
  return pageOf(path) && existsSync(join(root, path));
}
