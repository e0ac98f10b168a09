// What a command makes of the places that are looked at while it runs: each look may find another folder than the one before.
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { reachOf } from '../src/confine/reach.ts';
import { type Confinement, isRepository, keptIn } from '../src/index.ts';
import { Aside } from '../src/workspace/aside.ts';

/** Stands for a folder that was closed (`chmod 0`), which stops everybody but root: nothing behind it can be looked at. */
function close(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  symlinkSync(folder, folder);
}

function project(): string {
  const at = join(tempFolder(), 'project');
  mkdirSync(at);
  return at;
}

test('a folder that is closed between two looks at one place stops the command, and throws nothing', () => {
  const at = project();
  const aside = new Aside([join(at, '.git')], () => {
    close(at);
    return false;
  });
  expect(aside.look()).toBeNull();
  mkdirSync(join(at, '.git'));
  expect(aside.look()).toBeNull();
  expect(aside.look()).toContain('cannot be looked at');
});

test('what cannot be looked at any more is told, and stops the command', () => {
  const at = project();
  const aside = new Aside(keptIn(at), () => false);
  expect(aside.look()).toBeNull();
  close(at);
  expect(aside.look()).toContain('cannot be looked at');
  expect(aside.said.join()).toContain('look at it');
  // Told once, however often it is looked at.
  const before = aside.said.length;
  aside.look();
  expect(aside.said).toHaveLength(before);
});

test('what could not be looked at before either stops nothing; what comes to light there is moved aside', () => {
  const at = project();
  close(at);
  const aside = new Aside([join(at, '.mcp.json')], () => false);
  expect(aside.look()).toBeNull();
  rmSync(at);
  mkdirSync(at);
  writeFileSync(join(at, '.mcp.json'), '{}');
  expect(aside.look()).toBeNull();
  expect(readdirSync(at)).toEqual(['.mcp.json.castellan-aside-1']);
});

test('a look that fails in any other way stops the command as well', () => {
  const at = project();
  const aside = new Aside([join(at, '.mcp.json')], () => {
    throw new Error('no');
  });
  writeFileSync(join(at, '.mcp.json'), '{}');
  expect(aside.look()).toContain('cannot be looked at');
});

test('what cannot be looked at counts as no repository, so that it is kept', () => {
  const at = project();
  close(at);
  expect(isRepository(join(at, '.git'))).toBe(false);
  expect(keptIn(at)).toContain(join(at, '.git'));
});

test('no program starts beside something kept that nobody can look at: it would find it open', () => {
  const at = project();
  mkdirSync(join(at, '.git'));
  writeFileSync(join(at, '.git', 'config'), '');
  const keep = [join(at, '.git', 'config'), join(at, '.envrc')];
  const spec = { write: [at], read: [], keep, never: [], given: [], home: '/nobody' } as unknown as Confinement;
  expect(reachOf(spec)).toMatchObject({ ok: true });
  close(join(at, '.git'));
  expect(reachOf(spec)).toMatchObject({ ok: false, why: expect.stringContaining('cannot be looked at') });
});

test('a file in the place of a folder is not a closed folder: what makes a worktree goes on', () => {
  const at = project();
  const aside = new Aside([join(at, '.git', 'hooks')], () => false);
  writeFileSync(join(at, '.git'), 'gitdir: elsewhere');
  expect(aside.look()).toBeNull();
  expect(aside.said).toEqual([]);
});
