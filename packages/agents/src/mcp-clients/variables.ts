// `${…}` in a client's settings, put in as the client would. Pure. INVARIANT: no `${secret:` is in a text that comes out, not
// even put together of parts: in somebody's project file it would be filled in from the vault.
import type { Reading } from './found.ts';

/** How a client writes them. none: it takes every text as it is. */
export type Syntax = 'claude' | 'vscode' | 'opencode' | 'gemini' | 'none';

export type Expanded = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

export interface Variables {
  readonly syntax: Syntax;
  readonly reading: Reading;
  /** What `${workspaceFolder}` means; null: another one in each window. */
  readonly project: string | null;
}

const PATTERN = {
  claude: /\$\{([^{}]*)\}/g,
  vscode: /\$\{([^{}]*)\}/g,
  opencode: /\{(env:[^{}]*|file:[^{}]*)\}/g,
  gemini: /\$(?:\{([^{}]*)\}|([A-Za-z_]\w*))/g,
} as const;

export function expand(text: string, variables: Variables): Expanded {
  const { syntax } = variables;
  let why: string | null = null;
  const put =
    syntax === 'none'
      ? text
      : text.replaceAll(PATTERN[syntax], (whole, first: unknown, second: unknown) => {
          const name = typeof first === 'string' ? first : typeof second === 'string' ? second : '';
          const value = variableOf(name, variables);
          if (typeof value === 'string') return value;
          why ??= value.why.replace('%', whole);
          return '';
        });
  if (why !== null) return { ok: false, why };
  if ((syntax === 'claude' || syntax === 'vscode' || syntax === 'gemini') && hasOpen(text))
    return { ok: false, why: 'it has a `${` that is not understood' };
  return put.includes('${secret:')
    ? { ok: false, why: 'it names a secret of the vault, which no file of a client may' }
    : { ok: true, text: put };
}

/** What is left once every variable is taken out. */
const hasOpen = (text: string): boolean => text.replaceAll(PATTERN.claude, '').includes('${');

/** A variable of the person's own environment. A project's file could ask for any, and send it where it likes. */
export function ofEnvironment(
  name: string,
  { reading, project }: Pick<Variables, 'reading' | 'project'>,
): string | { readonly why: string } {
  const value = reading.env[name];
  if (value === undefined || value === '') return { why: `\`${name}\` is not set here` };
  return project !== null && reading.isCredential(name, value)
    ? { why: `\`${name}\` is a credential of yours, and a project asks for it` }
    : value;
}

function variableOf(name: string, variables: Variables): string | { readonly why: string } {
  const { syntax, reading, project } = variables;
  if (syntax === 'claude' || syntax === 'gemini') {
    const [variable = '', ...rest] = name.split(':-');
    const isSet = (reading.env[variable] ?? '') !== '';
    return isSet || rest.length === 0 ? ofEnvironment(variable, variables) : rest.join(':-');
  }
  if (name.startsWith('env:')) return ofEnvironment(name.slice('env:'.length), variables);
  if (syntax === 'opencode') return { why: '`%` is read from another file' };
  if (name === 'userHome') return reading.userHome;
  if (name === '/' || name === 'pathSeparator') return '/';
  if (name === 'workspaceFolder' && project !== null) return project;
  if (name.startsWith('input:')) return { why: '`%` is asked for by the client, and kept by it' };
  return { why: '`%` means another thing in each window' };
}
