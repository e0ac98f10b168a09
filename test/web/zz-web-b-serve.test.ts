// Scratch of web-b: keeps a lively daemon up. Not committed.
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { pagesWorld } from './support/pages-world.ts';

test('serve', async () => {
  const it = await pagesWorld();
  const t = await it.terminal.terminal();
  writeFileSync(
    '/tmp/web-b/world.json',
    JSON.stringify({ port: it.world.daemon.state.port, home: it.world.daemon.home, terminal: t.id, viewer: it.viewer }),
  );
  while (!existsSync('/tmp/web-b/stop')) await new Promise((r) => setTimeout(r, 500));
  await it[Symbol.asyncDispose]();
}, 7_200_000);
