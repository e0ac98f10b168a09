// From the first `castellan up` to a sign-in, in a real terminal: the one-time code is on that terminal and nowhere else, what
// is typed as a password is on no screen, and a wrong word costs nothing but another try.
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERSON, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { hasTerminal, openTerminal } from './terminal.ts';

/** Every byte that was written below a folder. */
const written = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

const CODE = /one-time code +([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})/;

verifies(
  ['A7', 'A3'],
  'whoever starts it in a terminal is shown the code there and nowhere else; a restart makes another one',
  async () => {
    const home = join(tempFolder(), 'state');
    await using terminal = await openTerminal(home, 'exec /bin/sh -i');
    await terminal.shows(/shell>/);
    await terminal.types('castellan up --port 0');
    const [, first = ''] = CODE.exec(await terminal.shows(CODE)) ?? [];
    await terminal.shows(/or run +castellan setup[\s\S]*shell>/);
    expect(first).not.toBe('');
    expect(existsSync(join(home, 'daemon', 'setup-code'))).toBe(false);
    expect(written(home)).not.toContain(first);

    // A restart: the code of before opens nothing.
    await terminal.types('clear; castellan down; castellan up --port 0');
    const [, code = ''] = CODE.exec(await terminal.shows(CODE)) ?? [];
    expect(code).not.toBe(first);
    await terminal.types('clear; castellan setup');
    await terminal.shows(/one-time code, from the terminal that started the daemon:/);
    await terminal.types(first);
    await terminal.shows(/your name.*:/);
    await terminal.types(PERSON.name);
    await terminal.shows(/password \(not shown\):/);
    await terminal.types(PERSON.password);
    await terminal.shows(/once more:/);
    await terminal.types(PERSON.password);
    await terminal.shows(/castellan: error: .*code/);

    await terminal.types('clear; castellan setup');
    await terminal.shows(/one-time code, from/);
    await terminal.types(code.toLowerCase());
    await terminal.shows(/your name.*:/);
    await terminal.types(PERSON.name);
    // A weak one is refused with the rule it breaks, and asked for again.
    for (const password of ['password1234', PERSON.password]) {
      await terminal.shows(/password \(not shown\): *$/m);
      await terminal.types(password);
      await terminal.shows(/once more: *$/m);
      await terminal.types(password);
      await terminal.shows(password === PERSON.password ? /set-up is done/ : /castellan: error: [\s\S]*password \(not/);
    }
    const screen = await terminal.shows(/set-up is done: mia is the administrator/);
    expect(screen).not.toContain(PERSON.password);
    expect(screen).not.toContain('password1234');
    expect(written(home)).not.toContain(PERSON.password);

    await terminal.types('clear; castellan whoami; castellan logout; castellan whoami');
    await terminal.shows(/mia, admin; signed in with password alone[\s\S]*signed out[\s\S]*nobody is signed in here/);
    await terminal.types('clear; castellan login');
    await terminal.shows(/name \[mia\]:/);
    await terminal.types('');
    await terminal.shows(/password \(not shown\):/);
    await terminal.types(PERSON.password);
    await terminal.shows(/mia is signed in in this terminal/);
    await terminal.types('clear; castellan down');
    await terminal.shows(/castellan has stopped/);
  },
  { skip: !hasTerminal, timeout: 90_000 },
);

verifies(
  ['A7'],
  'run in the terminal itself it shows the code there too, and ends with Ctrl-C',
  async () => {
    const home = join(tempFolder(), 'state');
    await using terminal = await openTerminal(home, 'exec /bin/sh -i');
    await terminal.shows(/shell>/);
    await terminal.types('castellan up --foreground --port 0');
    const [, code = ''] = CODE.exec(await terminal.shows(CODE)) ?? [];
    expect(existsSync(join(home, 'daemon', 'setup-code'))).toBe(false);
    expect(written(home)).not.toContain(code);
    await terminal.press('C-c');
    await terminal.shows(/\^C[\s\S]*shell> *$/m);
    await terminal.types('echo ended $?; castellan status --line');
    await terminal.shows(/ended 0\s+castellan off/);
  },
  { skip: !hasTerminal, timeout: 60_000 },
);
