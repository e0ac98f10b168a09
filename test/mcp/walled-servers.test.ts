// Servers that others wrote, within walls (M4): what they are for works, with what a person listed and nothing else, although each of them
// would do more, and the gate lets everything through.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { connectMcp, httpClient, textOf } from '../e2e/support/mcp.ts';
import { world } from '../e2e/support/world.ts';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { needsWalls } from '../isolation/support/tools.ts';
import { addSafe, processStart } from './support/behind.ts';
import { PEERS } from './support/suite.ts';

const packageOf = (name: string) => join(PEERS, 'node_modules', '@modelcontextprotocol', name);
const EVERYTHING = join(packageOf('server-everything'), 'dist', 'index.js');
const FILESYSTEM = join(packageOf('server-filesystem'), 'dist', 'index.js');

verifies(
  ['M4', 'I2'],
  'server-filesystem, told to serve the whole machine, serves the folders that are listed; server-everything needs none',
  async (context) => {
    await needsWalls(context);
    await using it = await world(FORCED_CONFIG);
    const [read, write, secret] = [tempFolder(), tempFolder(), tempFolder()];
    writeFileSync(join(read, 'note.txt'), 'a note');
    writeFileSync(join(secret, 'key'), 'nobody may read this');
    await addSafe(it, 'files', processStart(FILESYSTEM, '/'), { read: [read], write: [write] });
    await addSafe(it, 'everything', processStart(EVERYTHING), {});
    await using connected = await httpClient(it, await connectMcp(it));
    const call = (name: string, given: Record<string, unknown>) =>
      connected.client.callTool({ name, arguments: given });
    const file = (path: string) => call('files__read_text_file', { path });
    const put = (path: string) => call('files__write_file', { path, content: 'written' });

    expect(textOf(await file(join(read, 'note.txt')))).toContain('a note');
    expect((await put(join(write, 'made.txt'))).isError ?? false).toBe(false);
    expect(readFileSync(join(write, 'made.txt'), 'utf8')).toBe('written');
    for (const path of [join(secret, 'key'), join(it.daemon.home, 'daemon', 'state.json'), '/etc/shadow']) {
      const tried = await file(path);
      expect(tried.isError, path).toBe(true);
      expect(textOf(tried)).not.toMatch(/nobody may read this|token|root:/);
    }
    for (const path of [join(read, 'made.txt'), join(secret, 'made.txt'), '/usr/made.txt']) {
      expect((await put(path)).isError, path).toBe(true);
      expect(existsSync(path)).toBe(false);
    }
    expect(textOf(await call('everything__echo', { message: 'hello' }))).toBe('Echo: hello');
    expect((await call('everything__get-structured-content', { location: 'New York' })).isError ?? false).toBe(false);
  },
  { timeout: 180_000 },
);
