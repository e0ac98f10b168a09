// `castellan redact`: text without secrets, for a bug report, a chat or a pipe. Needs no daemon. INVARIANT: nothing is
// printed that was not looked at; what cannot be protected is an error before the first byte.
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { createDetector, createRedactor, type KnownSecret, whyNotProtected } from '@castellan/secrets';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { visible } from '../text/visible.ts';
import { spanLines } from './span-lines.ts';

export interface RedactOptions {
  /** Names of environment variables whose values are secret. */
  readonly env?: readonly string[];
  /** A JSON file: `{"NAME": "value"}`, `[{"name", "value"}]` or `["value"]`. */
  readonly secrets?: string;
  readonly detect?: boolean;
  readonly spans?: boolean;
}

export async function redact({ world, out }: Context, options: RedactOptions): Promise<ExitCode> {
  const known: KnownSecret[] = [];
  for (const name of options.env ?? []) {
    const value = world.env[name];
    if (value === undefined || value === '')
      return out.error(`\`${visible(name)}\` is not set`, ['nothing was printed; correct the name'], EXIT.usage);
    known.push({ name, value });
  }
  if (options.secrets !== undefined) {
    const read = secretsIn(options.secrets, out);
    if (typeof read === 'number') return read;
    known.push(...read);
  }
  for (const { name, value } of known) {
    const why = whyNotProtected(value);
    if (why !== null) return out.error(`\`${visible(name)}\`: ${why}`, ['nothing was printed'], EXIT.usage);
  }
  const redactor = createRedactor({ known, ...(options.detect && { detector: createDetector() }) });
  if (options.spans) {
    const input = await buffer(world.stdin);
    for (const text of spanLines(input, redactor.find(input))) world.stdout.write(`${text}\n`);
    return EXIT.done;
  }
  if (options.detect) {
    // A key of many lines is seen only whole.
    world.stdout.write(redactor.bytes(await buffer(world.stdin)));
    return EXIT.done;
  }
  const stream = redactor.stream();
  for await (const chunk of world.stdin) await written(world.stdout, stream.push(chunk as Buffer));
  await written(world.stdout, stream.end());
  return EXIT.done;
}

const written = (to: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> =>
  bytes.length === 0 || to.write(bytes) ? Promise.resolve() : new Promise((done) => to.once('drain', done));

function secretsIn(path: string, out: Output): readonly KnownSecret[] | ExitCode {
  const bad = (what: string): ExitCode =>
    out.error(
      `\`${visible(path)}\` ${what}`,
      ['a JSON file: {"NAME": "value"}, [{"name": "NAME", "value": "value"}] or ["value"]', 'nothing was printed'],
      EXIT.usage,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return bad(error instanceof SyntaxError ? 'is no JSON' : 'cannot be read');
  }
  if (typeof parsed !== 'object' || parsed === null) return bad('holds no secrets');
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(parsed)
    ? parsed.map((item, index) => entryOf(item, index))
    : Object.entries(parsed);
  const known: KnownSecret[] = [];
  for (const [name, value] of entries) {
    if (typeof value !== 'string') return bad(`has no text at \`${visible(name)}\``);
    known.push({ name, value });
  }
  return known;
}

const entryOf = (item: unknown, index: number): readonly [string, unknown] => {
  if (typeof item === 'object' && item !== null && 'name' in item && 'value' in item)
    return [String(item.name), item.value];
  return [`secret-${index + 1}`, item];
};
