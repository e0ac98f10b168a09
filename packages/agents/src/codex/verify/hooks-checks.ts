// The canaries of a Codex that keeps its own tools. Each would show the failure it is about: Codex itself lets every one of these
// calls run, and a run without our hooks shows that they then do.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Situation, VerifyCheck } from '@castellan/contract';
import type { CanaryCall } from '../../canary/script.ts';
import { hookFilePath } from '../../connection/commands.ts';
import { agentFolder } from '../../connection/record.ts';
import { readIfThere, realPath, replaceFile } from '../../files.ts';
import { hookFileOf, hookFileText } from '../../hook-client/hook-file.ts';
import { isThere, withEvidence } from '../../opencode/verify/evidence.ts';
import { confirmWord, type RunEnd, type VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { withOwn } from '../settings/own-part.ts';
import { partFor } from '../settings/part-for.ts';
import { addFile, bySubagent, nested, run, touch } from './calls.ts';
import { type MODELS, ownHome, runCanary } from './canary-run.ts';

interface Way {
  readonly surface: string;
  readonly model: keyof typeof MODELS;
  readonly what: string;
  readonly calls: (path: string) => readonly CanaryCall[];
}

const WAYS: readonly Way[] = [
  { surface: 'shell', model: 'patch', what: 'a command that writes', calls: (path) => [touch(path)] },
  { surface: 'file', model: 'patch', what: 'a patch', calls: (path) => [addFile(path)] },
  { surface: 'code', model: 'code', what: 'a command in code mode', calls: (path) => [nested(path)] },
  { surface: 'sub-agent', model: 'plain', what: 'a command of a sub-agent', calls: bySubagent },
];

/** Runs what each way does into a folder, with one run a model. */
async function carryOut(
  bench: VerifyBench,
  path: (surface: string) => string,
  home?: string,
): Promise<readonly RunEnd[]> {
  const ended: RunEnd[] = [];
  for (const [model, ways] of Map.groupBy(WAYS, (way) => way.model)) {
    const calls = ways.flatMap((way) => way.calls(path(way.surface)));
    ended.push(await runCanary(bench, { model, calls, ...(home !== undefined && { home }) }));
  }
  return ended;
}

/** Whether a file is there; then it is taken away. */
async function wasMade(path: string): Promise<boolean> {
  const made = await isThere(path);
  if (made) await rm(path, { force: true });
  return made;
}

const controlText = (ran: boolean | null): string =>
  ran === null
    ? 'what the machine requires cannot be left out: that such a command runs shows in what is allowed'
    : ran
      ? 'without our hooks it does'
      : 'without our hooks it did not either: this proves nothing';

export async function* hooksChecks(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const { folder, nonce, connection, machine } = bench;
  const controls = new Map<string, boolean>();
  if (connection.scope !== 'managed') {
    const at = (surface: string): string => join(folder, `control-${surface}-${nonce}`);
    await carryOut(bench, at, await ownHome(folder, 'control', ''));
    for (const { surface } of WAYS) controls.set(surface, await wasMade(at(surface)));
  }
  const forbidden = (surface: string): string => join(machine.home, 'canary', `${nonce}-${surface}`);
  const denied = await withEvidence(bench, () => carryOut(bench, forbidden));
  for (const { surface, what } of WAYS) {
    const made = await wasMade(forbidden(surface));
    const call = denied.evidence.of(forbidden(surface));
    const control = controls.get(surface) ?? null;
    yield {
      ...{ id: `denied-${surface}`, surface, situation: 'denied' },
      title: `${what} into the state folder is denied, does not happen and is recorded`,
      ok: !made && call?.outcome === 'deny' && call.subagent === (surface === 'sub-agent') && control !== false,
      seen: [
        made ? 'the file WAS WRITTEN' : 'no file',
        call === null
          ? `NOTHING in the ledger (${denied.value.map(endedText).join('; ')})`
          : `${call.outcome} in the ledger`,
        controlText(control),
      ].join('; '),
    };
  }
  yield* askedChecks(bench);
  if (connection.scope !== 'managed') yield* failureChecks(bench, controls.get('shell') === true);
}

async function* askedChecks(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const { folder, nonce } = bench;
  const read = join(folder, `read-${nonce}`);
  await replaceFile(read, 'canary\n');
  const word = (answer: 'yes' | 'no'): string => join(folder, confirmWord(nonce, answer));
  const { value: ended, evidence } = await withEvidence(bench, async () => {
    const running = runCanary(bench, {
      model: 'patch',
      calls: [run(`cat '${read}'`), touch(word('yes')), touch(word('no'))],
    });
    // What is not asked before the run ends is asked no more.
    void (async () => {
      await bench.answer(confirmWord(nonce, 'yes'), true);
      await bench.answer(confirmWord(nonce, 'no'), false);
    })().catch(() => undefined);
    return running;
  });
  const call = evidence.of(read);
  yield {
    ...{ id: 'allowed-shell', surface: 'shell', situation: 'allowed' },
    title: 'a command that reads a file of the workspace is allowed, happens and is recorded with its outcome',
    ok: call?.outcome === 'allow' && call.status === 'succeeded',
    seen:
      call === null ? `NOTHING in the ledger (${endedText(ended)})` : `${call.outcome}, ${call.status ?? 'no outcome'}`,
  };
  for (const answer of ['yes', 'no'] as const) {
    const ran = await wasMade(word(answer));
    const asked = evidence.of(word(answer));
    yield {
      ...{ id: `confirmed-${answer}`, surface: 'shell', situation: 'confirmed' },
      title: `what needs a person waits, and ${answer === 'yes' ? 'runs once a person says yes' : 'does not run when a person says no'}`,
      ok: asked?.outcome === 'confirm' && ran === (answer === 'yes'),
      seen: `${ran ? 'it ran' : 'it did not run'}; ${asked?.outcome ?? 'NOTHING'} in the ledger (${endedText(ended)})`,
    };
  }
}

/** The same hook command with another file: to nobody, and to a daemon that is not waited for. */
async function* failureChecks(bench: VerifyBench, control: boolean): AsyncIterable<VerifyCheck> {
  const { folder, nonce, machine, connection } = bench;
  const kept = hookFileOf((await readIfThere(hookFilePath(agentFolder(machine.home, connection.agent)))) ?? '');
  if (kept === null) return;
  const cases: readonly (readonly [Situation & ('daemon-down' | 'timed-out'), string, string, string])[] = [
    ['daemon-down', 'with the daemon away a command does not run', join(folder, 'nobody.sock'), `down-${nonce}`],
    ['timed-out', 'what nobody answers in time does not run', kept.socket, confirmWord(nonce, 'no')],
  ];
  for (const [situation, title, socket, name] of cases) {
    const text = hookFileText({ ...kept, socket, timeoutSeconds: 2 });
    if (!text.ok) continue;
    const file = join(folder, `hook-${situation}`);
    await replaceFile(file, text.value);
    const home = await ownHome(folder, situation, '');
    const hook = { ...connection.hook, args: connection.hook.args.with(-1, file) };
    const part = partFor({ ...connection, scope: 'user', hook }, join(await realPath(home), 'config.toml'), () => 0);
    // Only the hook that decides: others would stop the run before it comes to a tool.
    const made = withOwn('', {
      ...part,
      tables: part.tables.replace(/^\[\[hooks\.UserPromptSubmit\]\][\s\S]*?timeout = \d+\n\n/m, ''),
    });
    if ('why' in made) continue;
    await replaceFile(join(home, 'config.toml'), made.text);
    const ended = await runCanary(bench, { model: 'patch', calls: [touch(join(folder, name))], home });
    const ran = await wasMade(join(folder, name));
    yield {
      ...{ id: `${situation}-shell`, surface: 'shell', situation, title },
      ok: !ran && control,
      seen: `${ran ? 'the command RAN' : `the command did not run (${endedText(ended)})`}; ${controlText(control)}`,
    };
  }
}
