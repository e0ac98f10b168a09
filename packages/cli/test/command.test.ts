// What is printed for people to type can be typed.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { commandOf, typed } from '../src/command.ts';

function folderWith(...path: readonly string[]): string {
  const folder = tempFolder();
  mkdirSync(join(folder, ...path), { recursive: true });
  writeFileSync(join(folder, ...path, 'castellan'), '');
  return folder;
}

test('on PATH it is its name; in a clone, or under npm, npx finds it; elsewhere it is the program itself', () => {
  const bin = folderWith('.');
  const clone = folderWith('node_modules', '.bin');
  const inClone = join(clone, 'packages', 'deep');
  const nowhere = tempFolder();
  const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
  expect(commandOf({ env: { PATH: `/nonexistent:${bin}` }, cwd: nowhere })).toBe('castellan');
  expect(commandOf({ env: { PATH: '/nonexistent' }, cwd: inClone })).toBe('npx castellan');
  expect(commandOf({ env: { PATH: bin, npm_execpath: '/npm' }, cwd: inClone })).toBe('npx castellan');
  expect(commandOf({ env: { PATH: bin, npm_lifecycle_event: 'start' }, cwd: inClone })).toBe('npx castellan');
  // A shell that an npm script once started, in another folder: npx would ask a registry.
  expect(commandOf({ env: { PATH: bin, npm_execpath: '/npm' }, cwd: nowhere })).toBe('castellan');
  expect(commandOf({ env: {}, cwd: nowhere })).toBe(program);
});

test('a place that cannot be looked at holds none, and ends nothing', () => {
  const bin = folderWith('.');
  // As a folder of somebody else's on the PATH that `sudo -u castellan` leaves as it is.
  const around = join(tempFolder(), 'around');
  symlinkSync('around', around);
  expect(commandOf({ env: { PATH: `${around}:${bin}` }, cwd: tempFolder() })).toBe('castellan');
  expect(commandOf({ env: { PATH: around }, cwd: around })).toBe(inRoot('packages', 'cli', 'bin', 'castellan.mjs'));
});

test('hints name it so', () => {
  expect(typed('npx castellan', 'run `castellan up`, then `castellan watch`')).toBe(
    'run `npx castellan up`, then `npx castellan watch`',
  );
});
