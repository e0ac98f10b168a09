// The door of every npm script. Plain JavaScript for whatever Node the machine has (18 or newer): brings the dependencies
// in line with package-lock.json, then runs the task under the Node 24 that the `node` dev dependency brings.
// RULE: an expected fault (no network, no npm, an old Node) is one line and a hint, never a stack trace.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_BOOTSTRAP_NODE = 18;
const OLDEST_NODE = 24;
const USAGE = 64;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => join(root, ...parts);

/** What each task runs: a file for Node 24 and its first arguments. */
const TASKS = {
  start: ['tools/tasks/start.ts'],
  bundle: ['tools/bundle.ts'],
  demo: ['examples/demo/main.ts'],
  test: ['tools/tasks/test.ts'],
  'test:clients': ['tools/tasks/test-clients.ts'],
  'test:container': ['tools/tasks/test-container.ts'],
  'test:fresh': ['tools/tasks/test-fresh.ts'],
  'test:web': ['tools/tasks/test-web.ts'],
  'test:fuzz': ['tools/tasks/test-fuzz.ts'],
  'test:long': ['tools/tasks/test-long.ts'],
  'test:mcp': ['tools/tasks/test-mcp.ts'],
  screens: ['tools/screens.ts'],
  evals: ['test/evals/report.ts'],
  check: ['tools/tasks/check.ts'],
  bench: ['tools/tasks/bench.ts'],
  soak: ['tools/tasks/bench.ts', 'soak'],
  generate: ['tools/schemas.ts'],
  docs: ['tools/tasks/docs.ts'],
  'docs:build': ['tools/tasks/docs.ts', 'build'],
  native: ['tools/tasks/native.ts'],
  ci: ['tools/tasks/ci.ts'],
};

class Fault extends Error {
  constructor(message, hint, code = 1) {
    super(message);
    this.hint = hint;
    this.code = code;
  }
}

const say = (line) => process.stderr.write(`castellan: ${line}\n`);
const majorOf = (version) => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

/** The lock entries of a file, or undefined when it is missing or no lock file. */
function lockEntries(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules is what package-lock.json says. npm writes node_modules/.package-lock.json last, so an install
 * that was interrupted has none; and a plain `npm install` by hand counts too, which a marker of our own would not see.
 */
function installed() {
  const wanted = lockEntries(inRoot('package-lock.json'));
  if (wanted === undefined)
    throw new Fault('`package-lock.json` is missing or damaged', 'restore it with `git checkout`');
  const present = lockEntries(inRoot('node_modules', '.package-lock.json'));
  if (present === undefined) return false;
  return Object.keys(wanted).every((path) => {
    if (!path.startsWith('node_modules/')) return true;
    const want = wanted[path];
    const have = present[path];
    if (have === undefined) return want.optional === true || want.devOptional === true;
    return have.version === want.version && have.integrity === want.integrity && existsSync(inRoot(path));
  });
}

/** npm's environment. A HOME that cannot hold npm's cache (empty, read-only, missing) gets one in this checkout. */
function npmEnvironment() {
  const { npm_config_cache: configured, ...rest } = process.env;
  const cache = configured || join(homedir() || '/nonexistent', '.npm');
  try {
    // Not made here: `mkdir -p` below /proc, where a service account's HOME may point, never ends on Node 20.
    accessSync(existsSync(cache) ? cache : dirname(cache), constants.W_OK);
    return { ...rest, npm_config_cache: cache };
  } catch {
    return { ...rest, npm_config_cache: inRoot('.cache', 'npm') };
  }
}

function npm(args) {
  const cli = process.env.npm_execpath;
  const throughNode = cli !== undefined && /npm-cli\.[cm]?js$/.test(cli) && existsSync(cli);
  const [command, first] = throughNode ? [process.execPath, [cli]] : ['npm', []];
  const result = spawnSync(command, [...first, ...args], { cwd: root, env: npmEnvironment(), stdio: 'inherit' });
  if (result.error) throw new Fault('`npm` could not be started', 'install npm, or put it on your PATH');
  if (result.signal) throw new Fault(`\`npm ${args[0]}\` was stopped by ${result.signal}`, 'run the command again');
  if (result.status !== 0)
    throw new Fault(
      `\`npm ${args[0]}\` failed`,
      'npm says why above; without a network check the proxy, then run it again',
    );
}

function install() {
  say('installing the dependencies that package-lock.json names (once; about a minute)');
  const started = Date.now();
  // Warnings are about engines that this Node is older than and that ours is not: they would only frighten.
  npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']);
  say(`dependencies installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

const bundledNode = inRoot('node_modules', 'node', 'bin', 'node');

/** The version a Node binary reports, or undefined when it is missing or does not run on this machine. */
function versionOf(binary) {
  if (!existsSync(binary)) return undefined;
  const result = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** npm runs install scripts only of packages it was told to trust; where it skipped this one, run the same step here. */
function fetchNode() {
  const step = inRoot('node_modules', 'node', 'installArchSpecificPackage.js');
  if (!existsSync(step)) return;
  say(`fetching Node ${OLDEST_NODE} (npm skipped the install step of the \`node\` package)`);
  spawnSync(process.execPath, [step], {
    cwd: dirname(step),
    env: npmEnvironment(),
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

/** A Node that runs TypeScript as it is: the pinned one, else this one if it is new enough. */
function modernNode() {
  if (versionOf(bundledNode) === undefined) fetchNode();
  const version = versionOf(bundledNode);
  if (version !== undefined && majorOf(version) >= OLDEST_NODE) return bundledNode;
  if (majorOf(process.version) >= OLDEST_NODE) return process.execPath;
  throw new Fault(
    `Node ${OLDEST_NODE} is not there: \`node_modules/node/bin/node\` ${version === undefined ? 'does not run' : `is ${version}`}`,
    `run \`npm rebuild node --foreground-scripts\` to see why, or install Node ${OLDEST_NODE} and use that`,
  );
}

/** Runs the task in our place: its exit code is ours, its signals too. */
function become(node, args) {
  const child = spawn(node, args, { cwd: root, stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
  // A terminal sends Ctrl-C to the whole group itself; a second one would read as impatience.
  process.on('SIGINT', (signal) => (process.stdin.isTTY ? undefined : forward(signal)));
  child.on('error', () =>
    complain(new Fault(`\`${node}\` could not be started`, 'remove `node_modules` and run it again')),
  );
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const handled of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.removeAllListeners(handled);
    process.kill(process.pid, signal);
  });
}

function complain(error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`castellan: ${error.message}\nhint: ${error.hint}\n`);
  process.exitCode = error.code;
}

try {
  const [task, ...rest] = process.argv.slice(2);
  const known = Object.keys(TASKS).join(', ');
  if (majorOf(process.version) < OLDEST_BOOTSTRAP_NODE)
    throw new Fault(
      `Node ${process.version} is too old`,
      `install Node ${OLDEST_BOOTSTRAP_NODE} or newer (any; we bring our own)`,
    );
  const [file, ...first] = TASKS[task] ?? [];
  if (file === undefined) throw new Fault(`unknown task \`${task ?? ''}\``, `one of: ${known}`, USAGE);
  if (!existsSync(inRoot(file))) throw new Fault(`\`${file}\` is not there`, `this checkout has no \`${task}\``);
  if (!installed()) install();
  become(modernNode(), [inRoot(file), ...first, ...rest]);
} catch (error) {
  complain(error);
}
