// Puts our entry in place of what was added, in one file. INVARIANT: the bytes before and after are kept first; the file
// changes once, whole, or not at all.
import {
  endMove,
  keepMove,
  type MovedEntry,
  mcpClient,
  type OwnEntry,
  replaceClientFile,
  type SurveyedFile,
} from '@castellan/agents';
import type { AgentId } from '@castellan/contract';

export type MovedFile = { readonly ok: true } | { readonly ok: false; readonly why: string };

export async function moveFile(
  { file }: SurveyedFile,
  entries: readonly MovedEntry[],
  own: OwnEntry,
  { state, now, connected }: { readonly state: string; readonly now: number; readonly connected: AgentId | null },
): Promise<MovedFile> {
  const { client, path, project, text } = file;
  const after = mcpClient(client).moveOut(
    text,
    entries.map((entry) => entry.path),
    own,
  );
  if (after === null) return { ok: false, why: 'its entries cannot be taken out without touching anything else' };
  const agent = connected === null ? {} : { connected };
  const move = { client, path, project, at: now, entries: [...entries], ...agent };
  const kept = await keepMove(state, move, { before: text, after });
  const fault = await replaceClientFile(file, after);
  if (fault === null) return { ok: true };
  await endMove(kept);
  return { ok: false, why: fault };
}
