// System calls that are refused by the kernel: of the interpreter of scripts all that it does not need (other processes, sockets), of
// any other program what leads out of its walls: other namespaces, other people's memory, io_uring, a terminal's input. As a program
// of the kernel's packet filter, which bubblewrap loads.

interface Machine {
  /** AUDIT_ARCH of linux/audit.h. */
  readonly audit: number;
  readonly clone: number;
  /** Answered with ENOSYS, so that the C library takes `clone`, whose flags a filter can read. */
  readonly clone3: number;
  readonly socket: number;
  readonly ioctl: number;
  /** To everyone. */
  readonly refused: readonly number[];
  /** To a script: it starts nothing and talks to nobody. */
  readonly ofScripts: readonly number[];
}

/**
 * script: one program that computes. program: it may start others and talk over the network that it has. without-sockets: and over
 * no Unix socket, which others of this machine may listen on.
 */
export type FilterKind = 'script' | 'program' | 'without-sockets';

/** Of 424 and above, the same number on every machine: io_uring (3), mounts by descriptor (6), pidfd_getfd, mount_setattr. */
const NEW = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442];
/** pidfd_send_signal, pidfd_open. */
const OTHERS = [424, 434];

const MACHINES: Partial<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    socket: 41,
    ioctl: 16,
    // socket, connect, socketpair, fork, vfork, execveat
    ofScripts: [41, 42, 53, 57, 58, 322, ...OTHERS],
    refused: [
      101, // ptrace
      // pivot_root, chroot, mount, umount2, kexec_load, init_module, delete_module
      ...[155, 161, 165, 166, 246, 175, 176],
      // add_key, request_key, keyctl, unshare, perf_event_open, open_by_handle_at, setns
      ...[248, 249, 250, 272, 298, 304, 308],
      // process_vm_readv, process_vm_writev, finit_module, bpf, userfaultfd, kexec_file_load
      ...[310, 311, 313, 321, 323, 320],
      ...NEW,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    socket: 198,
    ioctl: 29,
    // socket, socketpair, connect, execveat
    ofScripts: [198, 199, 203, 281, ...OTHERS],
    refused: [
      117, // ptrace
      // umount2, mount, pivot_root, chroot, kexec_load, init_module, delete_module
      ...[39, 40, 41, 51, 104, 105, 106],
      // add_key, request_key, keyctl, unshare, perf_event_open, open_by_handle_at, setns
      ...[217, 218, 219, 97, 241, 265, 268],
      // process_vm_readv, process_vm_writev, finit_module, bpf, userfaultfd, kexec_file_load
      ...[270, 271, 273, 280, 282, 294],
      ...NEW,
    ],
  },
};

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_SET = 0x45;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;
/** Of `struct seccomp_data`. */
const NUMBER_AT = 0;
const AUDIT_AT = 4;
const FIRST_AT = 16;
const SECOND_AT = 24;
const CLONE_THREAD = 0x10000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NEW = 0x7e020000;
/** Puts characters into a terminal as if somebody had typed them. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const AF_UNIX = 1;
/** From here on: families of the kernel's own cryptography, of virtual machines, of raw devices. */
const AF_STRANGE = 17;
/** x64 has a second set of numbers, for 32-bit pointers. */
const X32 = 0x40000000;

type Instruction = readonly [code: number, yes: number, no: number, value: number];

/** Refuses `number` where its argument passes `test`. */
const refusedWhere = (number: number, argument: number, test: number, value: number): readonly Instruction[] => [
  [LOAD, 0, 0, NUMBER_AT],
  [JUMP_EQUAL, 0, 3, number],
  [LOAD, 0, 0, argument],
  [test, 0, 1, value],
  [RETURN, 0, 0, ERRNO | EPERM],
];

/** The filter for this kind of machine; `undefined`: its numbers are not known here. */
export function seccompFilter(machine: string, kind: FilterKind = 'script'): Buffer | undefined {
  const known = MACHINES[machine];
  if (known === undefined) return undefined;
  const program: Instruction[] = [
    [LOAD, 0, 0, AUDIT_AT],
    [JUMP_EQUAL, 1, 0, known.audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NUMBER_AT],
    [JUMP_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, ERRNO | EPERM],
    [JUMP_EQUAL, 0, 1, known.clone3],
    [RETURN, 0, 0, ERRNO | ENOSYS],
    ...[...known.refused, ...(kind === 'script' ? known.ofScripts : [])].flatMap((number): Instruction[] => [
      [JUMP_EQUAL, 0, 1, number],
      [RETURN, 0, 0, ERRNO | EPERM],
    ]),
    ...(kind === 'script' ? threadsOnly(known) : programs(known, kind)),
    [RETURN, 0, 0, ALLOW],
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [at, [code, yes, no, value]] of program.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(yes, at * 8 + 2);
    bytes.writeUInt8(no, at * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, at * 8 + 4);
  }
  return bytes;
}

/** Threads are the engine's own; a clone that is no thread is a process. */
const threadsOnly = ({ clone }: Machine): readonly Instruction[] => [
  [LOAD, 0, 0, NUMBER_AT],
  [JUMP_EQUAL, 0, 3, clone],
  [LOAD, 0, 0, FIRST_AT],
  [JUMP_SET, 1, 0, CLONE_THREAD],
  [RETURN, 0, 0, ERRNO | EPERM],
];

const programs = ({ clone, socket, ioctl }: Machine, kind: FilterKind): readonly Instruction[] => [
  ...refusedWhere(clone, FIRST_AT, JUMP_SET, CLONE_NEW),
  ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, TIOCSTI),
  ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, TIOCLINUX),
  ...refusedWhere(socket, FIRST_AT, JUMP_AT_LEAST, AF_STRANGE),
  ...(kind === 'without-sockets' ? refusedWhere(socket, FIRST_AT, JUMP_EQUAL, AF_UNIX) : []),
];
