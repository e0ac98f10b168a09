// How long it takes to say what a command would do: over ordinary commands, and as a command grows. Beside it, in the same
// run and interleaved, the parser alone and the peer's own check of the same commands.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call, Facts } from '@castellan/contract';
import { analyse } from '@castellan/policy';
import { analyseCommand } from '@castellan/shell';
import { createEngine } from '../test/evals/lib/engine.ts';
import { peerFolder } from '../test/evals/lib/peer.ts';
import { projectWorld } from '../test/evals/lib/world.ts';
import { ORDINARY } from './lib/commands.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 20 : 200;
const PROMISE = { micros: 30 };

type Contender = { readonly name: string; readonly run: (command: string) => void };

const { cwd, facts } = projectWorld();
const engine = createEngine({ facts });
const callOf = (command: string): Call => ({
  id: 'call_measured',
  agent: 'agent_measured',
  task: 'task_measured',
  session: 'session_measured',
  module: 'claude-code',
  tool: 'Bash',
  arguments: { command },
  cwd,
  workspace: cwd,
  origin: 'hook',
  at: 0,
});

/** Paths as they are written: what is left is the analysis itself. */
const written: Facts = {
  home: facts.home,
  stateFolder: facts.stateFolder,
  resolvePath: (path) => ({
    path: path.startsWith('/') ? path : `${cwd}/${path}`,
    kind: 'missing',
    place: 'workspace',
  }),
  expandGlob: () => null,
  isUndoable: () => false,
  addressesAreBare: () => false,
};

/** The parser belongs to the shell package; it may be missing where only parts are installed. */
async function load(name: string, from: string): Promise<Record<string, unknown> | null> {
  try {
    return await import(createRequire(from).resolve(name));
  } catch {
    return null;
  }
}

async function contenders(home: string): Promise<readonly Contender[]> {
  const unbash = await load('unbash', join(import.meta.dirname, '../packages/shell/src/index.ts'));
  // It reads its settings below the home folder, which is an empty one here.
  process.env.HOME = home;
  const folder = peerFolder();
  const peer = folder === null ? null : await import(pathToFileURL(join(folder, 'dist', 'api.js')).href);
  const parse = unbash?.parse as ((text: string) => unknown) | undefined;
  const check = peer?.checkCommand as ((input: { command: string; cwd: string }) => unknown) | undefined;
  return [
    { name: 'castellan, as the gate asks', run: (command) => void analyse(callOf(command), engine.policy, facts) },
    {
      name: 'castellan, with the decision',
      run: (command) => void engine.judge({ tool: 'Bash', input: { command }, cwd }),
    },
    {
      name: 'castellan, paths as written',
      run: (command) => analyseCommand(command, { cwd, workspace: cwd, facts: written }),
    },
    ...(parse === undefined ? [] : [{ name: 'unbash, parsing alone', run: (command: string) => void parse(command) }]),
    ...(check === undefined ? [] : [{ name: 'cc-safety-net', run: (command: string) => void check({ command, cwd }) }]),
  ];
}

const micros = (run: () => void): number => {
  const begin = performance.now();
  run();
  return (performance.now() - begin) * 1000;
};

const home = mkdtempSync(join(tmpdir(), 'castellan-bench-home-'));
try {
  const lanes = (await contenders(home)).map((contender) => ({
    ...contender,
    times: [] as number[],
    byCommand: new Map<string, number[]>(),
  }));
  for (let round = -10; round < ROUNDS; round += 1) {
    for (const lane of lanes) {
      // The peer reads its settings from the disk each time; fewer rounds say as much.
      if (lane.name === 'cc-safety-net' && round % 10 !== 0) continue;
      for (const command of ORDINARY) {
        const time = micros(() => lane.run(command));
        if (round < 0) continue;
        lane.times.push(time);
        const own = lane.byCommand.get(command) ?? [];
        own.push(time);
        lane.byCommand.set(command, own);
      }
    }
  }
  const rows = lanes.map(({ name, times, byCommand }) => {
    const [command, slowest] = [...byCommand]
      .map(([text, own]) => [text, spread(own).p50] as const)
      .sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
    return {
      what: name,
      'p50 µs': spread(times).p50,
      'p99 µs': spread(times).p99,
      'slowest command, p50 µs': slowest,
      command,
    };
  });
  const growth = [10, 100, 1000].map((count) => {
    const command = Array.from({ length: count }, (_, n) => `cat file${n}.txt`).join('; ');
    const times = Array.from({ length: 15 }, () =>
      micros(() => analyseCommand(command, { cwd, workspace: cwd, facts: written })),
    );
    return {
      what: `${count} commands in one, ${command.length} characters`,
      'p50 µs': spread(times).p50,
      'µs a command': Number((spread(times).p50 / count).toFixed(2)),
    };
  });
  const own = rows[0]?.['p50 µs'] ?? Number.NaN;
  const [few, , many] = growth.map((row) => row['µs a command']);
  console.log(`${ORDINARY.length} ordinary commands, ${ROUNDS} rounds`);
  report(
    'analyse',
    [...rows, ...growth],
    [
      { text: `an ordinary command at most ${PROMISE.micros} µs: ${own} µs`, kept: own <= PROMISE.micros },
      {
        text: `a command of 1,000 costs at most 3x of one of 10: ${((many ?? Number.NaN) / (few ?? 1)).toFixed(2)}x`,
        kept: (many ?? Number.NaN) <= 3 * (few ?? 0),
      },
    ],
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
