// The walls themselves, with nothing above them: no gate, no proxy, no other user. An attacker of ours (support/probe.c) is started
// within each kind of them and tries everything it knows; the same tries outside of them are the control: what does not work there
// either proves nothing. As whoever runs the suite, and as root also as a user without any right.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess, verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import { hasToWork } from './support/controls.ts';
import { grounds, needs, USERS } from './support/walls.ts';

/** What a program needs to work goes on. */
const WORKS = ['work_in_project', 'work_in_temp', 'talk_inside', 'start_programs'];
/** Named by their own process space, nobody else is in it. */
const OF_OWN_SPACE = ['slow_group'];

describe.each(['bubblewrap', 'Landlock'] as const)('%s', (wall) => {
  describe.each(USERS)('as %s', (user) => {
    verifies(['I2'], `${wall}, as ${user}: nothing is reached from inside that works outside`, async (context) => {
      const program = await needs(context, wall, user);
      await using there = await grounds(user, program);
      const control = await there.attack(null, []);
      await using it = await grounds(user, program);
      // What is only read in a folder that may be changed is more than Landlock can hold: then it starts nothing (below).
      const isHeld = wall === 'bubblewrap';
      const seen = await it.attack(isHeld ? it.spec : { ...it.spec, keep: [] }, [wall]);
      expect([...seen.keys()]).toEqual([...control.keys()]);
      for (const name of WORKS) expect(`${name} ${seen.get(name)}`).toBe(`${name} ok`);
      const attacks = [...seen.keys()].filter(
        (name) => !WORKS.includes(name) && (isHeld ? !OF_OWN_SPACE.includes(name) : !name.includes('kept')),
      );
      expect(attacks.length).toBeGreaterThan(50);
      for (const name of attacks) expect.soft(`${name} ${seen.get(name)}`).not.toBe(`${name} ok`);
      // The controls: what the machine itself does not hold works as soon as the walls are away.
      for (const name of attacks.filter((each) => hasToWork(each, user)))
        expect.soft(`${name} ${control.get(name)}`).toBe(`${name} ok`);
      expect([...control.values()].filter((said) => said === 'ok').length).toBeGreaterThan(45);
    });
  });
});

verifies(['I2'], 'a socket that another program named by a place of its own is covered too', async (context) => {
  const user = 'whoever runs this';
  await using it = await grounds(user, await needs(context, 'bubblewrap', user));
  const below = join(it.project, 'below');
  mkdirSync(below);
  const listening =
    "require('net').createServer((s) => s.end('REACHED')).listen('own.sock', () => console.log('listens'))";
  const other = spawn(process.execPath, ['-e', listening], { cwd: below, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(other.stdout, 'data');
    const connecting =
      "require('net').connect('below/own.sock').on('data', (b) => console.log(String(b))).on('error', (e) => console.log(e.code))";
    const words = [process.execPath, '-e', connecting] as const;
    const spec = { ...it.spec, sockets: 'given', read: [...it.spec.read, process.execPath] } as const;
    const control = await runProcess(words[0], words.slice(1), { cwd: it.project });
    expect(control.stdout.trim()).toBe('REACHED');
    expect((await it.run(spec, words, ['bubblewrap'])).stdout.trim()).toBe('ECONNREFUSED');
  } finally {
    other.kill();
    await once(other, 'exit');
  }
});
