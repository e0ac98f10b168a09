// Where agents keep their permission settings, and what stands there. A file that cannot be read is said, never left out:
// a deny that was not read would not be held.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { ImportFile } from '@castellan/policy';
import { type ParseError, parse as parseJsonc, printParseErrorCode } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import type { World } from '../world.ts';

export interface AgentSettings {
  readonly files: readonly ImportFile[];
  readonly faults: readonly string[];
  /** The places looked at, as a person would write them. */
  readonly looked: readonly string[];
}

type Agent = 'claude-code' | 'codex' | 'opencode';
const MAX_BYTES = 4_194_304;

interface Place {
  readonly path: string;
  /** The project whose settings they are. */
  readonly project?: string;
}

function placesOf(agent: Agent, { env, cwd, userHome }: World): readonly Place[] {
  const project = cwd;
  const own = (folder: string | undefined, fallback: string): string =>
    folder === undefined || folder === '' ? join(userHome, fallback) : folder;
  switch (agent) {
    case 'claude-code':
      return [
        { path: '/etc/claude-code/managed-settings.json' },
        { path: join(own(env.CLAUDE_CONFIG_DIR, '.claude'), 'settings.json') },
        { path: join(cwd, '.claude', 'settings.json'), project },
        { path: join(cwd, '.claude', 'settings.local.json'), project },
      ];
    case 'codex': {
      const home = own(env.CODEX_HOME, '.codex');
      return [
        { path: '/etc/codex/config.toml' },
        { path: join(home, 'config.toml') },
        ...rulesIn(join(home, 'rules')).map((path) => ({ path })),
        { path: join(cwd, '.codex', 'config.toml'), project },
        ...rulesIn(join(cwd, '.codex', 'rules')).map((path) => ({ path, project })),
      ];
    }
    case 'opencode': {
      const home = join(own(env.XDG_CONFIG_HOME, '.config'), 'opencode');
      return [
        { path: '/etc/opencode/opencode.json' },
        ...['opencode.json', 'opencode.jsonc'].map((name) => ({ path: join(home, name) })),
        ...['opencode.json', 'opencode.jsonc'].map((name) => ({ path: join(cwd, name), project })),
      ];
    }
  }
}

function rulesIn(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rules'))
    .sort()
    .map((name) => join(folder, name));
}

/** A project's settings stand in a folder of the agent's own; its parent is the project. */
function projectOf(path: string, userHome: string): { readonly project?: string } {
  const folder = dirname(path);
  const parent = ['.claude', '.codex'].includes(basename(folder)) ? dirname(folder) : folder;
  return parent === userHome || path.startsWith(join(userHome, '.config')) ? {} : { project: parent };
}

export function readAgentSettings(agent: Agent, named: readonly string[], world: World): AgentSettings {
  const { cwd, userHome } = world;
  const shown = (path: string): string => (path.startsWith(`${userHome}/`) ? `~${path.slice(userHome.length)}` : path);
  const places =
    named.length === 0
      ? placesOf(agent, world)
      : named.map((path) => resolve(cwd, path)).map((path) => ({ path, ...projectOf(path, userHome) }));
  const files: ImportFile[] = [];
  const faults: string[] = [];
  for (const { path, project } of places) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      if (named.length > 0) faults.push(`${shown(path)}: there is no such file`);
      continue;
    }
    try {
      if (!found.isFile() || found.size > MAX_BYTES) throw new Error(`is no file of at most ${MAX_BYTES} bytes`);
      const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
      files.push({ name: shown(path), value: readAs(path, text), ...(project === undefined ? {} : { project }) });
    } catch (error) {
      faults.push(
        `${shown(path)}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'cannot be read'}`,
      );
    }
  }
  return { files, faults, looked: places.map(({ path }) => shown(path)) };
}

/** A `.rules` file stays text. */
function readAs(path: string, text: string): unknown {
  if (path.endsWith('.rules')) return text;
  if (path.endsWith('.toml')) return parseToml(text);
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const row = text.slice(0, first.offset).split('\n').length;
  throw new Error(`line ${row}: ${printParseErrorCode(first.error)}`);
}
