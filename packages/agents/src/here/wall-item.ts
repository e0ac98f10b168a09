// Whether programs can be put within walls on this machine; where not, why, and the command that mends it.
import type { CheckItem } from '@castellan/contract';
import type { HereFacts } from './facts.ts';
import { bad, good, named, warn } from './item.ts';
import type { NeedsWalls } from './settings-items.ts';

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

/** Of those that belong to this kind of system. */
const triedHere = ({ walls: { tried }, platform }: HereFacts): HereFacts['walls']['tried'] =>
  tried.filter(({ name }) => (name === 'sandbox-runtime') === (platform === 'darwin'));

/** What would stand in its place, or why nothing would. */
const others = (facts: HereFacts): readonly string[] =>
  triedHere(facts)
    .slice(1)
    .map(({ name, ok, why }) => (ok ? `${name} works too` : `no ${name}: ${why}`));

/** An agent needs a way out of its own, which bubblewrap alone gives. */
export const holdAgents = ({ walls: { words } }: HereFacts): boolean => words?.startsWith('bubblewrap') === true;

const inWords = ({ agents, servers }: NeedsWalls): string =>
  [
    ...(agents ? ['agents of `castellan run`'] : []),
    ...(servers.length === 0 ? [] : [`servers (${named(servers)})`]),
  ].join(' and ');

export function wallItem(facts: HereFacts, needed: NeedsWalls): CheckItem {
  const { walls, platform, release, distribution } = facts;
  const isLinux = platform === 'linux';
  if (holdAgents(facts))
    return good('walls-here', [walls.words ?? '', ...others(facts), `kernel ${release}`].join('; '));
  const seen = triedHere(facts)
    .filter(({ ok }) => !ok)
    .map(({ name, why }) => `${name}: ${why}`);
  const isMissing = walls.tried.some(({ name, why }) => name === 'bubblewrap' && /^it is not here/.test(why));
  const mend = (isMissing ? null : namespaceFix(facts)) ?? installFix(distribution);
  const fix = isLinux ? mend : 'use Linux, or a container: docs/guide/containers.md';
  const none = seen.length === 0 ? `nothing confines programs on ${platform}` : seen.join('; ');
  if (walls.words !== null) {
    const why = seen.length === 0 ? '' : ` (${none})`;
    const less = `${walls.words} alone holds commands and servers that need no network, and no agent${why}`;
    return (needed.agents ? bad : warn)('walls-here', less, fix);
  }
  const stopped = inWords(needed);
  if (stopped === '') return warn('walls-here', none, fix);
  return bad('walls-here', `${none}; without them ${stopped} will not start`, fix);
}
