// `castellan export`: records of the ledger in a form that something else reads, to a file or to stdout, as they come.
import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exportLedger, socketTransport } from '@castellan/client';
import type { ExportForm } from '@castellan/contract';
import { daemonOf, setupWords, tell } from '../connection.ts';
import type { Context } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';

export interface ExportOptions {
  readonly as: ExportForm;
  readonly out?: string;
}

const told = (error: unknown): string => visible(error instanceof Error ? error.message : String(error));

interface Target {
  /** Its size in bytes. */
  take(bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** Where nothing was asked for after all. */
  drop(): Promise<void>;
}

/** Whole or not there: what was broken off leaves no file that looks like an export. Made anew, for this user alone. */
async function fileAt(path: string): Promise<Target> {
  const part = `${path}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o600);
  const drop = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
  };
  return {
    drop,
    async take(bytes) {
      let size = 0;
      for await (const piece of bytes) {
        await file.write(piece);
        size += piece.byteLength;
      }
      await file.sync();
      await file.close();
      await rename(part, path);
      return size;
    },
  };
}

async function toStream(stream: NodeJS.WriteStream, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of bytes) {
    if (stream.destroyed) return;
    if (!stream.write(piece)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
  }
}

export async function exportCommand(
  context: Context,
  query: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'export');
  if (refused !== undefined) return refused;
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  const path = options.out === undefined ? null : resolve(world.cwd, options.out);
  let file: Target | null;
  try {
    // Before anything is asked: an export that nobody can keep is none, and is not recorded as one.
    file = path === null ? null : await fileAt(path);
  } catch (error) {
    return out.error(`cannot write \`${visible(path ?? '')}\`: ${told(error)}`, ['name another file with `--out`']);
  }
  const transport = socketTransport({ socketPath: state.socket, token: state.token });
  try {
    const answer = await exportLedger(transport, { as: options.as, q: query ?? '' });
    if (!answer.ok) {
      await file?.drop();
      return tell(out, setupWords(answer.error, state));
    }
    if (file === null || path === null) await toStream(world.stdout, answer.value);
    else out.note(`${await file.take(answer.value)} bytes in ${visible(path)}`);
    return EXIT.done;
  } catch (error) {
    await file?.drop();
    return out.error(`the export was broken off: ${told(error)}`, [
      'what came is not whole; try again, and look at `castellan status`',
    ]);
  } finally {
    transport.close();
  }
}
