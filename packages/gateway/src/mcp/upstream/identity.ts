// Which program a manifest starts: its file, or the script a runtime is given, with the arguments. INVARIANT: another file
// or another argument is another server. A file that is replaced between this look and the start is not noticed here.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson, type Digest, type McpProcess, type ServerIdentity } from '@castellan/contract';
import { findProgram } from '../install/find-program.ts';
import { installedRoot, treeDigest } from '../install/tree.ts';

export type Identified =
  | {
      readonly ok: true;
      readonly file: string;
      /** What it is made of beside that: where its package was installed, its script, what is loaded before it. */
      readonly made: readonly string[];
      readonly identity: ServerIdentity & { readonly kind: 'process' };
    }
  | { readonly ok: false; readonly why: string; readonly hint: string };

/** What runs a file that it is given: the file is the server, and a newer runtime is the same server. */
const RUNTIME =
  /^(node|nodejs|bun|deno|tsx|ts-node|python(\d+(\.\d+)?)?|pypy3?|ruby|perl|php|java|bash|sh|zsh|dash)(\.exe)?$/;
/** Options whose value is a file that is loaded before the script, as often as they stand there. */
const PRELOAD = /^(-r|--require|--import|--loader|--experimental-loader|--preload)(?:=(.+))?$/s;
/** What runs is named by no file: a program in an argument, or a name that is looked up. */
const NO_FILE = /^(-m|-c|-e|-p|-pe|--eval|--print)(=|$)/;
/** How files are called that a runtime is given to run. */
const CODE = /\.([cm]?[jt]sx?|pyz?|rb|pl|php|jar|sh)$/;

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

async function fileNamed(text: string, cwd: string): Promise<string | null> {
  if (text === '' || text.includes('\0')) return null;
  let path = text;
  if (/^file:/i.test(text)) {
    try {
      path = fileURLToPath(text);
    } catch {
      return null;
    }
  }
  const file = isAbsolute(path) ? path : resolve(cwd, path);
  return (await isFile(file)) ? file : null;
}

interface Given {
  /** What the runtime is told to run; null: no file, so that only the runtime itself is known. */
  readonly script: string | null;
  /** What is loaded before it: preloads, files of settings. */
  readonly before: readonly string[];
}

/**
 * The files a runtime is given up to the script. Which options have a value only the runtime knows: a file right after an option
 * that is not called like code counts as its value, and the script is looked for behind it.
 */
async function givenTo(args: readonly string[], cwd: string): Promise<Given> {
  const before: string[] = [];
  for (const [index, arg] of args.entries()) {
    const preload = PRELOAD.exec(arg);
    if (NO_FILE.test(arg)) return { script: null, before };
    const last = PRELOAD.exec(args[index - 1] ?? '');
    const isPreloaded = last !== null && last[2] === undefined;
    if (preload !== null && !isPreloaded) {
      const file = preload[2] === undefined ? null : await fileNamed(preload[2], cwd);
      if (file !== null) before.push(file);
      continue;
    }
    if (arg.startsWith('-') && !isPreloaded) {
      const [, value = ''] = /^--?[^=]+=(.+)$/s.exec(arg) ?? [];
      const file = await fileNamed(value, cwd);
      if (file !== null) before.push(file);
      continue;
    }
    const file = await fileNamed(arg, cwd);
    const isAfterOption = args[index - 1]?.startsWith('-') === true;
    if (file === null) continue;
    if (isPreloaded || (isAfterOption && !CODE.test(file))) before.push(file);
    else return { script: file, before };
  }
  return { script: null, before };
}

const isRuntime = (file: string): boolean => RUNTIME.test(basename(file));

/**
 * Whether all that is known of a server is the runtime it is started with: what that will run is named by no file, so that
 * another program in its place is not noticed.
 */
export async function pinsRuntimeOnly(start: McpProcess, cwd: string): Promise<boolean> {
  return isRuntime(start.command) && (await givenTo(start.args, cwd)).script === null;
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
  const { script, before } = isRuntime(file) ? await givenTo(start.args, cwd) : { script: null, before: [] };
  const digests: Digest[] = [];
  for (const path of [script ?? file, ...before]) {
    const found = await fileDigest(path);
    if (found === null) return { ok: false, why: `\`${path}\` cannot be read`, hint: 'look at its permissions' };
    digests.push(found);
  }
  const [program = null, ...loaded] = digests;
  const { args, package: pinned } = start;
  // Of what we installed everything counts: what the script loads stands beside it.
  const root = installedRoot(start);
  const tree = root === null ? null : await treeDigest(root);
  if (tree?.ok === false)
    return {
      ok: false,
      why: `\`${root}\` is no installation of ours: ${tree.why}`,
      hint: 'remove it and add the module again',
    };
  const known = {
    program,
    args: [...args],
    package: pinned?.integrity ?? null,
    ...(loaded.length > 0 && { loaded }),
    ...(tree !== null && { tree: tree.digest }),
  };
  const digest = sha256(canonicalJson(known));
  const made = [...(root === null ? [] : [root]), ...(script === null ? [] : [script]), ...before];
  return { ok: true, file, made, identity: { kind: 'process', command: file, digest } };
}
