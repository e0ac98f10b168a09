// What a project's settings make run besides tools, in every scope that reads them: programs that give the client its keys, and
// variables by which another program runs in place of the one that was decided. Seen on the real client.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { JsonObject } from '@castellan/contract';
import { isJsonObject, isObject } from '../../hook/plain-json.ts';
import { projectFiles } from './location.ts';

const HELPERS = ['apiKeyHelper', 'awsAuthRefresh', 'awsCredentialExport', 'gcpAuthRefresh', 'otelHeadersHelper'];
const OTHERS = ['statusLine', 'fileSuggestion'];

/** Settings of a project that are started with no event. */
const helpersIn = (settings: JsonObject): readonly string[] =>
  [...HELPERS, ...OTHERS].filter((name) => settings[name] !== undefined && settings[name] !== null);

/** Where the model is, by which way and as whom: the conversation and the key go there. */
const MODEL = ['ANTHROPIC_', 'CLAUDE_CODE_USE_', 'AWS_', 'GOOGLE_', 'CLOUD_ML_', 'VERTEX_', 'OTEL_'];
const WAYS = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Which program a name means, what a shell reads first, what a linker or a runtime loads: by name, and by how names begin. */
const NAMES = new Set(
  [
    ...WAYS,
    ...['PATH', 'HOME', 'SHELL', 'ENV', 'BASH_ENV', 'ZDOTDIR', 'IFS', 'PS4', 'PROMPT_COMMAND', 'SHELLOPTS', 'BASHOPTS'],
    ...['CLAUDE_CODE_SHELL', 'CLAUDE_CODE_SHELL_PREFIX', 'CLAUDE_ENV_FILE', 'CLAUDE_CONFIG_DIR', 'GCONV_PATH'],
    ...[
      'NODE_OPTIONS',
      'NODE_PATH',
      'BUN_OPTIONS',
      'DENO_DIR',
      'PERL5OPT',
      'PERL5LIB',
      'PERLLIB',
      'RUBYOPT',
      'RUBYLIB',
    ],
    ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'PYTHONINSPECT', 'PYTHONBREAKPOINT', 'PYTHONUSERBASE'],
    ...['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'RUSTC_WRAPPER', 'CC', 'CXX', 'MAKEFLAGS', 'GOFLAGS'],
    ...['EDITOR', 'VISUAL', 'PAGER', 'MANPAGER', 'LESSOPEN', 'LESSCLOSE', 'BROWSER', 'SSH_ASKPASS', 'SUDO_ASKPASS'],
  ].map((name) => name.toUpperCase()),
);
const BEGINNINGS = [...MODEL, 'LD_', 'DYLD_', 'GIT_', 'BASH_FUNC_', 'NPM_CONFIG_', 'CARGO_'];

/** Variables of a project by which something else runs than what was decided. */
const variablesIn = (settings: JsonObject): readonly string[] =>
  (isObject(settings.env) ? Object.keys(settings.env) : []).filter((name) => {
    const upper = name.toUpperCase();
    return NAMES.has(upper) || BEGINNINGS.some((beginning) => upper.startsWith(beginning));
  });

/** All of it, by name. */
export const startedBy = (settings: JsonObject): readonly string[] => [
  ...helpersIn(settings),
  ...variablesIn(settings).map((name) => `env.${name}`),
];

/**
 * Why nothing may go on in a session of this workspace; null: nothing speaks against it. By variables of a project a name in a
 * decided command means another program, or the model is another's. What cannot be read here the client may read all the same.
 */
export async function projectFault(workspace: string): Promise<string | null> {
  for (const file of projectFiles(workspace)) {
    const settings = await settingsAt(file);
    const [name] = settings === null || settings === 'unreadable' ? [] : variablesIn(settings);
    const what =
      settings === 'unreadable'
        ? 'cannot be read, so nobody can say what it makes run: correct it'
        : name === undefined
          ? null
          : `sets \`${name}\`, so that another program or another model may be reached than was decided: take it out`;
    if (what !== null) return `${file} ${what} and start anew, or use \`castellan run claude-code\``;
  }
  return null;
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The settings in a file, looked at more widely than the client does: it drops what it finds fault with, and skips a mark of the
 * byte order. Null: there is no file. Never waits for a pipe.
 */
export async function settingsAt(path: string): Promise<JsonObject | 'unreadable' | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > MOST_BYTES) return 'unreadable';
      const text = (await file.readFile('utf8')).replace(/^\uFEFF+/u, '');
      const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
      return isJsonObject(value) ? value : 'unreadable';
    } finally {
      await file.close();
    }
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      ? null
      : 'unreadable';
  }
}
