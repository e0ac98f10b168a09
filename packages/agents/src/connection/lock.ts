// One connect or disconnect at a time in a state folder. The lock says what was begun: whoever finds one that nobody holds any
// more revokes the agent that was made and never written down, for nobody has its credential.
import { join } from 'node:path';
import { type AgentKind, agentKindSchema, instantSchema, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { type Done, undone } from '../fault.ts';
import { codeOf, createFile, makePrivateFolder, readIfThere, removeFile } from '../files.ts';
import type { ConnectClient } from './options.ts';
import { readConnection } from './record.ts';

const lockSchema = z.strictObject({
  pid: z.int().positive(),
  at: instantSchema,
  /** Of the agent that may be made. Null: none is. */
  making: z.strictObject({ kind: agentKindSchema, name: z.string() }).nullable(),
});
type Lock = Readonly<z.output<typeof lockSchema>>;
const parseLock = parserOf(lockSchema);

export interface Work {
  readonly home: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly making: { readonly kind: AgentKind; readonly name: string } | null;
  /** Null: the daemon is away. */
  readonly client: Pick<ConnectClient, 'agents' | 'disconnect'> | null;
}

/** Longer than any connect takes: a lock as old is nobody's, whoever has its process id now. */
const LONGEST_MS = 600_000;
/** Held by this very process. */
const held = new Set<string>();

/** Not begun where another one is under way. */
export async function underLock<T>(work: Work, begin: () => Promise<Done<T>>): Promise<Done<T>> {
  const path = join(work.home, 'agents', 'connecting.json');
  const taken = await take(path, work);
  if (!taken.ok) return taken;
  held.add(path);
  try {
    return await begin();
  } finally {
    held.delete(path);
    // One that stays is nobody's: the next takes it over.
    await removeFile(path).catch(() => undefined);
  }
}

async function take(path: string, work: Work): Promise<Done<null>> {
  const lock: Lock = { pid: process.pid, at: work.now, making: work.making };
  try {
    await makePrivateFolder(join(work.home, 'agents'));
    for (let tries = 0; tries < 2; tries += 1) {
      if (await createFile(path, JSON.stringify(lock))) return { ok: true, value: null };
      const other = await lockAt(path);
      if (other !== null && isHeld(path, other, work.now))
        return undone('not-written', `another connect is under way (process ${other.pid})`, 'wait until it is over');
      if (other !== null) await revokeOrphans(other, work);
      await removeFile(path);
    }
  } catch (error) {
    return undone('not-written', `\`${path}\` cannot be written: ${codeOf(error)}`, 'check who owns the state folder');
  }
  return undone('not-written', 'another connect is under way', 'wait until it is over');
}

/** Null: none, or half of one. */
async function lockAt(path: string): Promise<Lock | null> {
  try {
    const lock = parseLock(JSON.parse((await readIfThere(path)) ?? ''));
    return lock.ok ? lock.value : null;
  } catch {
    return null;
  }
}

function isHeld(path: string, { pid, at }: Lock, now: number): boolean {
  if (pid === process.pid) return held.has(path);
  if (Math.abs(now - at) > LONGEST_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function revokeOrphans({ at, making }: Lock, { home, client }: Work): Promise<void> {
  if (making === null || client === null) return;
  const agents = await client.agents();
  if (!agents.ok) return;
  for (const agent of agents.value.agents) {
    const isMeant = agent.kind === making.kind && agent.name === making.name && agent.createdAt >= at;
    const isUnused = agent.revokedAt === null && agent.lastSeenAt === null;
    if (!isMeant || !isUnused || (await readConnection(home, agent.id)) !== null) continue;
    await client.disconnect({ params: { id: agent.id } });
  }
}
