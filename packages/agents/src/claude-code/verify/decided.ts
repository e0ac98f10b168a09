// What is denied does not happen and is recorded, what is allowed happens and is recorded: files, the shell, a sub-agent. One run.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerRecord, VerifyCheck } from '@castellan/contract';
import { type CanaryCall, canaryPrompt } from '../../canary/script.ts';
import { replaceFile } from '../../files.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { attemptWith, inNewFolder, inWorkspace, recorded, runClient, wasMade } from './bench-run.ts';

export const write = (file_path: string): CanaryCall => ({
  tool: 'Write',
  input: { file_path, content: 'a canary that must never be here\n' },
});
export const bash = (command: string): CanaryCall => ({ tool: 'Bash', input: { command, description: 'canary' } });

const SURFACES = [
  ['file', 'a write'],
  ['shell', 'a command that writes'],
  ['sub-agent', 'a write of a sub-agent'],
] as const;

/** The calls that may not happen, into a folder: each names its own file. */
function forbidden(
  folder: string,
  nonce: string,
): { readonly paths: readonly string[]; readonly calls: readonly CanaryCall[] } {
  const [file, shell, sub] = SURFACES.map(([surface]) => join(folder, `${nonce}-${surface}`)) as [
    string,
    string,
    string,
  ];
  const prompt = canaryPrompt({ turns: [[write(sub)]], text: 'done' });
  const agent = { description: 'canary', prompt, subagent_type: 'general-purpose', run_in_background: false };
  return {
    paths: [file, shell, sub],
    calls: [write(file), bash(`touch '${shell}'`), { tool: 'Agent', input: agent }],
  };
}
const ALLOWED = ['Write', 'Bash', 'Agent', 'Read'];

export async function decidedChecks(bench: VerifyBench): Promise<readonly VerifyCheck[]> {
  const { machine, nonce } = bench;
  // In the state folder: no policy allows that.
  const { paths, calls } = forbidden(join(machine.home, 'canary'), nonce);
  const secret = `canary-${nonce}`;
  const { ended, records } = await recorded(bench, () =>
    inWorkspace(bench, async (cwd) => {
      const file = join(cwd, `castellan-${nonce}.txt`);
      await replaceFile(file, `${secret}\n`);
      const read: CanaryCall = { tool: 'Read', input: { file_path: file } };
      return runClient(bench, { name: 'decided', cwd, calls: [...calls, read], allowed: ALLOWED }).finally(() =>
        rm(file, { force: true }),
      );
    }),
  );
  const made = await Promise.all(paths.map(wasMade));
  const control = await controlOf(bench);
  const denied = SURFACES.map(([surface, what], index): VerifyCheck => {
    const attempt = attemptWith(records, `${nonce}-${surface}`);
    const isDenied = attempt?.verdict.outcome === 'deny';
    return {
      id: `denied-${surface}`,
      surface,
      situation: 'denied',
      title: `${what} into the state folder is denied, does not happen and is recorded`,
      ok: made[index] === false && isDenied && (control === null || control[index] === true),
      seen: [
        made[index] === true ? 'the file WAS WRITTEN' : 'no file',
        isDenied ? 'the denial is in the ledger' : `NO denial in the ledger (${endedText(ended)})`,
        controlText(control?.[index] ?? null),
      ].join('; '),
    };
  });
  return [...denied, readCheck(ended, records, secret, `castellan-${nonce}.txt`)];
}

export const controlText = (ran: boolean | null): string => {
  if (ran === null) return 'without hooks it was not tried: those of the machine cannot be left out';
  return ran ? 'without hooks it happens' : 'without hooks it did NOT happen either, so this proves nothing';
};

/** The same where nothing of ours stands; null where that cannot be. */
async function controlOf(bench: VerifyBench): Promise<readonly boolean[] | null> {
  if (bench.connection.scope === 'managed') return null;
  const config = join(bench.folder, 'config-bare');
  await mkdir(config, { recursive: true, mode: 0o700 });
  return inNewFolder(async (cwd) => {
    const { paths, calls } = forbidden(cwd, bench.nonce);
    await runClient(bench, { name: 'decided control', cwd, calls, allowed: ALLOWED, config });
    return Promise.all(paths.map(wasMade));
  });
}

function readCheck(ended: RunEnd, records: readonly LedgerRecord[], secret: string, file: string): VerifyCheck {
  const read = ended.stdout.includes(secret);
  const attempt = attemptWith(records, file);
  const succeeded = records.some(
    (item) => item.kind === 'outcome' && item.call === attempt?.call && item.status === 'succeeded',
  );
  return {
    id: 'allowed-file',
    surface: 'file',
    situation: 'allowed',
    title: 'reading a file of the workspace is allowed, happens and is recorded with its outcome',
    ok: read && attempt !== null && succeeded,
    seen: [
      read ? 'the content came back' : `the content did NOT come back: ${endedText(ended)}`,
      attempt === null ? 'NO attempt in the ledger' : `attempt recorded (${attempt.verdict.outcome})`,
      succeeded ? 'outcome recorded' : 'NO outcome in the ledger',
    ].join('; '),
  };
}
