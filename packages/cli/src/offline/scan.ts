// `castellan secrets scan`: where credentials lie about in files. Needs no daemon, changes nothing, shows no value.
import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Confidence, createDetector, type Finding } from '@castellan/secrets';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { table } from '../text/wrap.ts';

export interface ScanOptions extends JsonOption {
  /** What is worth a look too. */
  readonly all?: boolean;
}

/** Version control keeps its own store, and packages are other people's: both can be named to be read. */
const PASSED_BY: ReadonlySet<string> = new Set(['.git', 'node_modules']);
const MAX_BYTES = 32 * 1024 * 1024;

interface Found {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly format: string;
  readonly confidence: Confidence;
  /** Of the value, in bytes. */
  readonly length: number;
}

export async function scan({ world, out }: Context, paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  const detector = createDetector(options.all ? { floor: 'possible' } : {});
  const found: Found[] = [];
  const unread: string[] = [];
  let files = 0;
  for (const root of paths.length === 0 ? ['.'] : paths) {
    const real = realpathOf(resolve(world.cwd, root));
    if (real === null)
      return out.error(`\`${visible(root)}\` is not there`, ['name files and folders that are'], EXIT.usage);
    for (const file of filesBelow(real, unread)) {
      const bytes = contentOf(file, unread);
      if (bytes === null) continue;
      files += 1;
      if (world.stderr.isTTY === true && files % 200 === 0) world.stderr.write(`\r${files} files read`);
      const shown = relative(world.cwd, file) || file;
      const wanted = detector.find(bytes).filter(({ confidence }) => options.all || confidence !== 'possible');
      found.push(...placed(shown, bytes, wanted));
    }
  }
  if (world.stderr.isTTY === true && files >= 200) world.stderr.write('\r\u001b[K');
  if (options.json) out.json({ files, unread, found });
  else {
    for (const text of table(
      found.map((each) => [
        visible(`${each.file}:${each.line}:${each.column}`),
        each.format,
        each.confidence,
        plural(each.length, 'byte'),
      ]),
    ))
      out.line(text);
    for (const path of unread) out.note(`not read: ${visible(path)}`);
    out.note(
      found.length === 0
        ? `no credential in ${plural(files, 'file')}`
        : `${plural(found.length, 'credential')} in ${plural(files, 'file')}; \`castellan secrets import\` takes them out of env files and MCP settings`,
    );
  }
  // What could not be read was not looked at: that is no clean result.
  return found.length === 0 && unread.length === 0 ? EXIT.done : EXIT.failure;
}

function realpathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function* filesBelow(path: string, unread: string[]): Generator<string> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) unread.push(path);
  else if (stat.isFile()) yield path;
  else if (stat.isDirectory()) {
    let names: readonly string[] = [];
    try {
      names = readdirSync(path).toSorted();
    } catch {
      unread.push(path);
    }
    for (const name of names) {
      const below = join(path, name);
      // A link leads to what is read where it lies, or out of what was asked for.
      if (PASSED_BY.has(name) || lstatSync(below, { throwIfNoEntry: false })?.isSymbolicLink() !== false) continue;
      yield* filesBelow(below, unread);
    }
  }
}

function contentOf(file: string, unread: string[]): Uint8Array | null {
  try {
    if ((lstatSync(file).size ?? 0) <= MAX_BYTES) return readFileSync(file);
  } catch {
    // Told below.
  }
  unread.push(file);
  return null;
}

function placed(file: string, bytes: Uint8Array, findings: readonly Finding[]): readonly Found[] {
  let at = 0;
  let line = 1;
  let begin = 0;
  return findings.map(({ start, end, name, confidence }) => {
    for (; at < start; at += 1)
      if (bytes[at] === 0x0a) {
        line += 1;
        begin = at + 1;
      }
    return { file, line, column: start - begin + 1, format: name, confidence, length: end - start };
  });
}
