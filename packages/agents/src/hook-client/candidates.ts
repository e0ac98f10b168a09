// The three forms of the hook client, and how each is started so that the environment it is given cannot redirect it.
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { binFolder } from '../bin-folder.ts';
import type { Command } from '../machine.ts';

export interface Candidate {
  readonly kind: 'native' | 'shell' | 'node';
  readonly command: Command;
}

/**
 * What Node would do before our first line: load code, write a file, read certificates. A project can set variables of the
 * agent that works in it, and with them those of its hooks.
 */
const UNSET = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_EXTRA_CA_CERTS',
  'NODE_V8_COVERAGE',
  'NODE_REDIRECT_WARNINGS',
  'NODE_DEBUG',
  'OPENSSL_CONF',
] as const;

/** The last resort: it needs nothing but what runs this. */
export const nodeCandidate = (node: string, folder = binFolder()): Candidate => ({
  kind: 'node',
  command: {
    file: '/usr/bin/env',
    args: [...UNSET.flatMap((name) => ['-u', name]), node, join(folder, 'castellan-hook.mjs')],
    env: {},
  },
});

/** All that might work on this machine, the one that is known to be fastest first. */
export function candidates(node: string, folder = binFolder()): readonly Candidate[] {
  const native: Candidate = {
    kind: 'native',
    command: { file: join(folder, `castellan-hook-${platform}-${arch}`), args: [], env: {} },
  };
  const shell: Candidate = {
    kind: 'shell',
    // `-p`: where it is bash, neither functions nor options (tracing, which runs code) come in by the environment.
    command: { file: '/bin/sh', args: ['-p', join(folder, 'castellan-hook.sh')], env: {} },
  };
  return [native, shell, nodeCandidate(node, folder)];
}
