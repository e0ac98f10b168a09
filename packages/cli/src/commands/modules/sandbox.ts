// Walls around a server, as they are typed: `modules add --sandbox` and `modules sandbox`. What is not listed is not there for it.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { faultLine, type ModuleSandbox, moduleReach, moduleSandboxSchema, parserOf } from '@castellan/contract';
import type { Context, JsonOption } from '../../context.ts';
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { askPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';

export interface SandboxOptions {
  readonly sandbox?: boolean;
  readonly allowHost?: readonly string[];
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

const parseSandbox = parserOf(moduleSandboxSchema);

/** Undefined: none were asked for. */
export function readSandbox(
  { sandbox, allowHost, read, write }: SandboxOptions,
  cwd: string,
  out: Output,
): { readonly sandbox: ModuleSandbox | undefined } | ExitCode {
  if (sandbox !== true) {
    const [flag] = Object.entries({ '--allow-host': allowHost, '--read': read, '--write': write }).find(
      ([, given]) => given !== undefined,
    ) ?? [null];
    if (flag === null) return { sandbox: undefined };
    return out.error(`\`${flag}\` opens walls, and there are none`, ['add `--sandbox`'], EXIT.usage);
  }
  const paths = (given: readonly string[] = []): readonly string[] => [
    ...new Set(given.map((path) => (path.startsWith('~/') ? path : resolve(cwd, path)))),
  ];
  const listed = { read: paths(read), write: paths(write) };
  const absent = [...listed.read, ...listed.write].find((path) => !path.startsWith('~/') && !existsSync(path));
  if (absent !== undefined) return out.error(`\`${visible(absent)}\` is not there`, ['make it first'], EXIT.usage);
  const parsed = parseSandbox({
    network: [...new Set((allowHost ?? []).map((host) => host.toLowerCase()))],
    ...listed,
  });
  if (parsed.ok) return { sandbox: parsed.value };
  return out.error(
    visible(parsed.faults.map(faultLine)[0] ?? 'this cannot be read'),
    ['`castellan modules sandbox --help`'],
    EXIT.usage,
  );
}

/** Other walls around a server that is there, or (`--off`) none. */
export async function modulesSandbox(
  { world, out }: Context,
  name: string,
  options: SandboxOptions & JsonOption & { readonly off?: boolean },
): Promise<ExitCode> {
  const { off = false, allowHost, read, write } = options;
  if (off && [allowHost, read, write].some((given) => given !== undefined))
    return out.error('`--off` takes the walls away: nothing is listed with it', [], EXIT.usage);
  const asked = readSandbox({ ...options, sandbox: true }, world.cwd, out);
  if (typeof asked === 'number') return asked;
  const sandbox = off ? null : (asked.sandbox ?? null);
  const answer = await askPerson(world, out, 'modules sandbox', (client) =>
    client.changePolicy({ body: { change: 'sandbox', module: name, sandbox } }),
  );
  if (typeof answer === 'number') return answer;
  const { faults } = answer.value;
  if (faults.length > 0) return out.error('nothing was changed', faults.map(visible));
  const seen = await askPerson(world, out, 'modules sandbox', (client) => client.module({ params: { name } }));
  if (typeof seen === 'number') return seen;
  if (options.json) out.json(seen.value);
  else {
    out.line(`${visible(name)}: ${visible(moduleReach(seen.value.sandbox))}`);
    out.note('its servers are started anew at the next use');
  }
  return EXIT.done;
}
