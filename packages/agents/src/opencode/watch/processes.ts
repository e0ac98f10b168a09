// The OpenCode processes of this user, as /proc shows them. Linux only; elsewhere there are none to see.
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface OpenCodeProcess {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

const entries = (text: string): readonly string[] => text.split('\0').filter((part) => part !== '');

/** By the program that runs; the launcher that Node runs ends in it. */
const isOpenCode = (exe: string): boolean => basename(exe.replace(/ \(deleted\)$/, '')) === 'opencode';

async function look(root: string, pid: string, uid: number): Promise<OpenCodeProcess | null> {
  const folder = join(root, pid);
  try {
    if ((await stat(folder)).uid !== uid) return null;
    if (!isOpenCode(await readlink(join(folder, 'exe')))) return null;
    const args = entries(await readFile(join(folder, 'cmdline'), 'utf8'));
    const env = entries(await readFile(join(folder, 'environ'), 'utf8')).map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    return { pid: Number(pid), args, env: Object.fromEntries(env) };
  } catch {
    // It ended while we looked, or is not ours to see.
    return null;
  }
}

export async function openCodeProcesses(root = '/proc'): Promise<readonly OpenCodeProcess[]> {
  const uid = process.getuid?.();
  if (uid === undefined) return [];
  const names = await readdir(root).catch((): string[] => []);
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => look(root, pid, uid)));
  return found.filter((item) => item !== null);
}
