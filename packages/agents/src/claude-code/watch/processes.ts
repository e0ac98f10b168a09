// The processes of an agent that this user runs, as /proc shows them. Linux only; elsewhere there are none to see.
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface ClaudeProcess {
  readonly pid: number;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string;
}

const entries = (text: string): readonly string[] => text.split('\0').filter((part) => part !== '');

/** By the program that runs, and for the version that Node runs by the script it was given. */
export const isClaude = (exe: string, args: readonly string[]): boolean =>
  basename(exe.replace(/ \(deleted\)$/, '')) === 'claude' ||
  basename(args[0] ?? '') === 'claude' ||
  args.slice(0, 2).some((part) => /@anthropic-ai\/claude-code\/.*\.[cm]?js$/.test(part));

type Is = (exe: string, args: readonly string[]) => boolean;

async function look(root: string, pid: string, uid: number, is: Is): Promise<ClaudeProcess | null> {
  const folder = join(root, pid);
  try {
    if ((await stat(folder)).uid !== uid) return null;
    const args = entries(await readFile(join(folder, 'cmdline'), 'utf8'));
    const exe = await readlink(join(folder, 'exe')).catch(() => '');
    if (!is(exe, args)) return null;
    const env = entries(await readFile(join(folder, 'environ'), 'utf8')).map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    return { pid: Number(pid), args, env: Object.fromEntries(env), cwd: await readlink(join(folder, 'cwd')) };
  } catch {
    // It ended while we looked, or is not ours to see.
    return null;
  }
}

export const claudeProcesses = (root = '/proc'): Promise<readonly ClaudeProcess[]> => processesWhere(isClaude, root);

/** @param is by the program that runs and its arguments. */
export async function processesWhere(is: Is, root = '/proc'): Promise<readonly ClaudeProcess[]> {
  const uid = process.getuid?.();
  if (uid === undefined) return [];
  const names = await readdir(root).catch((): string[] => []);
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((pid) => look(root, pid, uid, is)));
  return found.filter((item) => item !== null);
}
