// The daemon's process: settings in, one ready line out, signals to a graceful stop. Everything else is in daemon.ts.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';
import type { Daemon } from './daemon.ts';
import { startErrorOf } from './start-error.ts';

function fail(message: string, hints: readonly string[], exitCode: number): never {
  process.stderr.write(`castellan: error: ${message}\n${hints.map((hint) => `hint: ${hint}\n`).join('')}`);
  process.exit(exitCode);
}

function settings(): { readonly home: string; readonly port?: number } {
  const home = process.env.CASTELLAN_HOME ?? join(homedir(), '.config', 'castellan');
  if (!isAbsolute(home)) fail(`CASTELLAN_HOME \`${home}\` is not an absolute path`, ['give the whole path'], 64);
  const port = process.env.CASTELLAN_PORT;
  if (port === undefined || port === '') return { home };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    fail(`port \`${port}\` is not a port number`, ['use 0 to 65535; 0 takes any free port'], 64);
  return { home, port: Number(port) };
}

async function main(): Promise<void> {
  // What the agent's shell would inherit or a debugger would open must not exist here (feasibility.md 1.4).
  process.umask(0o077);
  process.on('SIGUSR1', () => undefined);
  let starting: Promise<Daemon> | null = null;
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // Asked in the middle of the start: what is being opened is opened, and then closed in order.
    const daemon = await starting?.catch(() => null);
    await daemon?.[Symbol.asyncDispose]();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
  const options = settings();
  try {
    keepCompiledCode(options.home);
    const { startDaemon } = await import('./daemon.ts');
    starting = startDaemon({ ...options, onStop: () => void stop() });
    const { port, socket, addresses } = (await starting).state;
    process.stdout.write(`${JSON.stringify({ ready: true, port, socket, addresses })}\n`);
  } catch (error) {
    const known = startErrorOf(error, options.home);
    if (known !== null) fail(known.message, known.hints, known.exitCode);
    fail(error instanceof Error ? error.message : 'unknown error', ['this is a bug; please report it'], 1);
  }
}

await main();
