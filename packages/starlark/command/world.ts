// What the command is handed by its door: arguments, streams, files and a clock. Nothing behind the door reaches for them itself.

export interface World {
  readonly argv: readonly string[];
  readonly version: string;
  /** What JavaScript's heap may be at most. */
  readonly heapBytes: number;
  /** @throws an error with a `code`, as Node's */
  readonly readFile: (path: string) => string;
  /** The real path of a file, links followed. @throws as `readFile` */
  readonly realPath: (path: string) => string;
  readonly stdin: {
    readonly isTerminal: boolean;
    /** What comes, as it comes. */
    readonly pieces: () => AsyncIterable<string>;
    /** A line that a person types after `prompt`; `undefined` at the end. */
    readonly ask: (prompt: string) => Promise<string | undefined>;
  };
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Milliseconds since some beginning. */
  readonly clock: () => number;
}
