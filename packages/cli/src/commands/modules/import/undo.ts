// `castellan modules import --undo`: clients' files as they were. Nobody must need the daemon to get rid of us.
import { type KeptMove, listMoves, type McpClientName, mcpClient, type Undone, undoMove } from '@castellan/agents';
import type { Client } from '@castellan/client';
import type { Context } from '../../../context.ts';
import { EXIT, type ExitCode } from '../../../output.ts';
import { visible } from '../../../text/visible.ts';
import { stateFolder } from '../../../world.ts';

const HOW: Readonly<Record<Exclude<Undone['kind'], 'left'>, string>> = {
  original: 'is as it was, byte for byte',
  entries: 'has its servers back; what else was changed in it since stays',
  'never-changed': 'is as it was: it had not been changed',
};

/** Newest first: a file that was imported twice goes back in two steps. */
export async function undoImport(
  { world, out }: Context,
  only: McpClientName | null,
  client: Client | null,
  json: boolean,
): Promise<ExitCode> {
  const moves = (await listMoves(stateFolder(world))).filter(
    ({ move }) => move.state === 'moved' && (only === null || move.client === only),
  );
  if (moves.length === 0) return out.error('nothing was moved that could be put back', [], EXIT.failure);
  const results: { readonly kept: KeptMove; readonly undone: Undone }[] = [];
  for (const kept of moves.toReversed()) {
    const undone = await undoMove(kept, world.userHome);
    results.push({ kept, undone });
    if (undone.kind !== 'left') await noted(client, kept);
    if (json) continue;
    const path = visible(kept.move.path);
    if (undone.kind === 'left')
      out.note(`left: ${path}: ${visible(undone.why)}; as it was before: ${visible(undone.keptCopy)}`);
    else out.line(`${mcpClient(kept.move.client).title}: ${path} ${HOW[undone.kind]}`);
  }
  const left = results.filter(({ undone }) => undone.kind === 'left');
  if (json)
    out.json(results.map(({ kept: { move }, undone }) => ({ client: move.client, file: move.path, ...undone })));
  else if (left.length < results.length) {
    out.line('the modules and their secrets stay: `castellan modules remove NAME`, `castellan secrets remove NAME`');
    out.line(
      'the clients stay connected as agents: `castellan agents` lists them, `castellan disconnect AGENT` ends one',
    );
  }
  return left.length === 0 ? EXIT.done : EXIT.failure;
}

async function noted(client: Client | null, { move }: KeptMove): Promise<void> {
  if (client === null) return;
  for (const module of new Set(move.entries.map((entry) => entry.module)))
    await client.moduleMoved({
      body: { module, client: mcpClient(move.client).title, file: move.path, direction: 'out' },
    });
}
