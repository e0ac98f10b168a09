// With the daemon away, and with a hook that never answers, nothing runs. The client has its own settings for it, with nothing
// but the deciding hook: others would stop the run before it comes to a tool.
import { join } from 'node:path';
import type { JsonObject, VerifyCheck } from '@castellan/contract';
import { replaceFile } from '../../files.ts';
import { hookFileText } from '../../hook-client/hook-file.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { endedText } from '../../verify/ended-text.ts';
import { type HookSpec, hookGroups } from '../settings/entries.ts';
import { inNewFolder, runClient, wasMade } from './bench-run.ts';
import { bash, controlText, write } from './decided.ts';

const SURFACES = ['shell', 'file'] as const;

export async function failureChecks(bench: VerifyBench): Promise<readonly VerifyCheck[]> {
  // The hooks of the machine would decide as well.
  if (bench.connection.scope === 'managed') return [];
  const away = await hookTo(bench, join(bench.folder, 'nobody.sock'));
  const silent: HookSpec = { hook: { file: '/bin/sleep', args: ['30'] }, timeoutSeconds: 2 };
  const control = await touch(bench, 'control', null);
  return [
    ...(away === null ? [] : await checksOf(bench, 'daemon-down', 'with the daemon away', away, control)),
    ...(await checksOf(bench, 'timed-out', 'with a hook that never answers', silent, control)),
  ];
}

interface Seen {
  readonly ended: RunEnd;
  readonly ran: readonly boolean[];
}

async function checksOf(
  bench: VerifyBench,
  situation: 'daemon-down' | 'timed-out',
  where: string,
  spec: HookSpec,
  control: Seen,
): Promise<readonly VerifyCheck[]> {
  const held = await touch(bench, situation, spec);
  return SURFACES.map((surface, index) => ({
    id: `${situation}-${surface}`,
    surface,
    situation,
    title: `${where} ${surface === 'shell' ? 'a command does not run' : 'a file is not written'}`,
    ok: held.ran[index] === false && control.ran[index] === true,
    seen: [
      held.ran[index] === true ? 'it HAPPENED' : `it did not happen (${endedText(held.ended)})`,
      controlText(control.ran[index] === true),
    ].join('; '),
  }));
}

/** The same hook command, with a file that leads nowhere. */
async function hookTo({ connection, credential, folder }: VerifyBench, socket: string): Promise<HookSpec | null> {
  const text = hookFileText({
    socket,
    owner: process.getuid?.() ?? 0,
    credential,
    route: '/v1/hooks/claude-code',
    timeoutSeconds: 10,
  });
  if (!text.ok) return null;
  const file = join(folder, 'hook');
  await replaceFile(file, text.value);
  return { hook: { file: connection.hook.file, args: connection.hook.args.with(-1, file) }, timeoutSeconds: 20 };
}

async function touch(bench: VerifyBench, name: string, spec: HookSpec | null): Promise<Seen> {
  const config = join(bench.folder, `config-${name}`);
  const hooks: JsonObject = spec === null ? {} : { PreToolUse: [hookGroups(spec).PreToolUse] };
  await replaceFile(join(config, 'settings.json'), JSON.stringify({ hooks }));
  return inNewFolder(async (cwd) => {
    const paths = SURFACES.map((surface) => join(cwd, `witness-${surface}`));
    const [shell = '', file = ''] = paths;
    const calls = [bash(`touch '${shell}'`), write(file)];
    const ended = await runClient(bench, { name, cwd, calls, allowed: ['Bash', 'Write'], config });
    return { ended, ran: await Promise.all(paths.map(wasMade)) };
  });
}
