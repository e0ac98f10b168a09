// What the system says of itself: which distribution it is, and whether a program without rights may have namespaces of its own.
import { readFileSync } from 'node:fs';
import type { HereFacts } from './facts.ts';

export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** @param text of `/etc/os-release`. */
export function distributionOf(text: string): readonly string[] {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1]?.toLowerCase() ?? '';
  return `${field('ID')} ${field('ID_LIKE')}`.split(/\s+/).filter((word) => /^[a-z0-9._-]+$/.test(word));
}

/** @param read a file of /proc; null where it is not there. */
export function namespacesOff(read: (path: string) => string | null): HereFacts['namespacesOff'] {
  if (read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') return 'apparmor';
  if (read('/proc/sys/kernel/unprivileged_userns_clone') === '0') return 'sysctl';
  return read('/proc/sys/user/max_user_namespaces') === '0' ? 'none-left' : null;
}
