// What connecting OpenCode writes: the plug-in, and around it what makes OpenCode load it. Nothing of the person's own settings
// is changed; the machine's name the plug-in, for it is the one place where none is looked for.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AgentId, ConnectScope, JsonObject } from '@castellan/contract';
import type { EditedFile, Edits, Entries } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { readIfThere, realPath } from '../files.ts';
import type { Machine } from '../machine.ts';
import { parseJsonc } from '../mcp-clients/text/json-members.ts';
import { dropFromJson, putIntoJson, valueIn } from '../mcp-clients/text/json-put.ts';
import { isolatedPlaces, managedFolder, PLUGIN_NAME, pluginPath, userFolder } from './places.ts';
import { agentOfPlugin, isPlugin, pluginText } from './plugin-text.ts';
import { isolatedSettingsText, SDK_LOCK } from './settings.ts';

export async function openCodeEdits(entries: Entries): Promise<Done<Edits>> {
  const { scope, machine, folder, mode, hook, gateway } = entries;
  const path = await pluginPath(scope, machine, folder);
  const before = await readIfThere(path);
  if (before !== null && before !== '' && !isPlugin(before))
    return undone('settings-rejected', `\`${path}\` is not a plug-in of ours`, 'move it away, then connect again');
  const after = await pluginText({ mode, hook: hook.args.at(-1) ?? '', gateway });
  // The machine's is read by everybody who starts OpenCode; it holds no credential.
  const plugin: EditedFile = { path, before, after, mode: scope === 'managed' ? 0o644 : 0o600, kept: {} };
  switch (scope) {
    case 'isolated':
      return done({ files: [...(await isolatedFiles(entries)), plugin], warnings: [HEADLESS] });
    case 'managed': {
      const settings = await managedSettings(machine, path);
      return settings.ok ? done({ files: [plugin, settings.value], warnings: [OTHERS, ...PURE] }) : settings;
    }
    case 'user':
    case 'project':
      return done({ files: [plugin], warnings: [...(await sdkWarning(userFolder(machine))), ...PURE] });
  }
}

const HEADLESS =
  '`opencode run` ends with exit code 0 even where calls were refused: look at what it says, not at its code';
const PURE = [
  '`opencode --pure` and OPENCODE_PURE=1 start it without any plug-in: an alarm tells while one runs; `castellan run opencode` refuses both',
];
const OTHERS =
  'other users of this machine who start OpenCode have their tools refused: the plug-in cannot read the credential there';

/** OpenCode fetches its plug-in package once; where it never did and cannot, its first start takes longer. */
async function sdkWarning(folder: string): Promise<readonly string[]> {
  const there = await access(join(folder, 'node_modules')).then(
    () => true,
    () => false,
  );
  if (there) return [];
  return [
    'OpenCode fetches its own package `@opencode-ai/plugin` from npm when it first starts with a plug-in; offline it waits 90 seconds at each start',
  ];
}

async function isolatedFiles(entries: Entries): Promise<readonly EditedFile[]> {
  const { settings } = isolatedPlaces(entries.folder);
  const texts = [
    ['opencode.json', isolatedSettingsText(entries)],
    ['package-lock.json', SDK_LOCK],
    [
      join('node_modules', 'README'),
      'Empty: our plug-in needs no package, and OpenCode looks whether this folder is there.\n',
    ],
  ] as const;
  return Promise.all(
    texts.map(async ([name, after]): Promise<EditedFile> => {
      const path = await realPath(join(settings, name));
      return { path, before: await readIfThere(path), after, mode: 0o600, kept: {} };
    }),
  );
}

/** The machine's settings: the one that is there, with comments or without. */
async function managedSettings(machine: Machine, plugin: string): Promise<Done<EditedFile>> {
  const folder = managedFolder(machine);
  const commented = await realPath(join(folder, 'opencode.jsonc'));
  const path = (await readIfThere(commented)) === null ? await realPath(join(folder, 'opencode.json')) : commented;
  const before = await readIfThere(path);
  const old = valueIn(before === null ? undefined : parseJsonc(before), ['plugin']);
  const list = old === undefined ? [] : old;
  const own = pathToFileURL(plugin).href;
  if (!Array.isArray(list)) return unreadable(path);
  if (list.includes(own)) return done({ path, before, after: before ?? '', mode: 0o644, kept: {} });
  const after = putIntoJson(before ?? '', ['plugin'], [...(list as readonly unknown[]), own]);
  return after === null ? unreadable(path) : done({ path, before, after, mode: 0o644, kept: { plugin: own } });
}

const unreadable = (path: string): Done<never> =>
  undone('settings-unreadable', `\`${path}\` cannot be read as settings of OpenCode`, 'correct it, then connect again');

/** Our part taken out of a text that changed since. */
export function openCodeStrip(path: string, text: string, kept: JsonObject): Done<string | null> {
  if (path.endsWith(PLUGIN_NAME)) return done(isPlugin(text) ? '' : null);
  if (typeof kept.plugin !== 'string') return done(null);
  const list = valueIn(parseJsonc(text), ['plugin']);
  if (parseJsonc(text) === undefined) return unreadable(path);
  if (!Array.isArray(list) || !list.includes(kept.plugin)) return done(null);
  const rest = (list as readonly unknown[]).filter((entry) => entry !== kept.plugin);
  const without = rest.length === 0 ? dropFromJson(text, ['plugin']) : putIntoJson(text, ['plugin'], rest);
  return without === null ? unreadable(path) : done(without);
}

/** Whose plug-in stands there already. An isolated one is found by its record alone. */
export async function openCodeAgentIn(machine: Machine, scope: ConnectScope): Promise<AgentId | null> {
  if (scope === 'isolated') return null;
  const text = await readIfThere(await pluginPath(scope, machine, '')).catch(() => null);
  return text === null ? null : agentOfPlugin(text);
}
