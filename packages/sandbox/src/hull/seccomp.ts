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
  readonly socketpair: number;
  readonly ioctl: number;
  /** To everyone. */
  readonly refused: readonly number[];
  /** To a script: it starts nothing and talks to nobody. */
  readonly ofScripts: readonly number[];
  readonly inView: InView;
}

/** What the kernel lets a user do to files and processes without opening them. */
interface InView {
  /** Modes, owners, attributes and times by name; who does what in a folder (inotify); memory and messages that all processes share. */
  readonly refused: readonly number[];
  readonly fchmod: number;
  readonly utimensat: number;
  /** Limits and turns of a process that the first argument names; 0: itself. */
  readonly others: readonly number[];
  /** The same, named by the second; the first says whether that is a process (this, with what is below it), a group or a user. */
  readonly othersBySecond: readonly (readonly [number: number, ofProcess: number])[];
}

/**
 * script: one program that computes. program: it may start others and talk over the network that it has. without-sockets: and over
 * no Unix socket, which others of this machine may listen on. in-view: the same for a program that sees all of the machine's files and
 * processes and may only open some: it does nothing to the others. in-view-alone: and has no network.
 */
export type FilterKind = 'script' | 'program' | 'without-sockets' | 'in-view' | 'in-view-alone';

/** Of 424 and above, the same number on every machine: io_uring (3), mounts by descriptor (6), pidfd_getfd, mount_setattr, open_tree_attr. */
const NEW = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 467];
/** pidfd_send_signal, pidfd_open. */
const OTHERS = [424, 434];

const MACHINES: Partial<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    socket: 41,
    socketpair: 53,
    ioctl: 16,
    // socket, connect, socketpair, fork, vfork, execveat
    ofScripts: [41, 42, 53, 57, 58, 322, ...OTHERS],
    refused: [
      // ptrace, syslog (what the kernel says to the machine's administrator)
      ...[101, 103],
      // pivot_root, chroot, mount, umount2, kexec_load, init_module, delete_module
      ...[155, 161, 165, 166, 246, 175, 176],
      // add_key, request_key, keyctl, unshare, perf_event_open, open_by_handle_at, setns
      ...[248, 249, 250, 272, 298, 304, 308],
      // process_vm_readv, process_vm_writev, finit_module, bpf, userfaultfd, kexec_file_load
      ...[310, 311, 313, 321, 323, 320],
      ...NEW,
    ],
    inView: {
      refused: [
        // chmod, chown, fchown, lchown, fchownat, fchmodat, fchmodat2, utime, utimes, futimesat
        ...[90, 92, 93, 94, 260, 268, 452, 132, 235, 261],
        // setxattr, lsetxattr, fsetxattr, removexattr, lremovexattr, fremovexattr, setxattrat, removexattrat, file_setattr
        ...[188, 189, 190, 197, 198, 199, 463, 466, 469],
        // inotify_add_watch, fanotify_init, fanotify_mark
        ...[254, 300, 301],
        // shmget, shmat, shmctl, semget, semop, semctl, msgget, msgsnd, msgrcv, msgctl, semtimedop, mq_*
        ...[29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220, 240, 241, 242, 243, 244, 245],
      ],
      fchmod: 91,
      utimensat: 280,
      // prlimit64, sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr
      others: [302, 142, 144, 203, 314],
      // setpriority, ioprio_set
      othersBySecond: [
        [141, 0],
        [251, 1],
      ],
    },
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    socket: 198,
    socketpair: 199,
    ioctl: 29,
    // socket, socketpair, connect, execveat
    ofScripts: [198, 199, 203, 281, ...OTHERS],
    refused: [
      // ptrace, syslog
      ...[117, 116],
      // umount2, mount, pivot_root, chroot, kexec_load, init_module, delete_module
      ...[39, 40, 41, 51, 104, 105, 106],
      // add_key, request_key, keyctl, unshare, perf_event_open, open_by_handle_at, setns
      ...[217, 218, 219, 97, 241, 265, 268],
      // process_vm_readv, process_vm_writev, finit_module, bpf, userfaultfd, kexec_file_load
      ...[270, 271, 273, 280, 282, 294],
      ...NEW,
    ],
    inView: {
      // fchownat, fchmodat, fchown, fchmodat2, then as above: attributes, watches, what is shared
      refused: [
        ...[54, 53, 55, 452, 5, 6, 7, 14, 15, 16, 463, 466, 469, 27, 262, 263],
        ...[194, 196, 195, 190, 193, 191, 186, 189, 188, 187, 192, 180, 181, 182, 183, 184, 185],
      ],
      fchmod: 52,
      utimensat: 88,
      others: [261, 118, 119, 122, 274],
      othersBySecond: [
        [140, 0],
        [30, 1],
      ],
    },
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
const SECOND_ABOVE_AT = 28;
const THIRD_AT = 32;
const CLONE_THREAD = 0x10000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NEW = 0x7e020000;
/** Puts characters into a terminal as if somebody had typed them. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** Attributes of a file that is open. */
const FS_IOC_SETFLAGS = 0x40086602;
const FS_IOC_FSSETXATTR = 0x401c5820;
/** Of a mode: for others to write, and as somebody else's program. */
const MODES_OF_OTHERS = 0o6022;
const OWNER_READS = 0o400;
const AF_UNIX = 1;
const AF_NETLINK = 16;
/** AF_UNIX, AF_INET, AF_INET6 and what tells of addresses: no other family, of which most are hardly ever looked at by anybody. */
const FAMILIES = [AF_UNIX, 2, 10, AF_NETLINK];
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

