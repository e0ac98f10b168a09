// One entry of a client's settings, whatever the client, as a server that can be moved or stays. Pure. Fails closed: a field
// nobody here knows could hold back what the gateway would then offer, so such a server stays.
import { isAbsolute, join } from 'node:path';
import { mcpHttpSchema, mcpProcessSchema } from '@castellan/contract';
import type { FoundSecret, FoundServer, Reading } from './found.ts';
import { expand, ofEnvironment, type Syntax, type Variables } from './variables.ts';

/** The fields that every client has in some form. */
export interface PlainEntry {
  readonly type?: unknown;
  readonly command?: unknown;
  readonly args?: unknown;
  readonly env?: unknown;
  readonly cwd?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** Variables of the client's own environment. */
  readonly pass?: unknown;
  readonly clientId?: unknown;
  /** Why it stays, whatever else it says. */
  readonly stays?: string | undefined;
}

export interface EntryPlace {
  readonly name: string;
  readonly path: readonly string[];
  readonly syntax: Syntax;
  readonly project: string | null;
}

type Sorted = { readonly plain: Readonly<Record<string, string>>; readonly secrets: readonly FoundSecret[] };

/** `Bearer x`: the scheme is no part of the secret. */
const SCHEME = /^(?:Bearer|Basic|Token|token|ApiKey) +/;

/** Thrown inside this file only, to leave with the reason. */
class Stays extends Error {}

export function readEntry(entry: PlainEntry, place: EntryPlace, reading: Reading): FoundServer {
  const { name, path } = place;
  try {
    if (entry.stays !== undefined) throw new Stays(entry.stays);
    const variables = { syntax: place.syntax, reading, project: place.project };
    const made = typeof entry.url === 'string' ? httpOf(entry, variables) : processOf(entry, variables);
    return { kind: 'movable', name, path, project: place.project, ...made };
  } catch (error) {
    if (error instanceof Stays) return { kind: 'stays', name, path, why: error.message };
    throw error;
  }
}

function text(value: unknown, what: string, variables: Variables): string {
  if (typeof value !== 'string') throw new Stays(`its ${what} is no text`);
  const expanded = expand(value, variables);
  if (!expanded.ok) throw new Stays(expanded.why);
  return expanded.text;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function listOf(value: unknown, what: string, variables: Variables): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Stays(`its ${what} are no list`);
  return value.map((each: unknown) => text(each, what, variables));
}

function sorted(value: unknown, group: 'env' | 'headers', variables: Variables): Sorted {
  if (value === undefined || value === null) return { plain: {}, secrets: [] };
  if (!isRecord(value)) throw new Stays(`its ${group} is no table`);
  const plain: Record<string, string> = {};
  const secrets: FoundSecret[] = [];
  for (const [key, raw] of Object.entries(value)) {
    const whole = typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : text(raw, group, variables);
    const before = group === 'headers' ? (SCHEME.exec(whole)?.[0] ?? '') : '';
    const rest = whole.slice(before.length);
    if (rest !== '' && variables.reading.isCredential(key, rest)) secrets.push({ group, key, before, value: rest });
    else plain[key] = whole;
  }
  return { plain, secrets };
}

type Made = Pick<Extract<FoundServer, { kind: 'movable' }>, 'start' | 'secrets'>;

function processOf(entry: PlainEntry, variables: Variables): Made {
  const { project, reading } = variables;
  const command = text(entry.command, 'command', variables);
  const args = listOf(entry.args, 'arguments', variables);
  refuseCredentials([command, ...args], reading);
  const passed = listOf(entry.pass, 'variables', variables).map((name) => {
    const value = ofEnvironment(name, variables);
    if (typeof value !== 'string') throw new Stays(value.why);
    return [name, value] as const;
  });
  const env = isRecord(entry.env) ? { ...Object.fromEntries(passed), ...entry.env } : Object.fromEntries(passed);
  const { plain, secrets } = sorted(entry.env === undefined || isRecord(entry.env) ? env : entry.env, 'env', variables);
  const folder = entry.cwd === undefined ? project : within(text(entry.cwd, 'folder', variables), project, 'folder');
  const start = mcpProcessSchema.safeParse({
    kind: 'mcp',
    command: command.includes('/') ? within(command, project, 'command') : command,
    args,
    env: plain,
    ...(folder === null ? {} : { cwd: folder }),
    ...timeoutOf(entry),
  });
  if (!start.success) throw new Stays('it is written in a way that is not understood');
  return { start: start.data, secrets };
}

function within(path: string, project: string | null, what: string): string {
  if (isAbsolute(path)) return path;
  if (project === null) throw new Stays(`its ${what} \`${path}\` is another one in each folder`);
  return join(project, path);
}

function httpOf(entry: PlainEntry, variables: Variables): Made {
  const { reading } = variables;
  if (entry.type === 'sse') throw new Stays('it speaks the old HTTP with SSE, which the gateway does not');
  if (entry.type === 'ws') throw new Stays('it speaks over a WebSocket, which the gateway does not');
  const address = text(entry.url, 'address', variables);
  const url = URL.parse(address);
  if (url === null) throw new Stays('its address is none');
  const inside = [...url.searchParams].some(([key, value]) => reading.isCredential(key, value));
  if (url.username !== '' || url.password !== '' || inside || reading.isCredential('', address))
    throw new Stays('its address holds a credential; put it into a header');
  const { plain, secrets } = sorted(entry.headers, 'headers', variables);
  const start = mcpHttpSchema.safeParse({
    kind: 'mcp-http',
    url: address,
    headers: plain,
    ...(typeof entry.clientId === 'string' ? { clientId: entry.clientId } : {}),
    ...timeoutOf(entry),
  });
  if (!start.success) throw new Stays('it is written in a way that is not understood');
  return { start: start.data, secrets };
}

const timeoutOf = ({ timeout }: PlainEntry): { readonly timeoutSeconds?: number } =>
  timeout === undefined ? {} : { timeoutSeconds: Math.min(3600, Math.max(1, Math.ceil(timeout))) };

/** Arguments are seen by everybody who lists processes, and stand in the manifest: there is no place for a secret there. */
function refuseCredentials(words: readonly string[], { isCredential }: Reading): void {
  for (const [at, word] of words.entries()) {
    const flag = /^--?([\w-]+)=(.+)$/s.exec(word);
    const before = /^--?([\w-]+)$/.exec(words[at - 1] ?? '')?.[1] ?? '';
    const header = /^([\w-]+):\s*(?:(?:Bearer|Basic|Token) +)?(.+)$/s.exec(word);
    const isOne =
      (flag !== null && isCredential(flag[1] ?? '', flag[2] ?? '')) ||
      (header !== null && !word.includes('://') && isCredential(header[1] ?? '', header[2] ?? '')) ||
      (!word.startsWith('-') && isCredential(before, word));
    if (isOne) throw new Stays('its arguments hold a credential; put it into its environment');
  }
}
