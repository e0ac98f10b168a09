// What a program may touch, as a spec: whatever is not named in it is not there. Agents, servers and commands are confined by the
// same one. INVARIANT: it is made of decisions and of configuration, never of anything the confined program says.
import type { ChildEnvironment } from '@castellan/contract';

/** How much one program and all that it starts may cost. */
export interface ConfineLimits {
  /** Processes and threads at a time. */
  readonly processes: number;
  /** Of all of them together, in memory. */
  readonly memoryBytes: number;
  /** Largest file that is written. */
  readonly fileBytes: number;
}

/** Something of Castellan's own that stands inside although `never` covers where it really lies: an agent's own folder, its sockets. */
export interface Given {
  /** Where it really is; a folder, a file, or a socket. */
  readonly from: string;
  /** Where it stands inside. */
  readonly at: string;
  readonly writable: boolean;
}

/** A port of the loopback inside that leads to a Unix socket outside. */
export interface Forward {
  readonly port: number;
  readonly socket: string;
}

/**
 * none: a loopback of its own and nothing else. host: the network of this machine, its loopback too. Through a way out: a loopback
 * of its own with ports that lead to the egress proxy and, with `forwards`, elsewhere.
 */
export type ConfinedNetwork =
  | 'none'
  | 'host'
  | {
      readonly egress: string | null;
      readonly forwards: readonly Forward[];
      /** Whose connections they are: its user name at the proxy, letters, digits, `_` and `-`. */
      readonly user?: string;
    };

export interface Confinement {
  /** Where it begins; it lies in one of `write` or `read`. */
  readonly folder: string;
  /** Folders and files that it may change. */
  readonly write: readonly string[];
  /** Further ones that it may read, beside the system's own programs and libraries. */
  readonly read: readonly string[];
  /** Below one of `write`, and only read all the same. What is not there is not held. */
  readonly keep: readonly string[];
  /** Never there, and nothing that holds it or lies in it: Castellan's own state. */
  readonly never: readonly string[];
  readonly given: readonly Given[];
  /** What it finds as its home folder and as /tmp: folders of its own, empty at first. */
  readonly own: { readonly home: string; readonly temp: string };
  /** Where the person's home folder is: the own one lies there instead. */
  readonly home: string;
  readonly network: ConfinedNetwork;
  /** Whether it may be given the system's own programs, and those that the person keeps at home. */
  readonly programs: boolean;
  /** none: no Unix socket at all. given: those that stand inside. */
  readonly sockets: 'none' | 'given';
  /** Whether it runs in a terminal that is ours alone, and gets the signals of that one. */
  readonly terminal: boolean;
  readonly limits: ConfineLimits;
}

/** A program as somebody would start it without walls. */
export interface PlainProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: ChildEnvironment;
}

/** The same within walls: it needs no descriptor of ours, so that it can be started in a terminal, in front, or over pipes. */
export interface ConfinedProgram extends PlainProgram {
  readonly ok: true;
  /** In words: `bubblewrap, seccomp`, `Landlock, seccomp`. */
  readonly words: string;
}

/** Why something cannot be confined as it is wanted: in words, with what to do. */
export interface ConfineFault {
  readonly ok: false;
  readonly why: string;
  readonly hint: string;
}
