// One line of `/proc/PID/stat`. RULE: the name in it is the program's own choice and may hold anything, brackets and blanks too.

export interface StatLine {
  readonly name: string;
  readonly parent: number;
  /** Since the machine started, in ticks. */
  readonly ticks: number;
  /** Whether it has ended and only waits to be counted. */
  readonly isOver: boolean;
}

/** Of Linux on every machine that we are built for. */
export const TICKS_A_SECOND = 100;

const PARENT = 1;
const TICKS = 19;

/** Null: it is no such line. */
export function parseStat(line: string): StatLine | null {
  const [open, close] = [line.indexOf('('), line.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = line.slice(close + 2).split(' ');
  const [parent, ticks] = [Number(fields[PARENT]), Number(fields[TICKS])];
  if (!Number.isSafeInteger(parent) || !Number.isSafeInteger(ticks)) return null;
  return { name: line.slice(open + 1, close), parent, ticks, isOver: fields[0] === 'Z' || fields[0] === 'X' };
}
