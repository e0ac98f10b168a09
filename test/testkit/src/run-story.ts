// Plays a story: every step for real, in a folder that is thrown away.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunningDaemon, startDaemon } from './daemon.ts';
import { bareEnvironment, inRoot } from './root.ts';
import { type ProcessResult, runProcess } from './run-process.ts';
import { matchLines, type Step, type Story, StoryError } from './story.ts';
import { tempFolder } from './temp-folder.ts';

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** `castellan` as a person would have it on the PATH: a name that runs the checkout's command line. */
function installCommand(folder: string): void {
  mkdirSync(folder);
  const file = join(folder, 'castellan');
  writeFileSync(
    file,
    `#!/bin/sh\nexec '${process.execPath}' '${inRoot('packages', 'cli', 'bin', 'castellan.mjs')}' "$@"\n`,
  );
  chmodSync(file, 0o755);
}

/** @throws StoryError at the first step that went otherwise, with its line and what was printed. */
export async function runStory(story: Story): Promise<void> {
  const work = tempFolder('castellan-story-');
  const [project, home, state, bin] = ['project', 'home', 'state', 'bin'].map((name) => join(work, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [project, home]) mkdirSync(folder, { mode: 0o700 });
  installCommand(bin);
  const bare = bareEnvironment(home);
  const variables: Record<string, string> = {};
  const background: Promise<ProcessResult>[] = [];
  let daemon: RunningDaemon | undefined;

  const start = (command: string, input: string): Promise<ProcessResult> =>
    runProcess('/bin/sh', ['-c', command], {
      cwd: project,
      env: { ...bare, PATH: `${bin}:${bare.PATH}`, CASTELLAN_HOME: state, ...variables },
      input,
      timeout: 60_000,
    });

  const compare = (step: Step, { code, signal, stdout, stderr }: ProcessResult): void => {
    const fail = (what: string): never => {
      throw new StoryError(
        `line ${step.line}: ${what}\n--- stdout\n${stdout}--- stderr\n${stderr}--- exit ${signal ?? code}`,
      );
    };
    for (const [name, expected, text] of [
      ['stdout', step.stdout, stdout],
      ['stderr', step.stderr, stderr],
    ] as const) {
      const matched = matchLines(expected, linesOf(text.replaceAll(work, '$WORK')));
      if (typeof matched === 'string') fail(`${name}: ${matched}`);
      else Object.assign(variables, matched);
    }
    if (code !== step.code) fail(`expected exit code ${step.code}`);
  };

  const play = async (step: Step): Promise<void> => {
    const { action } = step;
    switch (action.kind) {
      case 'run': {
        const running = start(action.command, step.input);
        if (!action.background) return compare(step, await running);
        // Its end is awaited by `wait`; a failure before that must not count as nobody's.
        running.catch(() => undefined);
        background.push(running);
        return;
      }
      case 'wait': {
        const running = background.shift();
        if (running === undefined) throw new StoryError(`line ${step.line}: nothing runs in the background`);
        return compare(step, await running);
      }
      case 'file': {
        const path = join(
          action.path.startsWith('state/') || action.path.startsWith('home/') ? work : project,
          action.path,
        );
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(path, step.input);
        return;
      }
      case 'daemon': {
        if (action.change === 'start') daemon = await startDaemon({ home: state, env: { HOME: home } });
        else if (action.change === 'stop') await daemon?.stop();
        else await daemon?.kill();
        return;
      }
    }
  };

  try {
    for (const step of story.steps) await play(step);
    if (background.length > 0) throw new StoryError('the story ends while a command still runs: add `wait`');
  } finally {
    await daemon?.[Symbol.asyncDispose]();
  }
}
