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
    // Until the screen is cleared the first one still stands there.
    const another = new RegExp(CODE.source.replace('(', `(?!${first})(`));
    const [, code = ''] = another.exec(await terminal.shows(another)) ?? [];
    expect(code).not.toBe('');
    // Whoever comes later is told what to do where the terminal of the code is gone.
    await terminal.types('clear; castellan up');
    await terminal.shows(/already runs at http:\/\/localhost:[\s\S]*where that terminal is gone: `castellan down`/);
    await terminal.types('clear; castellan setup');
    await terminal.shows(
      /where that terminal is gone: `castellan down`[\s\S]*one-time code, from the terminal that started/,
    );
    // What cannot be a code is told at once, and asked for again; so is a name.
    await terminal.types('yes');
    await terminal.shows(/`yes` cannot be the one-time code[\s\S]*daemon: *\n*$/);
    await terminal.types(first);
    await terminal.shows(/your name.*: *\n*$/);
    await terminal.types('Mia');
    await terminal.shows(/`Mia` cannot be a name[\s\S]*your name.*: *\n*$/);
    await terminal.types(PERSON.name);
    await terminal.shows(/password \(not shown\): *\n*$/);
    await terminal.types('one thing and another');
    await terminal.shows(/once more: *\n*$/);
    await terminal.types('another and one thing');
    await terminal.shows(/the two were not the same[\s\S]*password \(not shown\): *\n*$/);
    // A weak one is refused with the rule it breaks; the code of before with what it is. Each is asked for again, alone.
    await terminal.types('password1234');
    await terminal.shows(/once more: *\n*$/);
    await terminal.types('password1234');
    await terminal.shows(/castellan: error: .*code[\s\S]*daemon: *\n*$/);
    await terminal.types(code.toLowerCase());
    await terminal.shows(/castellan: error: .*password[\s\S]*password \(not shown\): *\n*$/);
    await terminal.types(PERSON.password);
    await terminal.shows(/once more: *\n*$/);
    await terminal.types(PERSON.password);
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
  { skip: !hasTerminal, timeout: 120_000 },
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
  { skip: !hasTerminal, timeout: 120_000 },
);
