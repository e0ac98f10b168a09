// What a project brings to OpenCode that nobody decides, as its alarm tells it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { openCodeAround } from '../src/opencode/watch/around.ts';

async function told(settings: object): Promise<readonly string[]> {
  const root = tempFolder();
  mkdirSync(join(root, '.git'), { recursive: true });
  writeFileSync(join(root, 'opencode.json'), JSON.stringify(settings));
  const machine = { home: join(root, 'state'), userHome: '/nonexistent', cwd: root, env: {}, etc: '/nonexistent' };
  const found = await openCodeAround(root, { mode: 'hooks' } as Parameters<typeof openCodeAround>[1], machine);
  return found.flatMap((one) => ('text' in one ? [one.text] : []));
}

describe('settings of a project that reach out of it', () => {
  const OUT: Readonly<Record<string, object>> = {
    'an absolute path': { instructions: ['/etc/passwd'] },
    'a path of the home folder': { instructions: ['~/.ssh/id_rsa'] },
    'a path above the project': { instructions: ['docs/../../x'] },
    'an address': { instructions: ['https://example.org/x'] },
    'a file filled in': { username: '{file:~/.ssh/id_rsa}' },
    'a variable filled in': { username: '{env:TOKEN}' },
  };
  for (const [name, settings] of Object.entries(OUT))
    test(name, async () => {
      expect(await told(settings)).toEqual([expect.stringContaining('outside the project')]);
    });

  test('what stays in it is nothing to tell', async () => {
    expect(await told({ instructions: ['docs/*.md', 'a..b.md'], username: 'x' })).toEqual([]);
  });
});
