// What is typed into the form for a new server, as the daemon takes it; and its answers, as faults beside the field they are of.
import { type McpStart, moduleNameSchema, signInHostSchema } from '@castellan/contract';
import type { Failure } from '../../connection/failure.ts';

export interface Typed {
  readonly name: string;
  readonly reached: 'program' | 'address';
  readonly command: string;
  readonly args: string;
  readonly env: string;
  readonly url: string;
  readonly headers: string;
  readonly scopes: string;
  readonly signInHosts: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeout: string;
}
export const NOTHING_TYPED: Typed = {
  name: '',
  reached: 'program',
  command: '',
  args: '',
  env: '',
  url: '',
  headers: '',
  scopes: '',
  signInHosts: '',
  clientId: '',
  clientSecret: '',
  timeout: '',
};

export type Field = Exclude<keyof Typed, 'reached'>;
export type FieldFaults = Readonly<Partial<Record<Field, string>>>;

/** As the form sends it: what is left out has the daemon's own value. */
export type NewStart =
  | {
      readonly kind: 'mcp';
      readonly command: string;
      readonly args: string[];
      readonly env: Record<string, string>;
      readonly timeoutSeconds?: number;
    }
  | {
      readonly kind: 'mcp-http';
      readonly url: string;
      readonly headers: Record<string, string>;
      readonly timeoutSeconds?: number;
      readonly scopes?: string[];
      readonly signInHosts?: string[];
      readonly clientId?: string;
      readonly clientSecret?: string;
    };

export type Read =
  | { readonly ok: true; readonly name: string; readonly start: NewStart | McpStart }
  | { readonly ok: false; readonly faults: FieldFaults };

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

interface Pairs {
  readonly values: Record<string, string>;
  readonly fault: string | null;
}

/** One a line: a name, what stands between, a value. */
function pairs(text: string, between: '=' | ':', name: RegExp, called: string): Pairs {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, line] of lines(text).entries()) {
    const at = line.indexOf(between);
    const key = line.slice(0, at).trim();
    if (at < 1 || !name.test(key))
      return {
        values,
        fault: `line ${index + 1} is no ${called}: write it as NAME${between === '=' ? '=' : ': '}value`,
      };
    if (Object.hasOwn(values, key)) return { values, fault: `line ${index + 1} names ${key} once more` };
    values[key] = line.slice(at + 1).trim();
  }
  return { values: { ...values }, fault: null };
}

const given = (faults: Readonly<Partial<Record<Field, string | null>>>): FieldFaults =>
  Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== null));

const LONGEST = 3600;
/** Empty: the daemon's own value. */
const secondsOf = (text: string): { readonly timeoutSeconds?: number } =>
  text.trim() === '' ? {} : { timeoutSeconds: Number(text.trim()) };
const timeoutFault = (text: string): string | null => {
  const { timeoutSeconds = 1 } = secondsOf(text);
  return Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= LONGEST
    ? null
    : `write whole seconds, from 1 to ${LONGEST}`;
};

export function readTyped(typed: Typed): Read {
  const name = typed.name.trim();
  const nameFault = moduleNameSchema.safeParse(name).success
    ? null
    : 'use small letters, digits, - and _: github, my-notes';
  if (typed.reached === 'program') {
    const command = typed.command.trim();
    const env = pairs(typed.env, '=', /^[A-Za-z_][A-Za-z0-9_]*$/, 'variable');
    const faults = given({
      name: nameFault,
      command: command === '' ? 'name the program: npx, uvx, /usr/local/bin/server' : null,
      env: env.fault,
      timeout: timeoutFault(typed.timeout),
    });
    if (Object.keys(faults).length > 0) return { ok: false, faults };
    const args = [...lines(typed.args)];
    return { ok: true, name, start: { kind: 'mcp', command, args, env: env.values, ...secondsOf(typed.timeout) } };
  }
  const url = typed.url.trim();
  const headers = pairs(typed.headers, ':', /^[A-Za-z0-9-]+$/, 'header');
  // As one copies them: a scope has no blank inside.
  const scopes = [...new Set(typed.scopes.split(/\s+/).filter((scope) => scope !== ''))];
  const hosts = [...new Set(lines(typed.signInHosts).map((host) => host.toLowerCase()))];
  const wrongHost = hosts.find((host) => !signInHostSchema.safeParse(host).success);
  const clientId = typed.clientId.trim();
  const clientSecret = typed.clientSecret.trim();
  const faults = given({
    name: nameFault,
    url: URL.canParse(url) && /^https?:/.test(url) ? null : 'write the whole address: https://mcp.example.com/mcp',
    headers: headers.fault,
    timeout: timeoutFault(typed.timeout),
    signInHosts: wrongHost === undefined ? null : 'write hosts alone, one a line: accounts.example.com',
    // What was typed may be the secret itself: it is not said again, and goes nowhere.
    clientSecret:
      clientSecret === '' || /^\$\{secret:[^}]+\}$/.test(clientSecret)
        ? null
        : `keep it in the vault, and write its place: \${secret:NAME}`,
  });
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  return {
    ok: true,
    name,
    start: {
      kind: 'mcp-http',
      url,
      headers: headers.values,
      ...secondsOf(typed.timeout),
      ...(scopes.length > 0 && { scopes }),
      ...(hosts.length > 0 && { signInHosts: hosts }),
      ...(clientId !== '' && { clientId }),
      ...(clientSecret !== '' && { clientSecret }),
    },
  };
}

const PLACES: readonly (readonly [prefix: string, field: Field])[] = [
  ['name', 'name'],
  ['start.command', 'command'],
  ['start.args', 'args'],
  ['start.env', 'env'],
  ['start.url', 'url'],
  ['start.headers', 'headers'],
  ['start.timeoutSeconds', 'timeout'],
  ['start.scopes', 'scopes'],
  ['start.signInHosts', 'signInHosts'],
  ['start.clientId', 'clientId'],
  ['start.clientSecret', 'clientSecret'],
];

/** What the daemon found, beside the field it is of; what is of none stays in the message. */
export function faultsOf(failure: Failure | null): FieldFaults {
  if (failure === null || failure.error.kind !== 'api') return {};
  const found: Partial<Record<Field, string>> = {};
  for (const { path, message } of failure.error.error.faults ?? []) {
    const field = PLACES.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`))?.[1];
    if (field !== undefined) found[field] ??= message;
  }
  return found;
}
