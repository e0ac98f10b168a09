// The image of `docker run` (or podman), where its name may mean another image tomorrow. Only told, never changed: what runs
// is pinned by nothing but a digest, and the person's registry may have reasons.
import { basename } from 'node:path';

const RUNNERS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl']);
/** Flags of `run` that stand alone; every other one takes a value, in the next word where it has no `=`. */
const ALONE: ReadonlySet<string> = new Set(
  ['--rm', '--init', '--interactive', '--tty', '--detach', '--privileged', '--read-only', '--no-healthcheck'].concat([
    '--publish-all',
    '--oom-kill-disable',
    '--sig-proxy',
    '--quiet',
  ]),
);
const SHORT_ALONE = /^-[itdqP]+$/;

/** Null: no such runner, or an image by its digest. */
export function floatingImage(command: string, args: readonly string[]): string | null {
  if (!RUNNERS.has(basename(command))) return null;
  const words = args[0] === 'container' ? args.slice(1) : args;
  if (words[0] !== 'run') return null;
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return /@sha256:[0-9a-f]{64}$/.test(word) ? null : word;
    if (!ALONE.has(word) && !SHORT_ALONE.test(word) && !word.includes('=')) at += 1;
  }
  return null;
}
