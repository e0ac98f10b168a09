// One line of `/proc/PID/stat`. RULE: the name in it is the program's own choice and may hold anything, brackets and blanks too.

export interface StatLine {
  readonly name: string;
  readonly parent: number;
  /** The ids of its group and its session: of the processes that began them, whether or not those still are. */
  readonly group: number;
  readonly session: number;
  /** Since the machine started, in ticks. */
  readonly ticks: number;
  /** Whether it has ended and only waits to be counted. */
  readonly isOver: boolean;
}

/** Of Linux on every machine that we are built for. */
export const TICKS_A_SECOND = 100;

const PARENT = 1;
const GROUP = 2;
const SESSION = 3;
const TICKS = 19;

/** Null: it is no such line. */
export function parseStat(line: string): StatLine | null {
  const [open, close] = [line.indexOf('('), line.lastIndexOf(')')];
  if (open < 0 || close < open) return null;
  const fields = line.slice(close + 2).split(' ');
  const [parent, ticks] = [Number(fields[PARENT]), Number(fields[TICKS])];
  const [group, session] = [Number(fields[GROUP]), Number(fields[SESSION])];
  if (!Number.isSafeInteger(parent) || !Number.isSafeInteger(ticks)) return null;
  return {
    name: line.slice(open + 1, close),
    parent,
    group,
    session,
    ticks,
    isOver: fields[0] === 'Z' || fields[0] === 'X',
  };
}
