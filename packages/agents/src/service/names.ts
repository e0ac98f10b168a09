// What the service is called, and how a file of ours is told from another.
export const UNIT_NAME = 'castellan.service';
export const AGENT_LABEL = 'castellan.daemon';

/** How a file of ours begins; one by our name that begins otherwise is somebody else's. */
export const MADE_BY_US = 'Made by castellan service install; changed there, not here.';

/** What the service starts. */
export interface ServiceProgram {
  readonly node: string;
  readonly flags: readonly string[];
  readonly main: string;
  /** Settings, by the names of our environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders it may write to, where the whole machine is read-only to it. */
  readonly writable: readonly string[];
}

/** Whose manager starts it: the person's own, from their first log-in on, or the machine's, from its start on. */
export type ServiceScope = 'user' | 'system';
export type ServiceManager = 'systemd' | 'launchd';

export interface ServiceFile {
  readonly manager: ServiceManager;
  readonly scope: ServiceScope;
  readonly path: string;
  readonly mode: 0o600 | 0o644;
  readonly text: string;
}

export interface ServiceFault {
  readonly message: string;
  readonly hints: readonly string[];
}
