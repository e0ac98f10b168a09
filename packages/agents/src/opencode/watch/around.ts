// What a project brings that OpenCode starts by itself, beside every plug-in: code nobody is asked about. It does
// so whatever it is told (OPENCODE_DISABLE_PROJECT_CONFIG, `--pure`); only a run with the gateway's tools stands elsewhere.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Connector, Standing } from '../../connector.ts';
import { readIfThere } from '../../files.ts';
import { isObject } from '../../hook/plain-json.ts';
import { parseJsonc } from '../../mcp-clients/text/json-members.ts';

const FOLDERS = ['plugin', 'plugins', 'tool', 'tools'];
const FILES = ['opencode.json', 'opencode.jsonc'];
/** Members of a project's settings that name programs. */
const STARTS = ['plugin', 'mcp', 'formatter', 'lsp', 'shell'];
/** Deeper than anybody nests projects. */
const MOST_FOLDERS = 40;

/** As OpenCode looks for settings: from the folder upwards, until the top of its repository. */
async function foldersOf(workspace: string): Promise<readonly string[]> {
  const folders = [workspace];
  for (let at = workspace; folders.length < MOST_FOLDERS && !(await isTop(at)) && dirname(at) !== at; at = dirname(at))
    folders.push(dirname(at));
  return folders;
}

const isTop = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    (names) => names.includes('.git'),
    () => true,
  );

export const projectFiles = (workspace: string): readonly string[] => [
  ...FILES.flatMap((name) => [join(workspace, name), join(workspace, '.opencode', name)]),
  ...FOLDERS.map((name) => join(workspace, '.opencode', name, 'index.js')),
];

export const openCodeAround: NonNullable<Connector['around']> = async (workspace, { mode }, { userHome }) => {
  // Such a run stands elsewhere.
  if (mode === 'gateway') return [];
  const folders = (await foldersOf(workspace)).filter((folder) => folder !== userHome);
  const found = await Promise.all(folders.map(inFolder));
  return found.flat();
};

async function inFolder(folder: string): Promise<readonly Standing[]> {
  const own = join(folder, '.opencode');
  const code = await Promise.all(FOLDERS.map((name) => codeIn(join(own, name))));
  const settings = await Promise.all(FILES.flatMap((name) => [join(folder, name), join(own, name)]).map(startedBy));
  return [...code.flat(), ...settings.flat()].map((text) => ({
    kind: 'bypassed',
    text: `${text}, which nobody decides`,
    hint: 'remove it, or use `castellan run opencode`, which leaves project settings out',
  }));
}

async function codeIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const code = names.filter((name) => /\.[cm]?[jt]s$/.test(name));
  return code.length === 0 ? [] : [`${folder}: the project brings code of its own (${code.slice(0, 5).join(', ')})`];
}

async function startedBy(file: string): Promise<readonly string[]> {
  const text = await readIfThere(file).catch(() => null);
  // What cannot be read OpenCode does not start with.
  const settings = text === null ? undefined : parseJsonc(text);
  if (!isObject(settings)) return [];
  const said = STARTS.filter((name) => says(settings[name]));
  const providers = isObject(settings.provider) ? Object.values(settings.provider) : [];
  const packages = providers.some((provider) => isObject(provider) && provider.npm !== undefined);
  const names = [...said, ...(packages ? ['provider'] : [])];
  return [
    ...(names.length === 0 ? [] : [`${file}: \`${names.join('`, `')}\` start programs of the project's choice`]),
    ...(reaches(text ?? '', settings.instructions)
      ? [`${file}: it gives files or variables from outside the project to the model or to an address`]
      : []),
  ];
}

/** `{file:…}` and `{env:…}` are filled in wherever they stand. */
const reaches = (text: string, instructions: unknown): boolean =>
  /\{(?:file|env):/.test(text) ||
  (Array.isArray(instructions) &&
    instructions.some((path) => typeof path === 'string' && /^[/~]|^[a-z]+:|(?:^|\/)\.\.(?:\/|$)/i.test(path)));

const says = (value: unknown): boolean =>
  Array.isArray(value) || isObject(value)
    ? Object.keys(value).length > 0
    : value !== undefined && value !== false && value !== '';
