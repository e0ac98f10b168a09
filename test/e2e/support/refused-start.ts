// A daemon that must not start: how it ended, and that it left nothing half-started.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DaemonDidNotStart, type DaemonOptions, type ProcessResult, startDaemon } from '@castellan/testkit';

/** @throws Error when it starts, when it takes for ever, or when it leaves a socket or a state.json of its own behind. */
export async function refusedStart(
  options: DaemonOptions & { readonly home: string },
  { left = [] }: { readonly left?: readonly string[] } = {},
): Promise<ProcessResult> {
  const ended = await startDaemon({ timeout: 30_000, ...options }).then(
    async (daemon) => {
      await daemon.stop();
      return new Error(`it started: ${options.home}`);
    },
    (error: unknown) => error,
  );
  if (!(ended instanceof DaemonDidNotStart)) throw ended;
  const { result } = ended;
  if (result.signal !== null) throw new Error(`it did not end by itself (${result.signal}): ${result.stderr}`);
  for (const name of ['state.json', 'castellan.sock'])
    if (!left.includes(name) && existsSync(join(options.home, 'daemon', name)))
      throw new Error(`it left \`${name}\` behind`);
  return result;
}

/** Runs the same for each item, two at a time: more processes than that only wait for each other. */
export async function inPairs<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all([worker(), worker()]);
}
