// Ways past a hook of a tool that this connection closes: a file that a prompt names, a command within a slash command, and for
// settings of the machine a client that was started to leave settings out.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifyCheck } from '@castellan/contract';
import { replaceFile } from '../../files.ts';
import type { VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { attemptWith, inNewFolder, inWorkspace, recorded, runClient, wasMade } from './bench-run.ts';
import { controlText, write } from './decided.ts';

export async function promptChecks(bench: VerifyBench): Promise<readonly VerifyCheck[]> {
  const { machine, nonce } = bench;
  const named = join(machine.home, 'canary', `${nonce}-prompt`);
  const { ended, records } = await recorded(bench, () =>
    inWorkspace(bench, (cwd) =>
      runClient(bench, { name: 'prompt', cwd, prompt: `Castellan verification\n@"${named}"`, allowed: ['Read'] }),
    ),
  );
  const attempt = attemptWith(records, `${nonce}-prompt`);
  const sent = ended.stdout.includes('castellan canary');
  return [
    {
      id: 'denied-prompt',
      surface: 'prompt',
      situation: 'denied',
      title: 'a prompt that names a file of the state folder is not sent, and is recorded',
      ok: attempt?.verdict.outcome === 'deny' && !sent,
      seen: [
        sent ? 'the prompt WAS SENT' : 'the prompt was not sent',
        attempt === null
          ? `NO attempt in the ledger (${endedText(ended)})`
          : `attempt recorded (${attempt.verdict.outcome})`,
      ].join('; '),
    },
  ];
}

export async function wayChecks(bench: VerifyBench): Promise<readonly VerifyCheck[]> {
  const own = [await commandCheck(bench)];
  return bench.connection.scope === 'managed' ? [...own, await startedBareCheck(bench)] : own;
}

async function commandCheck(bench: VerifyBench): Promise<VerifyCheck> {
  const name = `castellan-${bench.nonce}`;
  // An isolated client leaves commands of a project out: then there is nothing that could run.
  const ran = await inWorkspace(bench, (cwd) => expanded(bench, cwd, name, 'command', undefined));
  const config = join(bench.folder, 'config-command');
  await mkdir(config, { recursive: true, mode: 0o700 });
  const control =
    bench.connection.scope === 'managed'
      ? null
      : await inNewFolder((cwd) => expanded(bench, cwd, name, 'command control', config));
  return {
    id: 'way-command',
    surface: 'command',
    situation: 'way',
    title: 'a shell command within a slash command, of which no tool is told, does not run',
    ok: !ran && control !== false,
    seen: `${ran ? 'it RAN' : 'it did not run'}; ${controlText(control)}`,
  };
}

/** Whether the command within it ran. */
async function expanded(
  bench: VerifyBench,
  cwd: string,
  command: string,
  name: string,
  config: string | undefined,
): Promise<boolean> {
  const folder = join(cwd, '.claude', 'commands');
  const made = await mkdir(folder, { recursive: true });
  const file = join(folder, `${command}.md`);
  const witness = join(cwd, `${command}-witness`);
  const text = `---\ndescription: canary\nallowed-tools: Bash\n---\n!\`touch '${witness}'\`\n`;
  await replaceFile(file, text);
  try {
    const asked = { name, cwd, prompt: `/${command}`, allowed: ['Bash'] };
    await runClient(bench, config === undefined ? asked : { ...asked, config });
    return await wasMade(witness);
  } finally {
    await rm(made ?? file, { recursive: made !== undefined, force: true });
  }
}

async function startedBareCheck(bench: VerifyBench): Promise<VerifyCheck> {
  const target = join(bench.machine.home, 'canary', `${bench.nonce}-bare`);
  const { ended, records } = await recorded(bench, () =>
    inNewFolder((cwd) =>
      runClient(bench, {
        name: 'bare',
        cwd,
        calls: [write(target)],
        flags: ['--setting-sources='],
        allowed: ['Write'],
      }),
    ),
  );
  const made = await wasMade(target);
  const attempt = attemptWith(records, `${bench.nonce}-bare`);
  return {
    id: 'way-started-without',
    surface: 'file',
    situation: 'way',
    title: 'a client that was started to leave settings out is held all the same',
    ok: !made && attempt?.verdict.outcome === 'deny',
    seen: [
      made ? 'the file WAS WRITTEN' : 'no file',
      attempt === null
        ? `NO attempt in the ledger (${endedText(ended)})`
        : `attempt recorded (${attempt.verdict.outcome})`,
    ].join('; '),
  };
}
