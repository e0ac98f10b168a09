// What a program may touch, as a spec: whatever is not named in it is not there. Agents, servers and commands are confined by the
// same one. INVARIANT: it is made of decisions and of configuration, never of anything the confined program says.

/** How much one program and all that it starts may cost. */
export interface ConfineLimits {
  /** Processes and threads at a time. */
  readonly processes: number;
  /** Of all of them together, in memory. */
  readonly memoryBytes: number;
  /** Largest file that is written. */
  readonly fileBytes: number;
}

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
  /** What it finds as its home folder and as /tmp: folders of its own, empty at first. */
  readonly own: { readonly home: string; readonly temp: string };
  /** Where the person's home folder is: the own one lies there instead. */
  readonly home: string;
  /** host: the network of this machine, its loopback too. none: a loopback of its own. */
  readonly network: 'none' | 'host';
  /** Whether it may be given the system's own programs, and those that the person keeps at home. */
  readonly programs: boolean;
  readonly limits: ConfineLimits;
}

/** Why something cannot be confined as it is wanted: in words, with what to do. */
export interface ConfineFault {
  readonly ok: false;
  readonly why: string;
  readonly hint: string;
}
