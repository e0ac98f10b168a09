// Whether programs can be put within walls on this machine; where not, why, and the command that mends it.
import type { CheckItem } from '@castellan/contract';
import type { HereFacts } from './facts.ts';
import { bad, good, warn } from './item.ts';

const INSTALL: readonly (readonly [RegExp, string])[] = [
  [/^(?:debian|ubuntu|raspbian|linuxmint|pop)$/, 'sudo apt install bubblewrap'],
  [/^(?:fedora|rhel|centos|rocky|almalinux|amzn)$/, 'sudo dnf install bubblewrap'],
  [/^(?:arch|manjaro|endeavouros)$/, 'sudo pacman -S bubblewrap'],
  [/^(?:opensuse.*|suse|sles)$/, 'sudo zypper install bubblewrap'],
  [/^alpine$/, 'sudo apk add bubblewrap'],
  [/^gentoo$/, 'sudo emerge sys-apps/bubblewrap'],
  [/^void$/, 'sudo xbps-install bubblewrap'],
  [/^nixos$/, 'nix-env -iA nixos.bubblewrap'],
];

/** @param distribution names of it, the nearest first. */
export function installFix(distribution: readonly string[]): string {
  const found = distribution.flatMap((name) => INSTALL.filter(([pattern]) => pattern.test(name)))[0];
  return found === undefined ? 'install bubblewrap with the packages of your system' : `run \`${found[1]}\``;
}

function namespaceFix({ namespacesOff, container }: HereFacts): string | null {
  if (container !== null && namespacesOff === null)
    return 'allow user namespaces in this container, or let the container be the wall: docs/guide/containers.md';
  switch (namespacesOff) {
    case 'apparmor':
      return 'give `bwrap` a profile that allows `userns` (package `apparmor-profiles`), or run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`';
    case 'sysctl':
      return 'run `sudo sysctl kernel.unprivileged_userns_clone=1`';
    case 'none-left':
      return 'run `sudo sysctl user.max_user_namespaces=15000`';
    case null:
      return null;
  }
}

/** @param needed what does not start without them: agents, servers. */
export function wallItem(facts: HereFacts, needed: readonly string[]): CheckItem {
  const title = 'Programs can be put within walls here';
  const { walls, platform, distribution } = facts;
  const seen = walls.tried.filter(({ ok }) => !ok).map(({ name, why }) => `${name}: ${why}`);
  if (walls.words !== null) {
    const isLess = platform === 'linux' && !walls.words.startsWith('bubblewrap');
    if (!isLess) return good('walls-here', title, walls.words);
    const fix = namespaceFix(facts) ?? installFix(distribution);
    return warn('walls-here', title, `${walls.words} alone${seen.length === 0 ? '' : `; ${seen.join('; ')}`}`, fix);
  }
  const none = seen.length === 0 ? `nothing confines programs on ${platform}` : seen.join('; ');
  const isMissing = walls.tried.some(({ name, why }) => name === 'bubblewrap' && /missing|not installed/.test(why));
  const fix =
    platform === 'linux'
      ? isMissing
        ? installFix(distribution)
        : (namespaceFix(facts) ?? installFix(distribution))
      : 'use a machine with Linux or macOS, or a container: docs/guide/containers.md';
  if (needed.length === 0) return warn('walls-here', title, none, fix);
  return bad('walls-here', title, `${none}; without them ${needed.join(' and ')} will not start`, fix);
}
