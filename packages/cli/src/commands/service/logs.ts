// `castellan service logs`: the daemon's own log, read from its files, the full ones included. Needs no daemon.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FILES, LOG_LEVELS, type LogLevel, type LogLine, logLevelSchema, logLineSchema } from '@castellan/contract';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { stateFolder } from '../../world.ts';

export interface LogsOptions extends JsonOption {
  readonly lines?: number;
  readonly follow?: boolean;
  readonly level?: string;
}

const LINES = 50;
const LOOK_MS = 250;

interface Read {
  readonly text: string;
  readonly inode: number;
  readonly size: number;
}

/** What stands there from a byte on; null: there is no such file. */
function readFrom(path: string, from: number): Read | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { ino: inode, size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, from + read);
      if (more === 0) break;
      read += more;
    }
    return { text: bytes.subarray(0, read).toString('utf8'), inode, size: from + read };
  } finally {
    closeSync(file);
  }
}

function lineOf(text: string): LogLine | null {
  try {
    const found = logLineSchema.safeParse(JSON.parse(text));
    return found.success ? found.data : null;
  } catch {
    return null;
  }
}

const about = ({ about: facts = {} }: LogLine): string =>
  Object.entries(facts)
    .map(([name, value]) => `  ${name}=${value}`)
    .join('');

function show(out: Output, texts: readonly string[], least: LogLevel, json: boolean): void {
  for (const text of texts) {
    const line = lineOf(text);
    // Half a line of a machine that failed is shown as it is.
    if (line === null) out.line(visible(text));
    else if (LOG_LEVELS.indexOf(line.level) < LOG_LEVELS.indexOf(least)) continue;
    else if (json) out.line(visible(text));
    else {
      const { at, level, event, text: said } = line;
      out.line(visible(`${new Date(at).toISOString()} ${level.padEnd(5)} ${event}: ${said}${about(line)}`));
    }
  }
}

const linesIn = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

export async function serviceLogs({ world, out }: Context, options: LogsOptions): Promise<ExitCode> {
  const level = logLevelSchema.safeParse(options.level ?? 'debug');
  if (!level.success)
    return out.error(
      `\`${visible(options.level ?? '')}\` is no level`,
      [`one of ${LOG_LEVELS.join(', ')}`],
      EXIT.usage,
    );
  const path = join(stateFolder(world), 'daemon', 'castellan.log');
  const wanted = options.lines ?? LINES;
  const weighs = (text: string): boolean => {
    const line = lineOf(text);
    return line === null || LOG_LEVELS.indexOf(line.level) >= LOG_LEVELS.indexOf(level.data);
  };
  let latest = readFrom(path, 0);
  let lines = linesIn(latest?.text ?? '').filter(weighs);
  for (let n = 1; n < LOG_FILES && lines.length < wanted; n += 1)
    lines = [...linesIn(readFrom(`${path}.${n}`, 0)?.text ?? '').filter(weighs), ...lines];
  if (latest === null && options.follow !== true)
    return out.error('there is no log yet', ['the daemon writes it: `castellan up`']);
  show(out, lines.slice(-wanted), level.data, options.json === true);
  if (options.follow !== true) return EXIT.done;
  let rest = '';
  for (;;) {
    await world.clock.pause(LOOK_MS);
    const now = readFrom(path, latest?.size ?? 0);
    if (now === null) continue;
    const isNew = latest !== null && now.inode !== latest.inode;
    // It was full: what came last stands in the file beside it, what came since in another one.
    const old = isNew ? (readFrom(`${path}.1`, latest?.size ?? 0)?.text ?? '') : '';
    const fresh = isNew ? (readFrom(path, 0) ?? now) : now;
    latest = fresh;
    const whole = rest + old + fresh.text;
    const end = whole.lastIndexOf('\n') + 1;
    rest = whole.slice(end);
    show(out, linesIn(whole.slice(0, end)), level.data, options.json === true);
  }
}
