// Whether this is a container, and how it is kept: read from what the kernel says of this very process, never from a name or a variable.
import type { ContainerFacts } from './facts.ts';

export interface Reads {
  /** The text of a file; null where it cannot be read. */
  readonly text: (path: string) => string | null;
  readonly exists: (path: string) => boolean;
  /** Where a link leads; null where it cannot be read. */
  readonly link: (path: string) => string | null;
}

const lineOf = (text: string | null, name: string): string =>
  new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text ?? '')?.[1] ?? '';

/** What the kernel calls the first namespace of processes, on every machine that has namespaces (`PROC_PID_INIT_INO`). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/**
 * Files that an engine leaves in a container are left in an image too: a virtual machine that boots from one has them and is none. So they
 * count for nothing where this process is among the machine's first processes and its root folder is a disk's.
 */
function engineOf({ text, exists, link }: Reads, root: string): string | null {
  // An image in layers is what containers begin from; a machine of its own begins from a disk.
  const isLayered = / - (?:fuse\.)?overlay(?:fs)? /.test(root);
  const isCarried = /(?:^|\/)(?:docker|libpod|kubepods|containerd|lxc)[-/.]/m.test(text('/proc/1/cgroup') ?? '');
  const isDisk = / - \S+ \/dev\/\S+ /.test(root);
  if (!isLayered && !isCarried && isDisk && link('/proc/self/ns/pid') === FIRST_PID_NAMESPACE) return null;
  if (exists('/var/run/secrets/kubernetes.io')) return 'Kubernetes';
  if (exists('/run/.containerenv')) return 'Podman';
  if (exists('/.dockerenv')) return 'Docker';
  return isCarried || isLayered ? 'a container' : null;
}

/** Version 2 has files beside each other; version 1 a folder each. */
const LIMITS = {
  memory: ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'],
  processes: ['/sys/fs/cgroup/pids.max', '/sys/fs/cgroup/pids/pids.max'],
  processor: ['/sys/fs/cgroup/cpu.max', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us'],
} as const;

/** Version 1 writes no limit as the largest number of pages, or as -1. */
function isLimit(text: string | null): boolean {
  const first = text?.split(/\s/)[0] ?? '';
  return /^\d+$/.test(first) && Number(first) < 2 ** 60;
}

const mask = (hex: string): bigint => (/^[0-9a-f]+$/i.test(hex) ? BigInt(`0x${hex}`) : 0n);

/** null: this is none. */
export function containerOf(reads: Reads): ContainerFacts | null {
  const { text } = reads;
  const root = (text('/proc/self/mountinfo') ?? '').split('\n').findLast((line) => line.split(' ')[4] === '/') ?? '';
  const engine = engineOf(reads, root);
  if (engine === null) return null;
  const status = text('/proc/self/status');
  const limited = ([v2, v1]: readonly [string, string]): boolean => isLimit(text(v2)) || isLimit(text(v1));
  return {
    engine,
    rootReadOnly: /^ro(?:,|$)/.test(root.split(' ')[5] ?? ''),
    // What it has, and what a program with the set-uid bit could still get.
    capabilities: (mask(lineOf(status, 'CapEff')) | mask(lineOf(status, 'CapBnd'))).toString(16),
    noNewPrivileges: lineOf(status, 'NoNewPrivs') === '1',
    limited: {
      memory: limited(LIMITS.memory),
      processes: limited(LIMITS.processes),
      processor: limited(LIMITS.processor),
    },
  };
}
