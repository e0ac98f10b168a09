// The canaries of a Codex that has no tools but ours. Its own are called by their names all the same: what they would do must not
// happen, and does happen in the run without our settings.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifyCheck } from '@castellan/contract';
import { replaceFile } from '../../files.ts';
import { isThere, withEvidence } from '../../opencode/verify/evidence.ts';
import { confirmWord, type VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { withOwn } from '../settings/own-part.ts';
import { partFor } from '../settings/part-for.ts';
import { addFile, nested, ours, run, touch } from './calls.ts';
import { type MODELS, ownHome, runCanary } from './canary-run.ts';

const OWN = [
  ['shell', 'patch', touch, 'exec_command'],
  ['file', 'patch', addFile, 'apply_patch'],
  ['code', 'code', nested, 'exec_command, in code mode'],
] as const satisfies readonly (readonly [string, keyof typeof MODELS, typeof touch, string])[];

export async function* gatewayChecks(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const { folder, nonce } = bench;
  const control = await ownHome(folder, 'control', '');
  const at = (which: string, surface: string): string => join(folder, `${which}-${surface}-${nonce}`);
  for (const [surface, model, call, name] of OWN) {
    const held = await runCanary(bench, { model, calls: [call(at('held', surface))] });
    await runCanary(bench, { model, calls: [call(at('control', surface))], home: control });
    const [ran, runs] = await Promise.all([isThere(at('held', surface)), isThere(at('control', surface))]);
    yield {
      ...{ id: `built-in-${surface}`, surface, situation: 'denied' },
      title: `its own tool \`${name}\` can do nothing, and a call of it does nothing`,
      ok: !ran && runs,
      seen: [
        ran ? 'it RAN' : `it did not run (${endedText(held)})`,
        runs ? 'without our settings it does' : 'without our settings it did not either: this proves nothing',
      ].join('; '),
    };
  }
  yield* decided(bench);
  yield await away(bench);
}

async function* decided(bench: VerifyBench): AsyncIterable<VerifyCheck> {
  const { folder, nonce, machine } = bench;
  const read = join(folder, `read-${nonce}`);
  const write = join(machine.home, 'canary', `gateway-${nonce}`);
  const word = (answer: 'yes' | 'no'): string => join(folder, confirmWord(nonce, answer));
  await replaceFile(read, 'canary\n');
  const { value: ended, evidence } = await withEvidence(bench, async () => {
    const running = runCanary(bench, {
      model: 'plain',
      calls: [
        ours('read_file', { file_path: read }),
        ours('write_file', { file_path: write, content: 'a canary that must never be here\n' }),
        ours('run_command', { command: `touch '${word('yes')}'` }),
        ours('run_command', { command: `touch '${word('no')}'` }),
      ],
    });
    // What is not asked before the run ends is asked no more.
    void (async () => {
      await bench.answer(confirmWord(nonce, 'yes'), true);
      await bench.answer(confirmWord(nonce, 'no'), false);
    })().catch(() => undefined);
    return running;
  });
  const [allowed, denied, written] = [evidence.of(read), evidence.of(write), await isThere(write)];
  if (written) await rm(write, { force: true });
  const found = (call: typeof allowed): string =>
    call === null ? `NOTHING in the ledger (${endedText(ended)})` : `${call.outcome}, ${call.status ?? 'no outcome'}`;
  yield {
    ...{ id: 'allowed-gateway', surface: 'gateway', situation: 'allowed' },
    title: 'reading a file of the workspace is allowed, happens and is recorded with its outcome',
    ok: allowed?.outcome === 'allow' && allowed.status === 'succeeded',
    seen: found(allowed),
  };
  yield {
    ...{ id: 'denied-gateway', surface: 'gateway', situation: 'denied' },
    title: 'a write into the state folder is denied, does not happen and is recorded',
    ok: !written && denied?.outcome === 'deny',
    seen: `${written ? 'the file WAS WRITTEN' : 'no file'}; ${found(denied)}`,
  };
  for (const answer of ['yes', 'no'] as const) {
    const ran = await isThere(word(answer));
    const call = evidence.of(word(answer));
    yield {
      ...{ id: `confirmed-${answer}`, surface: 'gateway', situation: 'confirmed' },
      title: `what needs a person waits, and ${answer === 'yes' ? 'runs once a person says yes' : 'does not run when a person says no'}`,
      ok: call?.outcome === 'confirm' && ran === (answer === 'yes'),
      seen: `${ran ? 'it ran' : 'it did not run'}; ${found(call)}`,
    };
  }
}

/** A port that nothing answers on: reserved, and below the ones a user may listen on. */
const CLOSED_PORT = 1;

/** An endpoint that nobody answers at offers nothing, and there still is no place to work in. */
async function away(bench: VerifyBench): Promise<VerifyCheck> {
  const { folder, nonce, connection } = bench;
  const part = partFor({ ...connection, port: CLOSED_PORT }, join(folder, 'codex-away', 'config.toml'), () => 0);
  const made = withOwn('', { features: part.features, tables: part.tables.replace(/^\[\[hooks[\s\S]*/m, '') });
  const home = await ownHome(folder, 'away', 'why' in made ? '' : made.text);
  const file = join(folder, `down-${nonce}`);
  const calls = [ours('run_command', { command: `touch '${file}'` }), run(`touch '${file}'`)];
  const ended = await runCanary(bench, { model: 'plain', calls, home, alsoHeld: true });
  const ran = await isThere(file);
  return {
    ...{ id: 'daemon-down', surface: 'gateway', situation: 'daemon-down' },
    title: 'with the daemon away nothing runs',
    ok: !ran && !('why' in made),
    seen: ran ? 'the command RAN' : `the command did not run (${endedText(ended)})`,
  };
}
