// What is typed after `modules add`, as the start of a server: paths made absolute, because a server is started elsewhere.
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { faultLine, type McpStart, mcpHttpSchema, mcpProcessSchema, parserOf } from '@castellan/contract';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { visible } from '../../text/visible.ts';

export interface StartOptions {
  readonly url?: string;
  readonly env?: readonly string[];
  readonly header?: readonly string[];
  readonly pass?: readonly string[];
  readonly cwd?: string;
  readonly signInHost?: readonly string[];
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: readonly string[];
  readonly timeout?: string;
  readonly atATime?: string;
}

const parseProcess = parserOf(mcpProcessSchema);
const parseHttp = parserOf(mcpHttpSchema);

/** `K=V`; the value may have more of them. */
function pairs(
  flag: string,
  texts: readonly string[],
  out: Output,
): { readonly values: Readonly<Record<string, string>> } | ExitCode {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) {
      // What was typed may be a secret: it is not said again.
      return out.error(
        `\`${flag}\` wants NAME=VALUE`,
        [`\`${flag} 'NAME=\${secret:NAME}'\` takes it from the vault`],
        EXIT.usage,
      );
    }
    values[text.slice(0, at)] = text.slice(at + 1);
  }
  return { values };
}

/** A script beside us is meant as that file: `server.mjs`, `./dist/index.js`. A folder stays as it is written. */
function exact(argument: string, cwd: string): string {
  if (isAbsolute(argument) || argument.startsWith('-')) return argument;
  const path = resolve(cwd, argument);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : argument;
}

/** What a person says of a server's sign-in. */
const signInOf = ({ signInHost, clientId, clientSecret, scope }: StartOptions) => ({
  ...(signInHost !== undefined && { signInHosts: [...new Set(signInHost.map((host) => host.toLowerCase()))] }),
  ...(clientId !== undefined && { clientId }),
  ...(clientSecret !== undefined && { clientSecret }),
  ...(scope !== undefined && { scopes: [...new Set(scope)] }),
});

/** How much a server is given; what is no number is left to the schema, which names the field. */
const careOf = ({ timeout, atATime }: StartOptions) => ({
  ...(timeout !== undefined && { timeoutSeconds: Number(timeout) }),
  ...(atATime !== undefined && { concurrency: Number(atATime) }),
});

/** Null: neither a command nor an address was given. */
export function readStart(
  words: readonly string[],
  options: StartOptions,
  cwd: string,
  out: Output,
): { readonly start: McpStart } | ExitCode | null {
  const { url, env = [], header = [], pass = [] } = options;
  const signIn = signInOf(options);
  const [command, ...args] = words;
  if (url !== undefined && command !== undefined)
    return out.error(
      'a server has a command or an address, not both',
      ['leave out `--url`, or what stands after `--`'],
      EXIT.usage,
    );
  if (url === undefined && command === undefined) return null;
  if (url !== undefined && (env.length > 0 || pass.length > 0 || options.cwd !== undefined))
    return out.error(
      '`--env`, `--pass` and `--cwd` are for a server that is started here',
      ['use `--header` with `--url`'],
      EXIT.usage,
    );
  if (url === undefined && (header.length > 0 || Object.keys(signIn).length > 0))
    return out.error(
      `\`${header.length > 0 ? '--header' : '--sign-in-host'}\` is for a server that is reached by \`--url\``,
      ['use `--env` with a command'],
      EXIT.usage,
    );
  const named = url === undefined ? pairs('--env', env, out) : pairs('--header', header, out);
  if (typeof named === 'number') return named;
  const read =
    url === undefined
      ? parseProcess({
          kind: 'mcp',
          command: command?.includes('/') ? resolve(cwd, command) : command,
          args: args.map((argument) => exact(argument, cwd)),
          env: named.values,
          pass: [...pass],
          ...(options.cwd !== undefined && { cwd: resolve(cwd, options.cwd) }),
          ...careOf(options),
        })
      : parseHttp({ kind: 'mcp-http', url, headers: named.values, ...signIn, ...careOf(options) });
  if (!read.ok)
    return out.error(
      visible(read.faults.map(faultLine)[0] ?? 'this cannot be read'),
      ['`castellan modules add --help`'],
      EXIT.usage,
    );
  return { start: read.value };
}
