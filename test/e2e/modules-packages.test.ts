// Packages that lie in the state folder: what nobody added goes, and what anything may still start stays, whatever state its
// manifest is in.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { honestMcp, startDaemon, startNpmRegistry, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { publishMemo } from './support/memo-package.ts';
import { add, plan, view } from './support/modules.ts';
import { until, worldOf } from './support/world.ts';

verifies(
  ['M3', 'M4'],
  'a package that was installed for a plan nobody added goes; one that anything starts stays',
  async () => {
    const home = tempFolder();
    await using registry = await startNpmRegistry();
    writeFileSync(join(home, '.npmrc'), `registry=${registry.url}\n`);
    const [kept, left, bare] = [
      publishMemo(registry),
      publishMemo(registry, '@acme/left'),
      publishMemo(registry, 'bare'),
    ];
    const state = join(home, 'state');
    mkdirSync(state, { mode: 0o700 });
    const start = () => startDaemon({ home: state, env: { HOME: home } });
    const packages = join(state, 'modules', 'packages');
    const isThere = (name: string): boolean => existsSync(join(packages, name, 'node_modules'));
    const gone = (name: string) => until(`${name} is gone`, () => !existsSync(join(packages, name)) || undefined);
    const npx = (name: string) => ({ ...honestMcp(), command: 'npx', args: ['-y', name] });

    {
      await using daemon = await start();
      const it = worldOf(daemon);
      await add(it, 'memo', npx(kept), ['remember']);
      for (const [name, spec] of [
        ['left', left],
        ['bare', bare],
      ] as const) {
        const planned = await plan(it, name, npx(spec));
        expect(planned.status, planned.text).toBe(200);
      }
      expect([kept, left, bare].map(isThere)).toEqual([true, true, true]);
      // A plan may still be added: nothing goes because something else does.
      await add(it, 'other', honestMcp({ only: ['echo'] }));
      expect((await daemon.request('DELETE', '/v1/modules/other')).status).toBe(200);
      await daemon.stop();
      expect([kept, left, bare].map(isThere)).toEqual([true, true, true]);
    }
    // Of an installation that was cut off.
    mkdirSync(join(packages, '.draft-cut', 'node_modules'), { recursive: true });
    // Nobody believes it as it is now, and it starts the same package once somebody does.
    const manifest = join(state, 'modules', 'memo.yaml');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('version: 1.0.0', 'version: 1.0.1'));

    await using daemon = await start();
    const it = worldOf(daemon);
    for (const name of [left, bare, '.draft-cut']) await gone(name);
    expect(isThere(kept)).toBe(true);
    expect(await view(it, 'memo')).toMatchObject({ accepted: false, start: { package: { name: '@acme/memo' } } });
    expect((await daemon.request('DELETE', '/v1/modules/memo')).status).toBe(200);
    await gone(kept);
  },
  { timeout: 180_000 },
);
