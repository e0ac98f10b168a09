// `castellan log`: records as they are written, newest last.
import type { LedgerRecord } from '@castellan/contract';
import { connect, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { RECORD_KINDS } from '../text/record-kinds.ts';
import { recordLine } from '../text/record-line.ts';
import { visible } from '../text/visible.ts';

export interface LogOptions {
  readonly json?: boolean;
  readonly limit: number;
  readonly follow?: boolean;
  readonly agent?: string;
  readonly call?: string;
  readonly kind?: string;
}

export async function log(context: Context, options: LogOptions): Promise<ExitCode> {
  const { world, out } = context;
  // Of a kind that is none there is no record: an empty answer would say that nothing happened.
  if (options.kind !== undefined && !RECORD_KINDS.includes(options.kind))
    return out.error(
      `\`${visible(options.kind)}\` is no kind of record`,
      [`one of ${RECORD_KINDS.join(', ')}`],
      EXIT.usage,
    );
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const { limit, agent, call, kind } = options;
  const filter = {
    ...(agent === undefined ? {} : { agent }),
    ...(call === undefined ? {} : { call }),
    ...(kind === undefined ? {} : { kind }),
  };
  const show = (index: number, record: LedgerRecord): void => {
    // One JSON text a line, so that the output of a log can be read as it comes.
    if (options.json) out.line(JSON.stringify({ index, record }));
    else out.line(recordLine(index, record));
  };
  const first = await connection.client.ledger({ query: { ...filter, limit } });
  if (!first.ok) return tell(out, first.error);
  for (const { index, record } of first.value.records) show(index, record);
  let next = first.value.size;
  while (options.follow) {
    await world.clock.pause(500);
    const page = await connection.client.ledger({ query: { ...filter, from: next, limit: 1000 } });
    if (!page.ok) return tell(out, page.error);
    for (const { index, record } of page.value.records) show(index, record);
    const last = page.value.records.at(-1);
    // A full page may not reach the end: go on behind its last record.
    next = page.value.records.length === 1000 && last !== undefined ? last.index + 1 : page.value.size;
  }
  return EXIT.done;
}
