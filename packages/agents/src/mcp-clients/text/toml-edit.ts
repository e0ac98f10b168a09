// Puts our table in place of moved ones in a TOML file and back again. Pure. INVARIANT: outside of their tables no byte
// changes; the result is parsed again, and what it says is exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';
import { OWN_NAME, type OwnEntry } from '../found.ts';
import { type Block, blocksOf } from './toml-blocks.ts';

type Paths = readonly (readonly string[])[];
type Table = Record<string, unknown>;

export function parseToml(text: string): Table | null {
  try {
    return parse(text);
  } catch {
    return null;
  }
}

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isWithin = (block: Block, path: readonly string[]): boolean => path.every((key, at) => block.path[at] === key);

/** Servers of one table, `[mcp_servers]`; their own tables and those below them. */
export function moveOutOfToml(text: string, paths: Paths, entry: OwnEntry): string | null {
  const expected = parseToml(text);
  const blocks = blocksOf(text);
  const [section] = paths[0] ?? [];
  const servers = expected === null || section === undefined ? null : expected[section];
  if (expected === null || blocks === null || section === undefined || !isTable(servers)) return null;
  const gone = blocks.filter((block) => paths.some((path) => isWithin(block, path)));
  const [first] = gone;
  if (first === undefined) return null;
  const stands = Object.hasOwn(servers, OWN_NAME);
  let rest = text;
  for (const block of gone.toReversed()) {
    const own = block === first && !stands ? ownTable(section, entry, text.slice(block.start, block.end)) : '';
    rest = rest.slice(0, block.start) + own + rest.slice(own === '' ? behindBlanks(rest, block) : block.end);
  }
  for (const path of paths) delete servers[path.at(-1) ?? ''];
  // Made by the same parser: its tables are compared with nothing but their like.
  const own = parseToml(ownTable(section, entry, ''))?.[section];
  if (!stands && isTable(own)) servers[OWN_NAME] = own[OWN_NAME];
  return checked(rest, expected);
}

/** One of two blank lines around a table goes with it. */
function behindBlanks(text: string, { start, end }: Block): number {
  const isAfterBlank = start === 0 || /(?:^|\n)\r?\n$/.test(text.slice(0, start));
  return isAfterBlank ? end + (/^(?:\r?\n)+/.exec(text.slice(end))?.[0].length ?? 0) : end;
}

function ownTable(section: string, { command, args, env }: OwnEntry, like: string): string {
  const newline = like.includes('\r\n') ? '\r\n' : '\n';
  const list = args.map((word) => JSON.stringify(word)).join(', ');
  const pairs = Object.entries(env).map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}`);
  const text = [`[${section}.${OWN_NAME}]`, `command = ${JSON.stringify(command)}`, `args = [${list}]`]
    .concat(pairs.length === 0 ? [] : `env = { ${pairs.join(', ')} }`)
    .join(newline);
  return like.endsWith('\n') ? text + newline : text;
}

/** Their bytes as `before` has them, in place of our table. */
export function putBackIntoToml(text: string, before: string, paths: Paths): string | null {
  const expected = parseToml(text);
  const was = parseToml(before);
  const [section] = paths[0] ?? [];
  if (expected === null || was === null || section === undefined) return null;
  const own = blocksOf(text)?.filter((block) => isWithin(block, [section, OWN_NAME]));
  const old = blocksOf(before)?.filter((block) => paths.some((path) => isWithin(block, path)));
  const [now, then] = [expected[section], was[section]];
  const [table] = own ?? [];
  if (table === undefined || own?.length !== 1 || old === undefined || !isTable(now) || !isTable(then)) return null;
  const names = paths.map((path) => path.at(-1) ?? '');
  if (names.some((name) => Object.hasOwn(now, name) || !Object.hasOwn(then, name))) return null;
  const stood = Object.hasOwn(then, OWN_NAME);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const bytes = old
    .map(({ start, end }) => before.slice(start, end))
    .map((each) => (each.endsWith('\n') ? each : each + newline));
  const kept = stood ? `${text.slice(table.start, table.end)}${newline}` : '';
  const rest = text.slice(0, table.start) + kept + bytes.join(newline) + text.slice(table.end);
  if (!stood) delete now[OWN_NAME];
  for (const name of names) now[name] = then[name];
  return checked(rest, expected);
}

const checked = (text: string, expected: Table): string | null => {
  const said = parseToml(text);
  return said !== null && isDeepStrictEqual(said, expected) ? text : null;
};
