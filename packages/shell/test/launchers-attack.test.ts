// The agent that puts another command in front: every launcher shows what it starts, and an option it is not known by hides
// nothing.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are shell text
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { LAUNCHERS } from '../src/commands/tables/launchers.ts';
import { analyse, isCertain, lines } from './support/world.ts';

const KEY = 'read /home/u/.ssh/id certain';

verifies(['P11'], 'what a launcher starts is told as if it stood alone', () => {
  const ways = [
    'env cat ~/.ssh/id',
    'env -i cat ~/.ssh/id',
    'env LANG=C cat ~/.ssh/id',
    'env -u LANG -- cat ~/.ssh/id',
    'env -S "cat /home/u/.ssh/id"',
    'env "-Scat /home/u/.ssh/id"',
    '/usr/bin/env cat ~/.ssh/id',
    'nice cat ~/.ssh/id',
    'nice -n 5 cat ~/.ssh/id',
    'nice -5 cat ~/.ssh/id',
    'nice --adjustment=5 cat ~/.ssh/id',
    'ionice -c 3 cat ~/.ssh/id',
    'chrt -f 10 cat ~/.ssh/id',
    'taskset 0x1 cat ~/.ssh/id',
    'taskset -c 0,1 cat ~/.ssh/id',
    'nohup cat ~/.ssh/id',
    'setsid -w cat ~/.ssh/id',
    'timeout 5 cat ~/.ssh/id',
    'timeout -s KILL -k 5 10m cat ~/.ssh/id',
    'stdbuf -oL cat ~/.ssh/id',
    '/usr/bin/time -f %e cat ~/.ssh/id',
    'caffeinate -i cat ~/.ssh/id',
    'flock -n a cat ~/.ssh/id',
    "flock a -c 'cat /home/u/.ssh/id'",
    "watch -n 1 'cat /home/u/.ssh/id'",
    'watch cat /home/u/.ssh/id',
    'strace -f -o a cat ~/.ssh/id',
    'busybox cat ~/.ssh/id',
    'toybox cat ~/.ssh/id',
    'unshare -r cat ~/.ssh/id',
    'fakeroot cat ~/.ssh/id',
    'sudo cat ~/.ssh/id',
    'sudo -u root -- cat ~/.ssh/id',
    'sudo -n env nice cat ~/.ssh/id',
    'doas cat ~/.ssh/id',
    'pkexec cat /home/u/.ssh/id',
    "su -c 'cat /home/u/.ssh/id'",
    "su - root -c 'cat /home/u/.ssh/id'",
    'runuser -u root -- cat ~/.ssh/id',
    "bash -c 'cat /home/u/.ssh/id'",
    "env -i bash -c 'timeout 5 cat /home/u/.ssh/id'",
    "script -q -c 'cat /home/u/.ssh/id' /dev/null",
    'xargs -n1 cat <<< /home/u/.ssh/id',
    'find . -exec nice cat /home/u/.ssh/id \\;',
  ];
  expect(ways.filter((command) => !lines(analyse(command)).includes(KEY))).toEqual([]);
});

verifies(['P11'], 'an option that a launcher is not known by hides nothing', () => {
  const ways = [
    'env -P /tmp/x ls',
    'env --frobnicate ls',
    'env PATH=/tmp/x ls',
    'env LD_PRELOAD=/tmp/x ls',
    'env -C /tmp cat a',
    'env -u PATH ls',
    "env -S 'ls ${HOME}'",
    'env $x ls',
    'env',
    'printenv',
    'nice $x cat a',
    'timeout $t cat a',
    'time -o /dev/null -x ls',
    'strace -o "|sh" ls',
    'strace -o "!sh" ls',
    'strace -p 1',
    'watch -x "$x"',
    'watch ls "$x"',
    'flock a',
    'flock -c ls a',
    'nsenter -t 1 ls',
    'chroot /x ls',
    'setarch $x ls',
    'busybox $x',
    'sudo -i ls',
    'sudo -s',
    'sudo -e a',
    'sudo $x',
    'su',
    'su - root',
    'nohup ./x',
    'nohup',
    'setsid',
    'timeout 5',
    'stdbuf',
    'xvfb-run --server-args="-x" ls',
    'rlwrap -z filter ls',
    'dbus-run-session --config-file=x -- ls',
    'unshare --root=/x ls',
    'fakeroot -l ./x.so ls',
    'taskset -p 1',
  ];
  const passing = ways.filter((command) => {
    const effects = analyse(command);
    return (
      isCertain(effects) && !effects.some(({ kind, resource }) => kind === 'escalate' || resource === 'credentials')
    );
  });
  expect(passing).toEqual(['flock a']);
});

test('sudo and its kin escalate, whatever they are told', () => {
  for (const name of ['sudo', 'doas', 'pkexec', 'su', 'runuser', 'setpriv', 'nsenter', 'chroot', 'gosu'])
    for (const rest of ['', ' -x', ' ls', ' $x', ' -u root ls'])
      expect([name + rest, analyse(name + rest).some(({ kind }) => kind === 'escalate')]).toEqual([name + rest, true]);
});

test('a launcher of the table never hides an unknown command', () => {
  for (const [name, { before = [] }] of Object.entries(LAUNCHERS)) {
    const command = `${name} ${before.map(() => '1').join(' ')} frobnicate /x`;
    expect([command, isCertain(analyse(command))]).toEqual([command, false]);
  }
});
