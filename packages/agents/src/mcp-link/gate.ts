// The agent's own socket, where the file of its hooks names that one: within walls, as another user or in another container nothing
// else of the state folder is there. INVARIANT: a file or a socket that somebody else could have put there is none.
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { hookFilePath } from '../connection/commands.ts';
import { agentFolder } from '../connection/record.ts';
import { hookFileOf } from '../hook-client/hook-file.ts';

export interface Gate {
  readonly socket: string;
  /** Whose it must be. */
  readonly owner: number;
}

export interface GateCredential extends Gate {
  readonly credential: string;
}

const MOST_BYTES = 4096;

/** Null: the daemon is found by its state file. @param home CASTELLAN_HOME */
export function gateOf(home: string, agent: AgentId): GateCredential | null {
  const path = hookFilePath(agentFolder(home, agent));
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const { uid, mode, size, nlink } = fstatSync(file);
    const kept = size > MOST_BYTES || nlink !== 1 ? null : hookFileOf(readFileSync(file, 'utf8'));
    if (kept === null || !kept.socket.endsWith(join('/', agent, 'gate.sock'))) return null;
    const self = process.geteuid?.() ?? uid;
    const isPrivate = uid === self ? (mode & 0o077) === 0 : uid === kept.owner && (mode & 0o027) === 0;
    return isPrivate ? { socket: kept.socket, owner: kept.owner, credential: kept.credential } : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** Why a gate is not asked; null: it is. */
export function gateFault({ socket, owner }: Gate): string | null {
  try {
    return lstatSync(socket).uid === owner ? null : `the socket of the daemon is somebody else's: \`${socket}\``;
  } catch {
    return `the daemon does not answer: there is no \`${socket}\``;
  }
}
