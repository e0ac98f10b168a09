// What a project's `.codex` does to our hooks while a session works there. Codex reads it only where its user trusts the folder;
// an isolated one is told that it does not.
import { dirname, join } from 'node:path';
import type { Connector, Standing } from '../../connector.ts';
import { readIfThere } from '../../files.ts';
import { isObject } from '../../hook/plain-json.ts';
import { parseToml } from '../../mcp-clients/text/toml-edit.ts';
import { codexHome, placeOfConnection } from '../settings/places.ts';
import { featureOf, hookedEvents, isTrusted, reachingOf, serversOf } from '../settings/read.ts';

/** Folders above a workspace that are looked at: Codex goes up to the root of the project. */
const MOST_FOLDERS = 20;

function foldersOf(workspace: string): readonly string[] {
  const found = [workspace];
  for (
    let folder = dirname(workspace);
    folder !== found.at(-1) && found.length < MOST_FOLDERS;
    folder = dirname(folder)
  )
    found.push(folder);
  return found;
}

export const codexProjectFiles = (workspace: string): readonly string[] =>
  ['config.toml', 'hooks.json'].map((name) => join(workspace, '.codex', name));

export const codexAround: NonNullable<Connector['around']> = async (workspace, connection, machine) => {
  const { scope } = connection;
  if (scope === 'isolated') return [];
  const settings = scope === 'user' ? placeOfConnection(connection).path : join(codexHome(machine), 'config.toml');
  const own = parseToml((await readIfThere(settings).catch(() => null)) ?? '') ?? {};
  const folders = foldersOf(workspace);
  if (!folders.some((folder) => isTrusted(own, folder))) return [];
  // Above a project in the home folder stands the user's own, which is no project's.
  const places = folders.map((folder) => join(folder, '.codex')).filter((place) => place !== dirname(settings));
  const found = await Promise.all(places.map((place) => inFolder(place, scope === 'managed')));
  return found.flat();
};

async function inFolder(folder: string, isPinned: boolean): Promise<readonly Standing[]> {
  const [settings, hooks] = [join(folder, 'config.toml'), join(folder, 'hooks.json')];
  const root = parseToml((await readIfThere(settings).catch(() => null)) ?? '') ?? {};
  const off = isPinned ? [] : [['hooks', false] as const, ['unified_exec_tty', true] as const];
  const events = [...hookedEvents(root), ...hookedEvents(jsonOf(await readIfThere(hooks).catch(() => null)))];
  const servers = serversOf(root);
  const reaching = reachingOf(root);
  return [
    ...off
      .filter(([name, value]) => featureOf(root, name) === value)
      .map(
        ([name, value]): Standing => ({
          kind: 'disabled',
          text: `${settings}: \`features.${name} = ${value}\` keeps tools from being asked about`,
          hint: 'end the agent and take it out of the file, or connect scope `managed`',
        }),
      ),
    ...(events.length === 0
      ? []
      : [
          bypassed(folder, `the project starts hooks of its own (${events.join(', ')}), whose commands nobody decides`),
        ]),
    ...(servers.length === 0
      ? []
      : [bypassed(folder, `the project starts tool servers of its own (${servers.join(', ')}), which nobody decides`)]),
    ...(reaching.length === 0
      ? []
      : [
          bypassed(
            folder,
            `the project says which programs run, or what the model reads and where it is (${reaching.join(', ')}), and nobody decides it`,
          ),
        ]),
  ];
}

const bypassed = (folder: string, what: string): Standing => ({
  kind: 'bypassed',
  text: `${folder}: ${what}`,
  hint: 'take them out, or use `castellan run codex`, which leaves settings of projects out',
});

function jsonOf(text: string | null): object {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    // Codex leaves out what it cannot read.
    return {};
  }
}
