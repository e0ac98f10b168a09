// The canaries of an OpenCode that keeps its own tools. Each would show the failure it is about: OpenCode itself allows every
// one of these calls, and the last run, without our plug-in, shows that they then run.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VerifyCheck } from '@castellan/contract';
import { type CanaryCall, type CanaryScript, canaryPrompt } from '../../canary/script.ts';
import { readIfThere, replaceFile } from '../../files.ts';
import { hookFileOf, hookFileText } from '../../hook-client/hook-file.ts';
import { confirmWord, type VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { PLUGIN_NAME } from '../places.ts';
import { pluginText } from '../plugin-text.ts';
import { SDK_LOCK } from '../settings.ts';
import { connectedConfig, emptyConfig, runCanary } from './canary-run.ts';
import { type Evidence, isThere, withEvidence } from './evidence.ts';

const bash = (command: string): CanaryCall => ({ tool: 'bash', input: { command, description: 'canary' } });
const script = (...calls: readonly CanaryCall[]): CanaryScript => ({
  turns: calls.map((call) => [call]),
  text: '{{result}}',
});
const subagent = (...calls: readonly CanaryCall[]): CanaryCall => ({
  tool: 'task',
  input: { description: 'canary', prompt: canaryPrompt(script(...calls)), subagent_type: 'general' },
});

const SURFACES = ['shell', 'file', 'sub-agent'] as const;
type Surface = (typeof SURFACES)[number];

export async function* hooksChecks(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const cwd = join(bench.folder, 'space');
  await mkdir(cwd, { mode: 0o700 });
  // Without our plug-in first: where nothing runs then, nothing is proven by what does not run with it.
  const control = await witness(bench, cwd, 'control', await emptyConfig(bench.folder));
  yield* decidedChecks(bench, cwd, control.ran);
  yield* confirmedChecks(bench, cwd, control.ran);
  yield await withheldCheck(bench, cwd, 'timed-out', control);
  yield await withheldCheck(bench, cwd, 'daemon-down', control);
}

/** Read in the workspace, which is allowed; write into the state folder, which never is: once for each surface. */
async function* decidedChecks(bench: VerifyBench, cwd: string, control: boolean): AsyncIterable<VerifyCheck> {
  const read = (surface: Surface): string => join(cwd, `read-${surface}-${bench.nonce}`);
  const write = (surface: Surface): string => join(bench.machine.home, 'canary', `${surface}-${bench.nonce}`);
  for (const surface of SURFACES) await replaceFile(read(surface), `${bench.nonce}\n`);
  const { value: ended, evidence } = await withEvidence(bench, async () =>
    runCanary(bench, {
      name: 'decided',
      cwd,
      config: await connectedConfig(bench),
      standsIn: false,
      settings: {},
      script: script(
        bash(`cat ${read('shell')}`),
        { tool: 'read', input: { filePath: read('file') } },
        subagent({ tool: 'read', input: { filePath: read('sub-agent') } }),
        bash(`touch ${write('shell')}`),
        { tool: 'write', input: { filePath: write('file'), content: 'a canary that must never be here\n' } },
        subagent(bash(`touch ${write('sub-agent')}`)),
      ),
    }),
  );
  for (const surface of SURFACES) {
    const allowed = evidence.of(read(surface));
    const isWhose = (allowed?.subagent ?? false) === (surface === 'sub-agent');
    yield {
      id: `allowed-${surface}`,
      surface,
      situation: 'allowed',
      title: 'reading a file of the workspace is allowed, happens and is recorded with its outcome',
      ok: allowed?.outcome === 'allow' && allowed.status === 'succeeded' && isWhose,
      seen:
        allowed === null
          ? `no such call in the ledger (${endedText(ended)})`
          : `${allowed.outcome}, ${allowed.status ?? 'no outcome'}`,
    };
  }
  for (const surface of SURFACES) {
    const written = await isThere(write(surface));
    if (written) await rm(write(surface), { force: true });
    const denied = evidence.of(write(surface));
    yield {
      id: `denied-${surface}`,
      surface,
      situation: 'denied',
      title: 'a write into the state folder is denied, does not happen and is recorded',
      ok: !written && denied?.outcome === 'deny' && control,
      seen: [written ? 'the file WAS WRITTEN' : 'no file', said(denied), proven(control)].join('; '),
    };
  }
}

/** Removing a file that nothing can bring back needs a person: one says yes, one says no. */
async function* confirmedChecks(bench: VerifyBench, cwd: string, control: boolean): AsyncIterable<VerifyCheck> {
  const files = { yes: join(cwd, confirmWord(bench.nonce, 'yes')), no: join(cwd, confirmWord(bench.nonce, 'no')) };
  for (const file of Object.values(files)) await replaceFile(file, 'canary\n');
  const { value: ended, evidence } = await withEvidence(bench, async () => {
    const config = await connectedConfig(bench);
    const running = runCanary(bench, {
      name: 'confirmed',
      cwd,
      config,
      standsIn: false,
      settings: {},
      script: script(bash(`rm ${files.yes}`), bash(`rm ${files.no}`)),
    });
    // What is not asked before the run ends is asked no more.
    void (async () => {
      await bench.answer(confirmWord(bench.nonce, 'yes'), true);
      await bench.answer(confirmWord(bench.nonce, 'no'), false);
    })().catch(() => undefined);
    return running;
  });
  for (const answer of ['yes', 'no'] as const) {
    const gone = !(await isThere(files[answer]));
    const call = evidence.of(files[answer]);
    yield {
      id: `confirmed-${answer}`,
      surface: 'shell',
      situation: 'confirmed',
      title:
        answer === 'yes'
          ? 'what needs a person waits, and runs once a person says yes'
          : 'what needs a person waits, and does not run when a person says no',
      ok: call?.outcome === 'confirm' && gone === (answer === 'yes') && control,
      seen: [
        gone ? 'it ran' : 'it did not run',
        said(call),
        proven(control),
        ...(call === null ? [endedText(ended)] : []),
      ].join('; '),
    };
  }
}

/** The same plug-in with a file of its own, that leads to no daemon, or has no patience for one that waits for a person. */
async function withheldCheck(
  bench: VerifyBench,
  cwd: string,
  situation: 'timed-out' | 'daemon-down',
  control: Witness,
): Promise<VerifyCheck> {
  const config = join(bench.folder, situation);
  const settings = join(config, 'opencode');
  const hook = join(config, 'hook');
  const own = hookFileOf((await readIfThere(bench.hook.args.at(-1) ?? '')) ?? '');
  const given =
    own === null
      ? null
      : situation === 'timed-out'
        ? { ...own, timeoutSeconds: 3 }
        : { ...own, socket: join(dirname(own.socket), 'nobody.sock') };
  const text = given === null ? null : hookFileText(given);
  const checked = { id: situation, surface: 'shell', situation, title: TITLES[situation] } as const;
  if (text?.ok !== true) return { ...checked, ok: false, seen: 'the file of the plug-in cannot be read' };
  await mkdir(join(settings, 'node_modules'), { recursive: true, mode: 0o700 });
  await replaceFile(hook, text.value);
  await replaceFile(join(settings, 'package-lock.json'), SDK_LOCK);
  const plugin = await pluginText({ mode: 'hooks', hook, gateway: bench.gateway });
  await replaceFile(join(settings, 'plugin', PLUGIN_NAME), plugin);
  const held = await witness(bench, cwd, situation, config);
  return {
    ...checked,
    ok: !held.ran && control.ran,
    seen: [held.ran ? 'the command RAN' : `the command did not run (${held.text})`, proven(control.ran)].join('; '),
  };
}

const TITLES = {
  'timed-out': 'a command that nobody answers in time does not run',
  'daemon-down': 'with the daemon away a command does not run',
} as const;

interface Witness {
  readonly ran: boolean;
  readonly text: string;
}

/** Whether a command that needs a person removes its file. */
async function witness(bench: VerifyBench, cwd: string, name: string, config: string): Promise<Witness> {
  const file = join(cwd, `${name}-${confirmWord(bench.nonce, 'no')}`);
  await replaceFile(file, 'canary\n');
  const canary = { ...(name === 'control' && { ...bench, machine: { ...bench.machine, etc: bench.folder } }) };
  const ended = await runCanary(
    { ...bench, ...canary },
    { name, cwd, config, standsIn: false, settings: {}, script: script(bash(`rm ${file}`)) },
  );
  return { ran: !(await isThere(file)), text: endedText(ended) };
}

const said = (call: ReturnType<Evidence['of']>): string =>
  call === null ? 'NOTHING of it in the ledger' : `${call.outcome} in the ledger`;
const proven = (control: boolean): string =>
  control
    ? 'without the plug-in such a command runs'
    : 'without the plug-in it did not run either: this proves nothing';