/** Refuses `number` unless its argument passes `test`. */
const allowedWhere = (number: number, argument: number, test: number, value: number): readonly Instruction[] => [
  [LOAD, 0, 0, NUMBER_AT],
  [JUMP_EQUAL, 0, 3, number],
  [LOAD, 0, 0, argument],
  [test, 1, 0, value],
  [RETURN, 0, 0, ERRNO | EPERM],
];

const refusedAll = (numbers: readonly number[]): readonly Instruction[] => [
  [LOAD, 0, 0, NUMBER_AT],
  ...numbers.flatMap((number): Instruction[] => [
    [JUMP_EQUAL, 0, 1, number],
    [RETURN, 0, 0, ERRNO | EPERM],
  ]),
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
    ...refusedAll([...known.refused, ...(kind === 'script' ? known.ofScripts : [])]),
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

const programs = (machine: Machine, kind: FilterKind): readonly Instruction[] => {
  const { clone, socket, socketpair, ioctl } = machine;
  return [
    ...refusedWhere(clone, FIRST_AT, JUMP_SET, CLONE_NEW),
    ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, TIOCSTI),
    ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, TIOCLINUX),
    ...(kind === 'in-view' || kind === 'in-view-alone' ? inView(machine) : []),
    ...(kind === 'in-view-alone' ? refusedWhere(socket, FIRST_AT, JUMP_AT_LEAST, 0) : []),
    ...families(socket),
    ...allowedWhere(socketpair, FIRST_AT, JUMP_EQUAL, AF_UNIX),
    ...(kind === 'program' ? [] : refusedWhere(socket, FIRST_AT, JUMP_EQUAL, AF_UNIX)),
  ];
};

/** Of netlink, routes and addresses (0): not the firewall, not what the kernel tells of devices. */
const families = (socket: number): readonly Instruction[] => [
  [LOAD, 0, 0, NUMBER_AT],
  [JUMP_EQUAL, 0, FAMILIES.length + 6, socket],
  [LOAD, 0, 0, FIRST_AT],
  ...FAMILIES.map((family, at): Instruction => [JUMP_EQUAL, FAMILIES.length - at, 0, family]),
  [RETURN, 0, 0, ERRNO | EPERM],
  [JUMP_EQUAL, 0, 3, AF_NETLINK],
  [LOAD, 0, 0, THIRD_AT],
  [JUMP_EQUAL, 1, 0, 0],
  [RETURN, 0, 0, ERRNO | EPERM],
];

const inView = ({ ioctl, inView }: Machine): readonly Instruction[] => [
  ...refusedAll(inView.refused),
  ...inView.others.flatMap((number) => refusedWhere(number, FIRST_AT, JUMP_AT_LEAST, 1)),
  ...inView.othersBySecond.flatMap(([number, ofProcess]) => [
    ...refusedWhere(number, SECOND_AT, JUMP_AT_LEAST, 1),
    // All of a user, the daemon among them, are named by 0 too.
    ...refusedWhere(number, FIRST_AT, JUMP_AT_LEAST, ofProcess + 1),
  ]),
  ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, FS_IOC_SETFLAGS),
  ...refusedWhere(ioctl, SECOND_AT, JUMP_EQUAL, FS_IOC_FSSETXATTR),
  // Of a file that is open: nothing that others may write, or that its owner cannot read any more.
  ...refusedWhere(inView.fchmod, SECOND_AT, JUMP_SET, MODES_OF_OTHERS),
  ...allowedWhere(inView.fchmod, SECOND_AT, JUMP_SET, OWNER_READS),
  // By name: with none, it is of a file that is open.
  ...refusedWhere(inView.utimensat, SECOND_AT, JUMP_AT_LEAST, 1),
  ...refusedWhere(inView.utimensat, SECOND_ABOVE_AT, JUMP_AT_LEAST, 1),
];
