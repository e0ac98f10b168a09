// What an installation is made of on this machine: facts, looked up elsewhere. INVARIANT: no content of any file is one.

/** One way to put walls around programs. */
export interface WallTried {
  readonly name: string;
  readonly ok: boolean;
  /** Where it is not ok: what was seen. */
  readonly why: string;
}

export interface ContainerFacts {
  readonly engine: string;
  /** Nothing in it can be written but what is mounted. */
  readonly rootReadOnly: boolean;
  /** Of this process and all it could get back; hexadecimal as the kernel writes it, without leading zeros. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** Which of memory, processes and processor have a limit. */
  readonly limited: { readonly memory: boolean; readonly processes: boolean; readonly processor: boolean };
}

/** One fact of an installation for two users. */
export interface SystemFact {
  readonly title: string;
  readonly state: 'good' | 'warn' | 'bad';
  readonly evidence: string;
  readonly fix: string;
}

/** Something of the state folder that is not as it is made. */
export interface StateFault {
  readonly path: string;
  readonly kind: 'open' | 'foreign' | 'link' | 'many-names';
  /** In words: a mode, an owner, a target. */
  readonly seen: string;
  /** The bits of its mode that it may have. */
  readonly allowed: number;
}

export interface StateFacts {
  readonly path: string;
  readonly exists: boolean;
  /** Sockets of agents are a group's too: they come from another user or another container. */
  readonly shared: boolean;
  readonly looked: number;
  /** There is more than was looked at. */
  readonly more: boolean;
  readonly faults: readonly StateFault[];
  /** Folders above it in which somebody else could put another one in its place. */
  readonly loose: readonly { readonly path: string; readonly seen: string }[];
}

export interface HereFacts {
  readonly platform: string;
  /** Of the kernel: `6.18.44`. */
  readonly release: string;
  /** null: the system has none. */
  readonly uid: number | null;
  /** `ID` and `ID_LIKE` of os-release, the nearest first. */
  readonly distribution: readonly string[];
  readonly walls: { readonly words: string | null; readonly tried: readonly WallTried[] };
  /** Why an unprivileged program may make no user namespace; null: it may, or nobody says. */
  readonly namespacesOff: 'apparmor' | 'sysctl' | 'none-left' | null;
  readonly container: ContainerFacts | null;
  /** Of `pids`, `memory` and `cpu`: what the kernel counts for a program and all that it starts. */
  readonly counted: readonly string[];
  /** Every fact of the installation for two users that the state folder belongs to; none: it belongs to none. */
  readonly twoUsers: readonly SystemFact[];
  readonly state: StateFacts;
  /** Room where the state folder lies, in bytes, as a program without rights has it; null: the system does not say. */
  readonly disk: { readonly free: number; readonly size: number } | null;
}
