// The walls themselves, with nothing above them: no gate, no proxy, no other user. An attacker of ours (support/probe.c) is started
// within each kind of them and tries everything it knows; the same tries outside of them are the control: what does not work there
// either proves nothing. As whoever runs the suite, and as root also as a user without any right.
import { verifies } from '@castellan/testkit';
import { describe, expect } from 'vitest';
import { grounds, needs, USERS } from './support/walls.ts';

/** What a program needs to work goes on. */
const WORKS = ['work_in_project', 'work_in_temp', 'talk_inside', 'start_programs'];
/** Of these the control may fail too: the machine's own rules or what it is made without. */
const AS_THE_MACHINE_IS =
  /^(?:make_device|mount_it|remount|change_root|enter_space|by_handle|raw|packets|read_kernel_log|write_system|write_sysctl|write_interrupts|press_keys|read_timers|kernel_program|performance|page_faults|cryptography|machines|of_firewall|type_into_terminal|other_numbers|old_numbers|attribute_outside|ring|keys|add_a_key|take_descriptor|trace|read_memory|write_memory|see_.*|pass_by_root|.*_users|rename_over_kept|rename_kept)$/;

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
      const attacks = [...seen.keys()].filter((name) => !WORKS.includes(name) && (isHeld || !name.includes('kept')));
      expect(attacks.length).toBeGreaterThan(50);
      for (const name of attacks) expect.soft(`${name} ${seen.get(name)}`).not.toBe(`${name} ok`);
      // The controls: what is not held by the machine itself works as soon as the walls are away.
      for (const name of attacks.filter((each) => !AS_THE_MACHINE_IS.test(each)))
        expect.soft(`${name} ${control.get(name)}`).toBe(`${name} ok`);
      expect([...control.values()].filter((said) => said === 'ok').length).toBeGreaterThan(45);
    });
  });
});
