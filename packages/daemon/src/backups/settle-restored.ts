// The first start on a restored state. What lets a program in was true when the copy was made and may have been taken away since:
// all of it ends here, before anybody is answered. People come in with their passwords, as the copy has them.
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { readOwnFile } from '../own-file.ts';
import type { StatePaths } from '../state/index.ts';
import type { Parts } from '../surfaces/index.ts';

const noteSchema = z.object({ copyOf: z.number(), version: z.string(), records: z.number(), root: z.string() });

type Rooms = Pick<Parts, 'agents' | 'grants' | 'apiTokens' | 'records' | 'clock'>;

/** INVARIANT: the mark goes last. A start that dies in the middle is followed by one that does it again. */
export async function settleRestored(
  { agents, grants, apiTokens, records, clock }: Rooms,
  { restored: path }: Pick<StatePaths, 'restored'>,
): Promise<void> {
  const file = readOwnFile(path, { maxBytes: 4096, mode: 'repair' });
  if (file.kind === 'none') return;
  const by = 'restore';
  const connected = agents.list().filter(({ revokedAt }) => revokedAt === null);
  for (const { id, name } of connected) {
    await agents.disconnect(id);
    const text = `${name}: its credential came from a copy; connect it again`;
    await records.record({ kind: 'agent', at: clock.now(), agent: id, change: 'disconnected', by, text });
  }
  const given = grants.list();
  for (const { id } of given) {
    await grants.revoke(id);
    await records.record({
      kind: 'grant',
      at: clock.now(),
      grant: id,
      change: 'revoked',
      by,
      text: 'it came from a copy',
    });
  }
  const tokens = apiTokens.list();
  for (const { id } of tokens) await apiTokens.revoke(id);
  const ended = `${connected.length} agents, ${given.length} grants and ${tokens.length} API tokens of it ended`;
  await records.record({
    kind: 'daemon',
    at: clock.now(),
    change: 'restored',
    version: noteOf(file).version,
    text: `${noteOf(file).text}; ${ended}`,
  });
  rmSync(path, { force: true });
}

function noteOf(file: ReturnType<typeof readOwnFile>): { readonly version: string; readonly text: string } {
  const note = file.kind === 'text' ? noteSchema.safeParse(jsonOf(file.text)) : null;
  if (note?.success !== true) return { version: 'unknown', text: 'from a copy that it is not known of which' };
  const { copyOf, version, records, root } = note.data;
  return {
    version,
    text: `from a copy of ${new Date(copyOf).toISOString()}; the ledger goes on behind ${records} records with root ${root}, and what was recorded after them elsewhere is another line`,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
