// The established command guard of the same kind (npm: cc-safety-net) beside ours, on the same rows: one process a level,
// with an empty home of its own and the set's payload as a rule in the form its documentation asks for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inRoot, tempFolder } from '@castellan/testkit';

export const PEER_LEVELS = ['standard', 'strict', 'paranoid'] as const;
export type PeerLevel = (typeof PEER_LEVELS)[number];

/** Where its library lies, or null where it is not installed. */
export function peerFolder(): string | null {
  try {
    return dirname(createRequire(inRoot('package.json')).resolve('cc-safety-net/package.json'));
  } catch {
    return null;
  }
}

export function peerVersion(): string | null {
  const folder = peerFolder();
  return folder === null ? null : JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** Its rules compare whole words and want the words that make a command bad: every argument of the payload is given. */
const RULEBOOK = {
  rulebook_version: 1,
  name: 'set-rules',
  version: '1.0.0',
  allowed_commands: ['touch'],
  rules: [{ name: 'no-touch', command: 'touch', block_args: ['/tmp/c/PWNED', 'PWNED'], reason: 'touch may not run' }],
};

/**
 * none: as installed. rule: its nearest to the set's policy, `touch` by rule and the folder that may not be read by path.
 * paths: the folder that may not be written to by path too; it knows no path that may be read but not written.
 */
export type PeerSetup = 'none' | 'rule' | 'paths';

/** A home with the settings and nothing else. */
export function peerHome(setup: PeerSetup): string {
  const home = tempFolder('castellan-peer-');
  if (setup === 'none') return home;
  const folder = join(home, '.cc-safety-net');
  const rules = join(folder, 'rules');
  mkdirSync(join(rules, 'set-rules'), { recursive: true });
  writeFileSync(join(rules, 'rule.json'), JSON.stringify({ version: 1, rules: ['set-rules'] }));
  writeFileSync(join(rules, 'set-rules', 'rulebook.json'), JSON.stringify(RULEBOOK));
  const deny_paths = ['/tmp/s', '/tmp/s/**', ...(setup === 'paths' ? ['/tmp/c', '/tmp/c/**'] : [])];
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ version: 1, secret_protection: { deny_paths } }));
  return home;
}

export interface PeerAnswer {
  /** deny, or an error, which its documentation says to take as deny. */
  readonly blocked: boolean;
  readonly reason: string;
  readonly micros: number;
}

/** What it says of each command, in order; null where it is not installed. */
export function askPeer(
  commands: readonly string[],
  level: PeerLevel,
  { home, cwd }: { readonly home: string; readonly cwd: string },
): readonly PeerAnswer[] | null {
  const folder = peerFolder();
  if (folder === null) return null;
  const out = execFileSync(
    process.execPath,
    [join(import.meta.dirname, 'peer-child.ts'), join(folder, 'dist/api.js')],
    {
      cwd,
      env: { PATH: '/usr/bin:/bin', HOME: home, CC_SAFETY_NET_LEVEL: level, CC_SAFETY_NET_NO_UPDATE_CHECK: '1' },
      input: JSON.stringify({ commands, cwd }),
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  return JSON.parse(out.toString('utf8'));
}
