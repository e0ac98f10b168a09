// Clients' files on disk: replaced whole while they are what was read, with their mode; put back byte for byte.
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { type ReadClientFile, readClientFile, replaceClientFile } from '../src/mcp-clients/client-file.ts';
import { mcpClient } from '../src/mcp-clients/clients.ts';
import { keepMove, keptBefore, listMoves } from '../src/mcp-clients/moves.ts';
import { undoMove } from '../src/mcp-clients/undo-move.ts';

const TEXT = '\uFEFF{"mcpServers":{"a":{"command":"x","env":{"KEY":"secret-value"}}}} \r\n';
const OWN = { command: '/n', args: ['mcp'], env: {} };
const PATHS = [['mcpServers', 'a']];
const DIGEST = `sha256:${'0'.repeat(64)}` as const;

async function read(home: string, path: string, project: string | null = null): Promise<ReadClientFile> {
  const found = await readClientFile({ client: 'cursor', path, project }, home);
  if (found.kind !== 'read') throw new Error(found.kind === 'refused' ? found.why : found.kind);
  return found.file;
}

test('a file is replaced with its mode, and only while it is what was read', async () => {
  const home = tempFolder();
  const path = join(home, 'mcp.json');
  writeFileSync(path, TEXT);
  chmodSync(path, 0o640);
  const file = await read(home, path);
  expect(file.text).toBe(TEXT);
  writeFileSync(path, `${TEXT} `);
  expect(await replaceClientFile(file, 'new')).toBe('it was changed since it was read');
  expect(readFileSync(path, 'utf8')).toBe(`${TEXT} `);
  expect(await replaceClientFile(await read(home, path), 'new')).toBeNull();
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(home)).toEqual(['mcp.json']);
});

test('links: of the user within the home folder, of a project within the project, nowhere else', async () => {
  const home = tempFolder();
  const outside = join(tempFolder(), 'mcp.json');
  const project = join(home, 'p');
  mkdirSync(project);
  mkdirSync(join(home, 'dotfiles'));
  for (const path of [outside, join(home, 'dotfiles', 'mcp.json')]) writeFileSync(path, TEXT);
  symlinkSync(join(home, 'dotfiles', 'mcp.json'), join(home, 'mcp.json'));
  symlinkSync(outside, join(home, 'out.json'));
  symlinkSync(join(home, 'dotfiles', 'mcp.json'), join(project, 'mcp.json'));
  const inside = await read(home, join(home, 'mcp.json'));
  expect(await replaceClientFile(inside, 'new')).toBeNull();
  expect(readFileSync(join(home, 'dotfiles', 'mcp.json'), 'utf8')).toBe('new');
  const refused = (path: string, of: string | null) => readClientFile({ client: 'cursor', path, project: of }, home);
  expect(await refused(join(home, 'out.json'), null)).toMatchObject({ kind: 'refused' });
  expect(await refused(join(project, 'mcp.json'), project)).toMatchObject({ kind: 'refused' });
  linkSync(outside, join(home, 'twice.json'));
  expect(await refused(join(home, 'twice.json'), null)).toMatchObject({ kind: 'refused' });
  expect(await refused(home, null)).toMatchObject({ kind: 'refused' });
  writeFileSync(join(home, 'binary.json'), Buffer.from([0xff, 0xfe, 0]));
  expect(await refused(join(home, 'binary.json'), null)).toMatchObject({ kind: 'refused', why: 'it is no text' });
  expect(await refused(join(home, 'none.json'), null)).toEqual({ kind: 'absent' });
});

async function moved() {
  const home = tempFolder();
  const state = join(home, 'state');
  const path = join(home, 'mcp.json');
  writeFileSync(path, TEXT);
  const file = await read(home, path);
  const after = mcpClient('cursor').moveOut(TEXT, PATHS, OWN) ?? '';
  const entries = [{ name: 'a', path: ['mcpServers', 'a'], module: 'a', digest: DIGEST }];
  const kept = await keepMove(
    state,
    { client: 'cursor', path, project: null, at: 1, entries },
    { before: TEXT, after },
  );
  return { home, state, path, kept, change: () => replaceClientFile(file, after) };
}

test('what was kept is private, says the exact bytes, and is gone once they are back', async () => {
  const { home, state, path, kept, change } = await moved();
  expect(readFileSync(keptBefore(kept), 'utf8')).toBe(TEXT);
  expect(statSync(keptBefore(kept)).mode & 0o777).toBe(0o600);
  expect(statSync(kept.folder).mode & 0o777).toBe(0o700);
  expect(await change()).toBeNull();
  expect(readFileSync(path, 'utf8')).not.toContain('secret-value');
  expect(await undoMove(kept, home)).toEqual({ kind: 'original' });
  expect(readFileSync(path, 'utf8')).toBe(TEXT);
  expect(readdirSync(kept.folder)).toEqual(['move.json']);
  expect((await listMoves(state)).map(({ move }) => move.state)).toEqual(['undone']);
});

test('it died between keeping and changing: nothing is to be put back', async () => {
  const { home, path, kept } = await moved();
  expect(await undoMove(kept, home)).toEqual({ kind: 'never-changed' });
  expect(readFileSync(path, 'utf8')).toBe(TEXT);
});

test('changed since: our entry goes and theirs comes back, or the file is left and the kept copy named', async () => {
  const { home, path, kept, change } = await moved();
  await change();
  const other = readFileSync(path, 'utf8').replace('{"mcpServers"', '{"more":1,"mcpServers"');
  writeFileSync(path, other.replace('"castellan"', '"renamed"'));
  expect(await undoMove(kept, home)).toMatchObject({ kind: 'left', keptCopy: keptBefore(kept) });
  writeFileSync(path, other);
  expect(await undoMove(kept, home)).toEqual({ kind: 'entries' });
  expect(readFileSync(path, 'utf8')).toBe(TEXT.replace('{"mcpServers"', '{"more":1,"mcpServers"'));
});
