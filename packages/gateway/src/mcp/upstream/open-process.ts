// The way to a server that runs here. INVARIANT: who it is is looked at before it is started, and before it is given a secret.
import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { childEnvironment, type McpProcess } from '@castellan/contract';
import type { WalledServer } from '../host.ts';
import type { Connecting, Way } from './connection.ts';
import { identify } from './identity.ts';
import { endLeavers, MARK } from './leavers.ts';
import { startProcess } from './process.ts';
import { StderrLines } from './stderr.ts';
import { StdioTransport } from './stdio-transport.ts';

const unusable = (why: string, hint: string): Connecting => ({ ok: false, kind: 'unusable', why, hint });

/** Python does not look for modules where it stands. A manifest may say otherwise. */
const SAFER = { PYTHONSAFEPATH: '1' };

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Whatever a server left in its walls, its end is an end: nobody waits for it whom a rejection would reach, and one alone ends the daemon. */
const cleared = async (walled: WalledServer | null, leavers: Promise<void>): Promise<void> => {
  const others = leavers.catch(() => undefined);
  await walled?.ended(others).catch(() => undefined);
  await others;
};

export async function openProcess(
  { module, host, pace, mayBe, folder, walls }: Way,
  start: McpProcess,
): Promise<Connecting> {
  let cwd: string;
  try {
    cwd = start.cwd ?? folder();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'its folder cannot be made';
    return unusable(why, 'look at the folder `castellan` in your cache, or name another one in the manifest');
  }
  if (!isAbsolute(cwd) || !isFolder(cwd))
    return unusable(`its folder \`${cwd}\` does not exist`, 'make it, or name another one in the manifest');
  const path = start.env.PATH ?? host.env.PATH;
  const found = await identify(start, cwd, path);
  if (!found.ok) return unusable(found.why, found.hint);
  const held = mayBe(found.identity);
  if (held !== null)
    return { ok: false, kind: 'held', why: held, hint: `look at it: castellan modules inspect ${module}` };
  const filled = await host.fillIn(module, start.env, null);
  if (!filled.ok) return unusable(filled.why, `castellan secrets list shows what there is`);
  const passed = Object.fromEntries(
    start.pass.flatMap((name) => (host.env[name] === undefined ? [] : [[name, host.env[name]]])),
  );
  const mark = host.clock.random(12).toString('hex');
  const env = childEnvironment('plain', host.env, { ...SAFER, ...passed, ...filled.values, [MARK]: mark });
  const plain = { file: found.file, args: start.args, cwd, env };
  const walled = (await walls?.confine({ ...plain, made: found.made })) ?? null;
  if (walled?.ok === false) return unusable(walled.why, walled.hint);
  const started = await startProcess({ ...(walled ?? plain), cwd }, host.clock);
  if (!started.ok) {
    await cleared(walled, Promise.resolve());
    return unusable(started.why, 'look at `start` in its manifest');
  }
  const left = started.process.ended.then(() => cleared(walled, endLeavers(mark)));
  const stderr = new StderrLines((text) => host.hideText(text));
  stderr.follow(started.process.stderr, host.clock);
  const transport = new StdioTransport(started.process, host.clock, pace);
  walled?.started(started.process.pid, (why) => transport.end(why));
  return {
    ok: true,
    connection: {
      transport,
      identity: () => found.identity,
      stderr: () => stderr.latest,
      lastBytes: () => transport.lastBytes,
      over: () => transport.over,
      cause: () => 'crash',
      explain: async () => null,
      lastRefusal: () => null,
      hasDied: () => transport.hasDied,
      end: (why) => transport.end(why),
      close: async () => {
        await transport.close();
        await left;
      },
    },
  };
}
