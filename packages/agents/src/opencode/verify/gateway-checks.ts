// The canaries of an OpenCode that has the gateway's tools only. Its own are called by their names all the same: what they would
// do must not happen, and does happen in the run without our settings.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, VerifyCheck } from '@castellan/contract';
import type { CanaryCall, CanaryScript } from '../../canary/script.ts';
import { replaceFile } from '../../files.ts';
import { confirmWord, type VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { isolatedSettings } from '../settings.ts';
import { connectedConfig, emptyConfig, runCanary } from './canary-run.ts';
import { isThere, withEvidence } from './evidence.ts';

const script = (...calls: readonly CanaryCall[]): CanaryScript => ({
  turns: calls.map((call) => [call]),
  text: '{{result}}',
});
/** As OpenCode calls tools of the workspace that our gateway offers. */
const ours = (name: string, input: JsonObject): CanaryCall => ({ tool: `castellan_workspace__${name}`, input });

/** What its own tools would leave. */
const builtIns = (place: (name: string) => string): readonly (readonly [string, CanaryCall])[] => [
  ['bash', { tool: 'bash', input: { command: `touch ${place('bash')}`, description: 'canary' } }],
  ['write', { tool: 'write', input: { filePath: place('write'), content: 'canary\n' } }],
];

export async function* gatewayChecks(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const cwd = join(bench.folder, 'space');
  await mkdir(cwd, { mode: 0o700 });
  yield* builtInChecks(bench, cwd);
  yield* gatewayDecisions(bench, cwd);
  yield await downCheck(bench, cwd);
}

const settingsOf = ({ connection, gateway }: VerifyBench, cwd: string): JsonObject =>
  isolatedSettings('gateway', gateway, connection.timeoutSeconds, cwd);

async function* builtInChecks(bench: VerifyBench, cwd: string): AsyncIterable<VerifyCheck> {
  const place = (run: string) => (name: string) => join(cwd, `${run}-${name}-${bench.nonce}`);
  const calls = (run: string) => script(...builtIns(place(run)).map(([, call]) => call));
  const held = await runCanary(bench, {
    name: 'built-in',
    cwd,
    config: await connectedConfig(bench),
    standsIn: true,
    settings: settingsOf(bench, cwd),
    script: calls('held'),
  });
  const control = { ...bench, machine: { ...bench.machine, etc: bench.folder } };
  const config = await emptyConfig(bench.folder);
  await runCanary(control, { name: 'control', cwd, config, standsIn: false, settings: {}, script: calls('control') });
  for (const [name] of builtIns(place('held'))) {
    const [ran, runs] = await Promise.all([isThere(place('held')(name)), isThere(place('control')(name))]);
    yield {
      id: `built-in-${name}`,
      surface: name === 'bash' ? 'shell' : 'file',
      situation: 'denied',
      title: `its own tool \`${name}\` is not there, and a call of it does nothing`,
      ok: !ran && runs,
      seen: [
        ran ? 'it RAN' : `it did not run (${endedText(held)})`,
        runs ? 'without our settings it does' : 'without our settings it did not either: this proves nothing',
      ].join('; '),
    };
  }
}

async function* gatewayDecisions(bench: VerifyBench, cwd: string): AsyncIterable<VerifyCheck> {
  const read = join(cwd, `read-${bench.nonce}`);
  const [yes, no] = [join(cwd, confirmWord(bench.nonce, 'yes')), join(cwd, confirmWord(bench.nonce, 'no'))];
  const write = join(bench.machine.home, 'canary', `gateway-${bench.nonce}`);
  for (const file of [read, yes, no]) await replaceFile(file, 'canary\n');
  const { value: ended, evidence } = await withEvidence(bench, async () => {
    const config = await connectedConfig(bench);
    const running = runCanary(bench, {
      name: 'gateway',
      cwd,
      config,
      standsIn: true,
      settings: settingsOf(bench, cwd),
      script: script(
        ours('read_file', { file_path: read }),
        ours('write_file', { file_path: write, content: 'a canary that must never be here\n' }),
        ours('run_command', { command: `rm ${yes}` }),
        ours('run_command', { command: `rm ${no}` }),
      ),
    });
    // What is not asked before the run ends is asked no more.
    void (async () => {
      await bench.answer(confirmWord(bench.nonce, 'yes'), true);
      await bench.answer(confirmWord(bench.nonce, 'no'), false);
    })().catch(() => undefined);
    return running;
  });
  const [allowed, denied] = [evidence.of(read), evidence.of(write)];
  const written = await isThere(write);
  if (written) await rm(write, { force: true });
  const on = { surface: 'gateway' } as const;
  yield {
    ...on,
    id: 'allowed-gateway',
    situation: 'allowed',
    title: 'reading a file of the workspace is allowed, happens and is recorded with its outcome',
    ok: allowed?.outcome === 'allow' && allowed.status === 'succeeded',
    seen:
      allowed === null
        ? `no such call in the ledger (${endedText(ended)})`
        : `${allowed.outcome}, ${allowed.status ?? 'no outcome'}`,
  };
  yield {
    ...on,
    id: 'denied-gateway',
    situation: 'denied',
    title: 'a write into the state folder is denied, does not happen and is recorded',
    ok: !written && denied?.outcome === 'deny',
    seen: `${written ? 'the file WAS WRITTEN' : 'no file'}; ${denied?.outcome ?? 'NOTHING'} in the ledger`,
  };
  for (const [file, answer] of [
    [yes, 'yes'],
    [no, 'no'],
  ] as const) {
    const gone = !(await isThere(file));
    const call = evidence.of(file);
    yield {
      ...on,
      id: `confirmed-${answer}`,
      situation: 'confirmed',
      title: `what needs a person waits, and ${answer === 'yes' ? 'runs once a person says yes' : 'does not run when a person says no'}`,
      ok: call?.outcome === 'confirm' && gone === (answer === 'yes'),
      seen: `${gone ? 'it ran' : 'it did not run'}; ${call?.outcome ?? 'NOTHING'} in the ledger`,
    };
  }
}

/** A gateway that finds no daemon offers nothing; the plug-in and the settings still keep every other tool away. */
async function downCheck(bench: VerifyBench, cwd: string): Promise<VerifyCheck> {
  const gateway = { ...bench.gateway, env: { ...bench.gateway.env, CASTELLAN_HOME: join(bench.folder, 'nobody') } };
  const file = join(cwd, `down-${confirmWord(bench.nonce, 'no')}`);
  await replaceFile(file, 'canary\n');
  const ended = await runCanary(bench, {
    name: 'daemon-down',
    cwd,
    config: await connectedConfig(bench),
    standsIn: true,
    settings: settingsOf({ ...bench, gateway }, cwd),
    script: script(ours('run_command', { command: `rm ${file}` }), {
      tool: 'bash',
      input: { command: `rm ${file}`, description: 'canary' },
    }),
  });
  const ran = !(await isThere(file));
  return {
    id: 'daemon-down',
    surface: 'gateway',
    situation: 'daemon-down',
    title: 'with the daemon away nothing runs',
    ok: !ran,
    seen: ran ? 'the command RAN' : `the command did not run (${endedText(ended)})`,
  };
}
