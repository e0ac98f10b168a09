// The daemon's process: settings in, one ready line out, signals to a graceful stop. Everything else is in daemon.ts.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';
import type { Daemon } from './daemon.ts';
import { dropRights } from './drop.ts';
import { startErrorOf } from './start-error.ts';

interface Settings {
  readonly home: string;
  readonly keySettings: { readonly dataHome: string; readonly passphraseFile: string | null };
  readonly cacheHome: string;
  readonly port?: number;
}
interface Unusable {
  readonly fault: string;
  readonly hint: string;
}

function settings(): Settings | Unusable {
  const home = process.env.CASTELLAN_HOME ?? join(homedir(), '.config', 'castellan');
  if (!isAbsolute(home))
    return { fault: `CASTELLAN_HOME \`${home}\` is not an absolute path`, hint: 'give the whole path' };
  const { XDG_DATA_HOME: data = '', CASTELLAN_VAULT_PASSPHRASE_FILE: passphraseFile = null } = process.env;
  if (passphraseFile !== null && !isAbsolute(passphraseFile))
    return { fault: 'CASTELLAN_VAULT_PASSPHRASE_FILE is not an absolute path', hint: 'give the whole path' };
  const keySettings = { dataHome: isAbsolute(data) ? data : join(homedir(), '.local', 'share'), passphraseFile };
  const { XDG_CACHE_HOME: cache = '' } = process.env;
  const cacheHome = isAbsolute(cache) ? cache : join(homedir(), '.cache');
  const port = process.env.CASTELLAN_PORT;
  if (port === undefined || port === '') return { home, keySettings, cacheHome };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return { fault: `port \`${port}\` is not a port number`, hint: 'use 0 to 65535; 0 takes any free port' };
  return { home, keySettings, cacheHome, port: Number(port) };
}

/** Whoever starts us says that there is somebody to read it; a log that our output goes to is nobody. */
const setupPlaceOf = (): 'terminal' | 'file' =>
  process.env.CASTELLAN_SETUP_CODE === 'terminal' || process.stdout.isTTY === true ? 'terminal' : 'file';

const bugText = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');

/** Whoever started us wants one thing done, and no daemon. */
async function answerOffline(): Promise<void> {
  const [{ createGuard, createVoice }, { runOffline }, { VERSION }] = await Promise.all([
    import('./exits/index.ts'),
    import('./offline/index.ts'),
    import('./daemon.ts'),
  ]);
  const { exits } = createGuard();
  createVoice(exits, process.stdout, process.stderr).answer(
    await runOffline(process.stdin, { exits, version: VERSION }),
  );
}

async function main(): Promise<void> {
  // What the agent's shell would inherit or a debugger would open must not exist here (feasibility.md 1.4).
  const offline = process.argv[2] === '--offline';
  const dropped = dropRights(process.argv.slice(offline ? 3 : 2));
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
  // The launcher has ended, however that was: nothing could be started any more, and another one would find us in its way.
  if (process.argv[2] === '--become') process.stdin.on('end', () => void stop()).resume();
  const options = settings();
  if (offline) return answerOffline();
  // Nothing is written by one that could not become who it was told.
  if (dropped.fault === null && !('fault' in options)) keepCompiledCode(options.home);
  const { createGuard, createVoice } = await import('./exits/index.ts');
  const guard = createGuard();
  const voice = createVoice(guard.exits, process.stdout, process.stderr);
  const { createLog } = await import('./telemetry/index.ts');
  const { systemClock } = await import('./clock.ts');
  const log = createLog({ exits: guard.exits, now: systemClock().now, soon: (action) => void setImmediate(action) });
  const fail = (message: string, hints: readonly string[], exitCode: number): never => {
    voice.error(message, hints);
    log.line('error', 'daemon.failed', message);
    log.flush();
    process.exit(exitCode);
  };
  // Node's own account of a crash would quote whatever the daemon was holding.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => fail(bugText(error), ['this is a bug; please report it'], 1));
  if (dropped.fault !== null) fail(dropped.fault, ['`castellan system check` says what is wrong'], 64);
  else if ('fault' in options) fail(options.fault, [options.hint], 64);
  else await start(options);

  async function start(chosen: Settings): Promise<void> {
    try {
      const { startDaemon } = await import('./daemon.ts');
      const setupPlace = setupPlaceOf();
      starting = startDaemon({ ...chosen, guard, log, setupPlace, onStop: () => void stop() });
      const { state, setupCode, warnings } = await starting;
      const { port, socket, addresses } = state;
      for (const warning of warnings) voice.error(warning, ['set CASTELLAN_HOME to a shorter path']);
      voice.ready({ port, socket, addresses }, setupCode);
      if (setupCode !== null && process.stdout.isTTY === true) voice.setUp(setupCode, `http://localhost:${port}`);
    } catch (error) {
      const known = startErrorOf(error, chosen.home);
      if (known !== null) fail(known.message, known.hints, known.exitCode);
      fail(bugText(error), ['this is a bug; please report it'], 1);
    }
  }
}

await main();
