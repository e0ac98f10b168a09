// The attacker can write files below the packages that we installed: a dependency, a preload, a link that leads out. Whatever
// it changes, the server is another one, and an installation that stands there is not used again (M3).
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { McpProcess } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { installedRoot, treeDigest } from '../src/mcp/install/tree.ts';
import { identify } from '../src/mcp/upstream/identity.ts';

interface Ground {
  readonly root: string;
  readonly start: McpProcess;
  readonly put: (name: string, text: string) => void;
  readonly digest: () => Promise<string>;
}

function installed(more: Partial<McpProcess> = {}): Ground {
  const root = join(tempFolder(), 'modules', 'packages', '@scope', 'note@1.2.0');
  const put = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  put('node_modules/@scope/note/run.js', "require('dep')");
  put('node_modules/dep/index.js', 'honest');
  put('node_modules/dep/data/words.txt', 'a');
  mkdirSync(join(root, 'node_modules', '.bin'));
  symlinkSync('../@scope/note/run.js', join(root, 'node_modules', '.bin', 'note'));
  const start: McpProcess = {
    kind: 'mcp',
    command: process.execPath,
    args: [join(root, 'node_modules/@scope/note/run.js')],
    env: {},
    pass: [],
    timeoutSeconds: 20,
    concurrency: 1,
    package: { ecosystem: 'npm', name: '@scope/note', version: '1.2.0', integrity: 'sha512-abc' },
    ...more,
  };
  const digest = async (): Promise<string> => {
    const found = await identify(start, root, undefined);
    return found.ok ? found.identity.digest : found.why;
  };
  return { root, start, put, digest };
}

test('whatever of an installed package is changed, added or removed, it is another server; and the same again when it is undone', async () => {
  const { root, put, digest } = installed();
  const at = (name: string): string => join(root, name);
  const before = await digest();
  expect(before).toMatch(/^sha256:/);
  expect(await digest()).toBe(before);
  const changes: readonly (readonly [string, () => void, () => void])[] = [
    [
      'a dependency',
      () => put('node_modules/dep/index.js', 'hostil'),
      () => put('node_modules/dep/index.js', 'honest'),
    ],
    [
      'a dependency, its times as they were',
      () => {
        put('node_modules/dep/index.js', 'hostil');
        utimesSync(at('node_modules/dep/index.js'), 1, 1);
      },
      () => put('node_modules/dep/index.js', 'honest'),
    ],
    [
      'a file beside',
      () => put('node_modules/fs-extra/index.js', ''),
      () => rmSync(at('node_modules/fs-extra'), { recursive: true }),
    ],
    [
      'an empty folder',
      () => mkdirSync(at('node_modules/empty')),
      () => rmSync(at('node_modules/empty'), { recursive: true }),
    ],
    [
      'one file less',
      () => renameSync(at('node_modules/dep/data/words.txt'), at('../words.txt')),
      () => renameSync(at('../words.txt'), at('node_modules/dep/data/words.txt')),
    ],
    [
      'another name',
      () => renameSync(at('node_modules/dep/data'), at('node_modules/dep/date')),
      () => renameSync(at('node_modules/dep/date'), at('node_modules/dep/data')),
    ],
    [
      'a program now',
      () => chmodSync(at('node_modules/dep/index.js'), 0o755),
      () => chmodSync(at('node_modules/dep/index.js'), 0o644),
    ],
    [
      'a link to another file of it',
      () => {
        rmSync(at('node_modules/.bin/note'));
        symlinkSync('../dep/index.js', at('node_modules/.bin/note'));
      },
      () => {
        rmSync(at('node_modules/.bin/note'));
        symlinkSync('../@scope/note/run.js', at('node_modules/.bin/note'));
      },
    ],
  ];
  for (const [what, change, undo] of changes) {
    change();
    expect(await digest(), what).not.toBe(before);
    undo();
    expect(await digest(), what).toBe(before);
  }
});

test('a link that leads out of an installed package, and what is no file, make no server of it', async () => {
  const { root, digest } = installed();
  const link = join(root, 'node_modules', 'dep', 'more');
  for (const to of ['/etc', '../../../../..', '../../../note@1.2.0-other/index.js', join(root, 'node_modules')]) {
    symlinkSync(to, link);
    expect(await digest(), to).toMatch(/no installation of ours: `node_modules\/dep\/more` leads out of it/);
    rmSync(link);
  }
  expect(await digest()).toMatch(/^sha256:/);
});

test('only what we installed is read whole: where another program is named, its folder is nobody', async () => {
  const { start, root } = installed();
  expect(installedRoot(start)).toBe(root);
  const { package: _, ...own } = start;
  expect(installedRoot(own)).toBeNull();
  expect(installedRoot({ ...start, args: ['/opt/note/run.js'] })).toBeNull();
  const site = '/state/modules/packages/pypi/mcp-server-note-1.0/site';
  const pinned = { ecosystem: 'pypi', name: 'MCP_server.note', version: '1.0', integrity: 'sha256-abc' } as const;
  expect(installedRoot({ ...start, args: [`${site}/bin/note`], package: pinned })).toBe(site);
  const beside = site.replace('-1.0', '-1.0+0123456789ab');
  expect(installedRoot({ ...start, args: [`${beside}/bin/note`], package: pinned })).toBe(beside);
  expect(await treeDigest('/nonexistent/root')).toMatchObject({ ok: false });
});
