// The daemon's own log: what it did and what failed, a JSON line each. RULE: a line passes the exits whole before it is kept anywhere;
// what cannot be written is counted and said later, and harms nobody who waits for an answer.
import { LOG_LEVELS, type LogLevel, type LogLine } from '@castellan/contract';
import type { Exits } from '../exits/index.ts';
import { errnoOf } from '../start-error.ts';
import { LogFile } from './log-file.ts';

export type About = Readonly<Record<string, string | number | boolean>>;

export interface Log {
  /** From here on lines go there, those before it included. */
  open(path: string): void;
  level(level: LogLevel): void;
  /** Whether such a line would be written at all. */
  wants(level: LogLevel): boolean;
  line(level: LogLevel, event: string, text: string, about?: About): void;
  /** What waits is written now. */
  flush(): void;
  close(): void;
}

export interface LogHost {
  readonly exits: Pick<Exits, 'json'>;
  readonly now: () => number;
  /** Runs once, soon. */
  readonly soon: (action: () => void) => void;
}

/** Lines that wait for the disk, in characters: a log that cannot be written must not eat the memory. */
const MOST_WAITING = 1024 * 1024;
const LONGEST = 4_000;

const rank = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

export function createLog({ exits, now, soon }: LogHost): Log {
  let least: LogLevel = 'info';
  let file: LogFile | null = null;
  let waiting: string[] = [];
  let size = 0;
  let lost = 0;
  let planned = false;

  const textOf = (line: LogLine): string => `${exits.json(line)}\n`;
  const keep = (text: string): void => {
    if (size + text.length > MOST_WAITING) {
      lost += 1;
      return;
    }
    waiting.push(text);
    size += text.length;
  };
  const flush = (): void => {
    planned = false;
    if (file === null || waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    size = 0;
    const before = lost;
    const text =
      before === 0
        ? ''
        : textOf({ at: now(), level: 'warn', event: 'log.lost', text: `${before} lines could not be written` });
    try {
      file.write(`${text}${lines.join('')}`);
      lost -= before;
    } catch (error) {
      // A full disk raises its own alarm; the next line that can be written says how many are missing.
      void errnoOf(error);
      lost += lines.length;
    }
  };
  return {
    open(path) {
      file = LogFile.open(path);
      flush();
    },
    level(level) {
      least = level;
    },
    wants: (level) => rank(level) >= rank(least),
    line(level, event, text, about) {
      if (rank(level) < rank(least)) return;
      keep(
        textOf({
          at: now(),
          level,
          event,
          text: text.slice(0, LONGEST),
          ...(about !== undefined && { about: { ...about } }),
        }),
      );
      if (planned || file === null) return;
      planned = true;
      soon(flush);
    },
    flush,
    close() {
      flush();
      file?.close();
      file = null;
    },
  };
}
