// `castellan log`: records that fit a query, newest last, and on request as they are written.

import type { ClientError } from '@castellan/client';
import type { LedgerRecord } from '@castellan/contract';
import { type Connection, connect, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { recordLine } from '../text/record-line.ts';
import { instant, plural } from '../text/words.ts';

export interface LogOptions {
  readonly json?: boolean;
  readonly limit: number;
  readonly follow?: boolean;
}

interface Placed {
  readonly index: number;
  readonly record: LedgerRecord;
}
/** How far was looked. */
interface Reach {
  readonly size: number;
  readonly searchedTo: number | null;
  readonly behind: number;
}
type Latest =
  | { readonly ok: true; readonly found: readonly Placed[]; readonly reach: Reach }
  | { readonly ok: false; readonly error: ClientError };

const AT_ONCE = 1000;
const EVERY_MS = 500;
/** Pages that stopped early are asked for again and again; in one of them a few ten thousand records are looked at. */
const MOST_PAGES = 200;

/** The latest that fit, oldest first. */
async function latest({ client }: Connection, q: string, limit: number): Promise<Latest> {
  let found: readonly Placed[] = [];
  let before: number | undefined;
  let size: number | undefined;
  for (let pages = 0; ; pages += 1) {
    const answer = await client.ledger({
      query: { q, limit: limit - found.length, ...(before === undefined ? {} : { before }) },
    });
    if (!answer.ok) return answer;
    const { records, next, searchedTo, behind } = answer.value;
    // What comes after the first page was written is for those that follow.
    size ??= answer.value.size;
    found = [...records, ...found];
    // One that stopped early goes on by itself: whoever asks wants an answer, and each page is one short turn of the daemon.
    if (searchedTo === null || next === null || found.length >= limit || pages >= MOST_PAGES)
      return { ok: true, found, reach: { size, searchedTo, behind } };
    before = next;
  }
}

function notes(out: Output, { searchedTo, behind }: Reach): void {
  if (searchedTo !== null)
    out.note(`note: looked back to ${instant(searchedTo)}; \`until:\` with that time looks further back`);
  if (behind > 0) out.note(`note: the index is still being made: ${plural(behind, 'record')} cannot be found yet`);
}

export async function log(
  { world, out }: Context,
  words: readonly string[],
  { json = false, limit, follow = false }: LogOptions,
): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const q = words.join(' ');
  const show = ({ index, record }: Placed): void => {
    // One JSON text a line, so that the output of a log can be read as it comes.
    if (json) out.line(JSON.stringify({ index, record }));
    else out.line(recordLine(index, record));
  };
  const answer = await latest(connection, q, limit);
  if (!answer.ok) {
    const wrong = answer.error.kind === 'api' && answer.error.error.error === 'bad_request';
    const code = tell(out, answer.error);
    return wrong ? EXIT.usage : code;
  }
  answer.found.forEach(show);
  notes(out, answer.reach);
  if (answer.found.length === 0 && q !== '' && !json && !follow) out.note('note: nothing of that kind is on record');
  for (let from = answer.reach.size; follow; ) {
    await world.clock.pause(EVERY_MS);
    const page = await connection.client.ledger({ query: { q, from, limit: AT_ONCE } });
    if (!page.ok) return tell(out, page.error);
    page.value.records.forEach(show);
    from = page.value.next ?? from;
  }
  return EXIT.done;
}
