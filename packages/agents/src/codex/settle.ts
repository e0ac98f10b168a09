// Whether this very Codex takes our hooks for trusted: it is asked about the same hooks in a folder of ours, so that nothing of
// it is left in the user's own. INVARIANT: a version that counts trust in another way is not connected by trust.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { childEnvironment, type JsonValue } from '@castellan/contract';
import type { Entries } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { makePrivateFolder, realPath, replaceFile } from '../files.ts';
import { isObject } from '../hook/plain-json.ts';
import { askLines } from './launch-ask.ts';
import { withOwn } from './settings/own-part.ts';
import { needsTrust, partFor } from './settings/part-for.ts';

const QUESTION = 'hooks/list';
const TIMEOUT_MS = 30_000;

export async function settleCodex(entries: Entries): Promise<Done<{ readonly warnings: readonly string[] }>> {
  const { client, folder, machine } = entries;
  if (!needsTrust(entries.scope) || client.path === null) return done({ warnings: [] });
  await makePrivateFolder(folder);
  const probe = await realPath(await mkdtemp(join(folder, 'probe-')));
  try {
    const file = join(probe, 'config.toml');
    const made = withOwn(
      '',
      partFor(entries, file, () => 0),
    );
    if ('why' in made) return undone('settings-rejected', made.why);
    await replaceFile(file, made.text);
    const env = childEnvironment('bare', machine.env, { HOME: probe, CODEX_HOME: probe });
    const program = { file: client.path, args: ['app-server'], cwd: probe, env };
    const told = await askLines(program, question(probe), hooksIn, TIMEOUT_MS);
    if (told === null)
      return undone('hooks-not-intact', 'Codex does not say which hooks it has', 'connect scope `managed`');
    const wrong = told.find(({ trustStatus }) => trustStatus !== 'trusted');
    if (told.length > 0 && wrong === undefined) return done({ warnings: [] });
    return undone(
      'hooks-not-intact',
      `Codex ${client.version ?? ''} does not take the hooks for trusted, and would leave them out without a word`,
      'connect scope `managed`, or update castellan',
    );
  } finally {
    await rm(probe, { recursive: true, force: true, maxRetries: 3 });
  }
}

const question = (cwd: string): readonly object[] => [
  {
    id: 0,
    method: 'initialize',
    params: { clientInfo: { name: 'castellan', title: null, version: '1' }, capabilities: null },
  },
  { method: 'initialized' },
  { id: 1, method: QUESTION, params: { cwds: [cwd] } },
];

function hooksIn(line: unknown): readonly { readonly trustStatus: JsonValue | undefined }[] | null {
  if (!isObject(line) || line.id !== 1) return null;
  if (!isObject(line.result) || !Array.isArray(line.result.data)) return [];
  return line.result.data.flatMap((one: unknown) => (isObject(one) && Array.isArray(one.hooks) ? one.hooks : []));
}
