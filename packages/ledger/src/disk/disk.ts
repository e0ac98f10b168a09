// The disk as an argument. Everything the log does to files goes through here, so that tests can fail each step, before
// and after it took effect. Paths are absolute; errors are thrown as node:fs throws them (with `code`).

/** A file being written from its start to its end; never read, never rewound. */
export interface DiskFile {
  /** Appends all bytes; a short write is an error. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Returns once everything written so far is durable (fdatasync). */
  readonly datasync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

export interface DiskReader {
  /** The whole file, in memory that belongs to the caller; undefined when there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  /** What a folder holds, sorted by name; undefined when there is none. Links are never followed. */
  readonly list: (path: string) => Promise<readonly DiskEntry[] | undefined>;
}

export interface Disk extends DiskReader {
  /** Creates an empty file or empties an existing one; mode 0600. */
  readonly create: (path: string) => Promise<DiskFile>;
  /** Creates a folder and its parents, mode 0700; nothing when it exists. */
  readonly makeFolder: (path: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Removes a file or a folder with what is in it; nothing when there is none. */
  readonly remove: (path: string) => Promise<void>;
  /** Makes creations and renames in this folder durable (fsync). */
  readonly syncFolder: (path: string) => Promise<void>;
  /** Takes the lock at `path` for this process; undefined while a living process holds it. */
  readonly lock: (path: string) => Promise<DiskLock | undefined>;
}

export interface DiskLock {
  readonly isHeld: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}
