// `castellan ledger reindex`: the index that queries look into, made again from the ledger. The daemon makes it; without one
// that runs, what is there is taken away, and the next start makes it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readDaemonState } from '@castellan/client';
import { connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { plural } from '../text/words.ts';
import { stateFolder } from '../world.ts';

const EVERY_MS = 250;

export async function reindex({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const folder = stateFolder(world);
  const found = readDaemonState(folder);
  if (!found.ok && found.fault.kind !== 'not-running' && found.fault.kind !== 'stale')
    return out.error(found.fault.message, [found.fault.hint]);
  if (!found.ok) {
    try {
      for (const end of ['', '-wal', '-shm']) rmSync(join(folder, 'daemon', `search.db${end}`), { force: true });
    } catch {
      return out.error('the index cannot be taken away', [`see whose \`${join(folder, 'daemon')}\` is`]);
    }
    if (options.json) out.json({ removed: true });
    else out.line('the index is taken away; the daemon makes it anew when it starts');
    return EXIT.done;
  }
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const begun = await connection.client.reindex();
  if (!begun.ok) return tell(out, begun.error);
  const started = world.clock.now();
  const shows = world.stderr.isTTY === true && !options.json;
  for (;;) {
    const status = await connection.client.searchIndex();
    if (!status.ok) return tell(out, status.error);
    const { indexed, size } = status.value;
    if (shows) world.stderr.write(`\r${indexed} of ${plural(size, 'record')}`);
    if (indexed >= begun.value.size) {
      if (shows) world.stderr.write('\r\x1b[K');
      if (options.json) out.json(status.value);
      else out.line(`${plural(indexed, 'record')} in the index, made in ${seconds(world.clock.now() - started)}`);
      return EXIT.done;
    }
    await world.clock.pause(EVERY_MS);
  }
}

const seconds = (ms: number): string => (ms < 1000 ? 'less than a second' : plural(Math.round(ms / 1000), 'second'));
