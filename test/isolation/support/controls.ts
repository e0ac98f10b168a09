// Which tries of the attacker have to work without walls, else the machine itself is in the way and a refusal inside proves nothing.
// RULE: what a machine may be without is named with how that is told; where the machine is not without it, its control has to work.
import { readFileSync } from 'node:fs';
import type { User } from './walls.ts';

function said(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

const setting = (name: string): string => said(`/proc/sys/${name.replaceAll('.', '/')}`);
const inStatus = (name: string): string =>
  new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(said('/proc/self/status'))?.[1] ?? '';

/** No filter of system calls around the tests themselves. */
const isUnfiltered = (): boolean => inStatus('Seccomp') === '0';
/** Root with every right, over everything: no container took one away. */
function isAlmighty(): boolean {
  const rights = BigInt(`0x${inStatus('CapEff') || '0'}`);
  const all = (1n << (BigInt(setting('kernel.cap_last_cap') || '0') + 1n)) - 1n;
  return rights === all && /^0\s+0\s+4294967295$/.test(said('/proc/self/uid_map'));
}
const hasUserSpaces = (): boolean =>
  setting('user.max_user_namespaces') !== '0' &&
  setting('kernel.unprivileged_userns_clone') !== '0' &&
  setting('kernel.apparmor_restrict_unprivileged_userns') !== '1';

/** What works only where something else is so; never: no file says whether it does. */
const WHERE: readonly (readonly [tries: string, is: (user: User) => boolean])[] = [
  [
    'trace see_memory read_memory write_memory take_descriptor',
    () => isUnfiltered() && isOff('kernel.yama.ptrace_scope'),
  ],
  ['ring', () => isUnfiltered() && isOff('kernel.io_uring_disabled')],
  ['keys add_a_key enter_space page_faults', isUnfiltered],
  ['new_users clone_users clone3_users', () => isUnfiltered() && hasUserSpaces()],
  ['type_into_terminal', () => isUnfiltered() && setting('dev.tty.legacy_tiocsti') !== '0'],
  [
    'mount_it remount change_root raw packets read_kernel_log ask_kernel_log write_sysctl kernel_program performance',
    (user) => user === 'whoever runs this' && isUnfiltered() && isAlmighty(),
  ],
  // Parts that a kernel or a file system may be made without.
  [
    'make_device by_handle attribute_outside write_system write_interrupts press_keys read_timers cryptography machines of_firewall',
    () => false,
  ],
  ['other_numbers old_numbers', () => false],
];

function isOff(name: string): boolean {
  return ['', '0'].includes(setting(name));
}

/** Whether this try works as soon as the walls are away. */
export function hasToWork(attempt: string, user: User): boolean {
  const [, is] = WHERE.find(([tries]) => tries.split(' ').includes(attempt)) ?? [];
  return is === undefined || is(user);
}
