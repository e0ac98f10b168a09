// The machine an agent runs on, and what is installed there.

/** The person's machine as a connector sees it. */
export interface Machine {
  /** The state folder of Castellan. */
  readonly home: string;
  /** The person's home folder. */
  readonly userHome: string;
  /** Absolute. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** `/etc`; another one in tests. */
  readonly etc: string;
}

/** The client that is installed. */
export interface InstalledClient {
  /** Absolute; null: an editor, of which only the settings are seen. */
  readonly path: string | null;
  /** Null: it does not say. */
  readonly version: string | null;
}

/** How a client starts what speaks for it: always absolute, never through a shell. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const ETC = '/etc';

/** The machine this process runs on. */
export const machineHere = (where: Omit<Machine, 'etc'>): Machine => ({ ...where, etc: ETC });
