// Which program a manifest starts: its file, or the script a runtime is given, with the arguments. INVARIANT: another file
// or another argument is another server. A file that is replaced between this look and the start is not noticed here.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { canonicalJson, type Digest, type McpProcess, type ServerIdentity } from '@castellan/contract';
import { findProgram } from '../install/find-program.ts';

export type Identified =
  | { readonly ok: true; readonly file: string; readonly identity: ServerIdentity & { readonly kind: 'process' } }
  | { readonly ok: false; readonly why: string; readonly hint: string };

/** What runs a file that it is given: the file is the server, and a newer runtime is the same server. */
const RUNTIME =
  /^(node|nodejs|bun|deno|tsx|ts-node|python(\d+(\.\d+)?)?|pypy3?|ruby|perl|php|java|bash|sh|zsh|dash)(\.exe)?$/;
/** Options of runtimes whose value is the next argument. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '-X',
  '-W',
  '-cp',
  '-I',
  '-C',
]);

export const sha256 = (text: string): Digest => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

interface Known {
  readonly stamp: string;
  readonly digest: Digest;
}
/** Digests of large programs, as long as nobody touched the file. */
const known = new Map<string, Known>();
const MAX_KNOWN = 256;

async function fileDigest(path: string): Promise<Digest | null> {
  try {
    const file = await realpath(path);
    const { size, mtimeNs, ctimeNs, ino, dev } = await stat(file, { bigint: true });
    const stamp = [size, mtimeNs, ctimeNs, ino, dev].join(' ');
    const before = known.get(file);
    if (before?.stamp === stamp) return before.digest;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
    const digest: Digest = `sha256:${hash.digest('hex')}`;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(file, { stamp, digest });
    return digest;
  } catch {
    return null;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The first argument that is no option and is a file. */
async function scriptOf(args: readonly string[], cwd: string): Promise<string | null> {
  for (const [index, arg] of args.entries()) {
    if (arg === '-m' || arg === '-c' || arg === '-e' || arg === '--eval') return null;
    if (arg.startsWith('-') || WITH_VALUE.has(args[index - 1] ?? '')) continue;
    const file = isAbsolute(arg) ? arg : resolve(cwd, arg);
    if (await isFile(file)) return file;
  }
  return null;
}

/** @param path the PATH it is started with. */
export async function identify(start: McpProcess, cwd: string, path: string | undefined): Promise<Identified> {
  const file = findProgram(start.command, path);
  if (file === null)
    return {
      ok: false,
      why: `there is no program \`${start.command}\``,
      hint: 'write its absolute path in the manifest, or install it',
    };
  const script = RUNTIME.test(basename(file)) ? await scriptOf(start.args, cwd) : null;
  const program = await fileDigest(script ?? file);
  if (program === null)
    return { ok: false, why: `\`${script ?? file}\` cannot be read`, hint: 'look at its permissions' };
  const { args, package: pinned } = start;
  const digest = sha256(canonicalJson({ program, args: [...args], package: pinned?.integrity ?? null }));
  return { ok: true, file, identity: { kind: 'process', command: file, digest } };
}
