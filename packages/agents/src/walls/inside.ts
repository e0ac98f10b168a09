// What a confined run finds in place of the file that says where the daemon is: one that names the agent's own socket, where no
// other credential counts. INVARIANT: of the state folder nothing else of ours stands inside, and no token of anybody.
import { join } from 'node:path';
import type { AgentSockets } from '@castellan/contract';
import { hookFilePath } from '../connection/commands.ts';
import { type Done, done, undone } from '../fault.ts';
import { readIfThere, replaceFile } from '../files.ts';
import { hookFileOf, hookFileText } from '../hook-client/hook-file.ts';

/** How every user id but the run's own looks inside; and that of root, who is nobody there. */
const NOBODY = 65_534;

/** Whose a file of `owner` is, as it looks inside to what `self` started. */
export const ownerInside = (owner: number, self: number): number => (owner === self && self !== 0 ? self : NOBODY);

/** @param folder `agents/ID` */
export const hookInside = (folder: string): string => join(folder, 'walls', 'hook');

export interface Socket {
  /** Who owns it outside. */
  readonly owner: number;
  readonly sockets: AgentSockets;
}

/** Written anew for each run: a credential may have been renewed. @param folder `agents/ID` @param self our own user id */
export async function writeHookInside(folder: string, { owner, sockets }: Socket, self: number): Promise<Done<string>> {
  const kept = hookFileOf((await readIfThere(hookFilePath(folder))) ?? '');
  if (kept === null) return undone('not-connected', 'its credential is gone', 'connect it again');
  const text = hookFileText({ ...kept, socket: sockets.gate, owner: ownerInside(owner, self) });
  if (!text.ok) return text;
  const path = hookInside(folder);
  await replaceFile(path, text.value);
  return done(path);
}
