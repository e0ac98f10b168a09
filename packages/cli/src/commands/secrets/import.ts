// `castellan secrets import`: credentials out of files into the vault. INVARIANT: a value leaves its file only after the
// vault said that it is kept, and only if the file is still what was read.
import { lstatSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecretUse } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { createDetector } from '@castellan/secrets';
import type { Connection } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { readEnvFile } from '../../offline/leftovers/env-file.ts';
import { createIsCredential } from '../../offline/leftovers/is-credential.ts';
import type { Leftover, LeftoverFile } from '../../offline/leftovers/leftover.ts';
import { readMcpSettings } from '../../offline/leftovers/mcp-settings.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { table } from '../../text/wrap.ts';
import { isInteractive } from '../../world.ts';
import { usesText } from './words.ts';

export interface ImportOptions extends JsonOption {
  readonly all?: boolean;
  readonly remove?: boolean;
  readonly yes?: boolean;
  readonly prefix?: string;
}

interface Source {
  readonly path: string;
  /** As it was named. */
  readonly shown: string;
  readonly text: string;
  readonly mode: number;
  readonly content: LeftoverFile;
}

const QUESTION_MS = 300_000;

export async function secretsImport(
  context: Context,
  paths: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets import');
  if (refused !== undefined) return refused;
  const sources: Source[] = [];
  for (const path of paths) {
    const read = sourceAt(resolve(world.cwd, path), path, options);
    if (typeof read === 'string') return out.error(read, ['nothing was kept, nothing was changed'], EXIT.usage);
    sources.push(read);
  }
  const found = sources.flatMap(({ content }) => content.leftovers);
  for (const fault of sources.flatMap(({ content }) => content.faults)) out.note(`not taken: ${visible(fault)}`);
  if (found.length === 0) {
    out.note('no credential found; `--all` takes every variable');
    if (options.json) out.json({ kept: [], refused: [], removed: [] });
    return EXIT.done;
  }
  if (!options.json)
    for (const text of table(
      found.map((each) => [
        each.name,
        plural(each.value.length, 'character'),
        usesText(each.uses),
        visible(each.where),
      ]),
    ))
      out.line(text);
  const connection = await connectPerson(world, out, 'secrets import');
  if (typeof connection === 'number') return connection;
  if (!options.yes) {
    const what = options.remove ? 'Keep these, and take them out of the files?' : 'Keep these?';
    if (!isInteractive(world)) return out.error('this needs a yes', ['add `--yes`'], EXIT.usage);
    if (!(await askYes(world, `${what} [y/N] `, world.clock.now() + QUESTION_MS)))
      return out.error('nothing was kept, nothing was changed', [], EXIT.denied);
  }
  const { kept, refusals } = await keepAll(connection, found);
  const removed = options.remove ? sources.flatMap((source) => removeFrom(source, kept, out.note)) : [];
  const done = refusals.length === 0 && (!options.remove || removed.length === sources.filter(hasSome(kept)).length);
  if (options.json) out.json({ kept: kept.map(({ name }) => name), refused: refusals, removed });
  else {
    out.line(`${plural(new Set(kept.map(({ name }) => name)).size, 'secret')} kept`);
    for (const text of refusals) out.note(`not kept: ${visible(text)}`);
    for (const path of removed) out.line(`taken out of ${visible(path)}`);
    if (refusals.length > 0 && options.prefix === undefined)
      out.note('`--prefix SITE_` gives them other names; `castellan secrets rotate` takes a new value');
    for (const text of sources.flatMap((source) => leftIn(source, kept))) out.note(visible(text));
    if (!options.remove && kept.length > 0) out.note('they still stand in the files: `--remove` takes them out');
  }
  return done ? EXIT.done : EXIT.failure;
}

const hasSome = (kept: readonly Leftover[]) => (source: Source) =>
  source.content.leftovers.some((each) => kept.includes(each));

/** What looks like a credential and is none of those: in a server's arguments, in an address. It needs a person's hand. */
function leftIn({ shown, content }: Source, kept: readonly Leftover[]): readonly string[] {
  const taken = content.leftovers.filter((each) => kept.includes(each));
  const rest = new TextEncoder().encode(content.without(taken) ?? '');
  return createDetector()
    .find(rest)
    .map(({ start, name }) => {
      const line = rest.subarray(0, start).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);
      return `not taken: ${shown}:${line}: ${name}; take it out by hand, and rotate it`;
    });
}

function sourceAt(
  path: string,
  shown: string,
  { all = false, prefix = '', remove = false }: ImportOptions,
): Source | string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return `\`${visible(shown)}\` is not there`;
  // Written anew, a link would become a file, and the file it leads to would keep the value.
  if (!stat.isFile()) return `\`${visible(shown)}\` is no plain file`;
  if (remove && stat.nlink > 1) return `\`${visible(shown)}\` has another name that would keep the values`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch {
    return `\`${visible(shown)}\` cannot be read as text`;
  }
  const looksLikeOne = createIsCredential();
  const isCredential = (name: string, value: string): boolean => all || looksLikeOne(name, value);
  const reading = { file: shown, prefix, isCredential };
  const content = readMcpSettings(text, reading) ?? readEnvFile(text, reading);
  return { path, shown, text, mode: stat.mode & 0o777, content };
}

interface Named {
  readonly leftovers: Leftover[];
  readonly uses: Map<string, SecretUse>;
}

async function keepAll(
  { client }: Connection,
  found: readonly Leftover[],
): Promise<{ readonly kept: readonly Leftover[]; readonly refusals: readonly string[] }> {
  const byName = new Map<string, Named>();
  for (const leftover of found) {
    const entry: Named = byName.get(leftover.name) ?? { leftovers: [], uses: new Map() };
    entry.leftovers.push(leftover);
    for (const use of leftover.uses) entry.uses.set(`${use.kind}:${use.name}`, use);
    byName.set(leftover.name, entry);
  }
  const kept: Leftover[] = [];
  const refusals: string[] = [];
  for (const [name, { leftovers, uses }] of byName) {
    const [first, ...others] = leftovers;
    if (first === undefined) continue;
    if (others.some(({ value }) => value !== first.value)) {
      refusals.push(`${name} has two values: ${leftovers.map(({ where }) => where).join(', ')}`);
      continue;
    }
    const note = `from ${first.where}`.slice(0, 200);
    const answer = await client.addSecret({ body: { name, value: first.value, uses: [...uses.values()], note } });
    if (answer.ok) kept.push(...leftovers);
    else
      refusals.push(
        `${name}: ${answer.error.kind === 'api' ? answer.error.error.message : 'the daemon did not answer'}`,
      );
  }
  return { kept, refusals };
}

function removeFrom(source: Source, kept: readonly Leftover[], note: (text: string) => void): readonly string[] {
  const taken = source.content.leftovers.filter((each) => kept.includes(each));
  if (taken.length === 0) return [];
  try {
    if (readFileSync(source.path, 'utf8') !== source.text) {
      note(`${visible(source.path)} was changed meanwhile and is left as it is`);
      return [];
    }
    const rest = source.content.without(taken);
    if (rest === null) {
      note(`${visible(source.path)} is left as it is: nothing else in it may change; take the values out by hand`);
      return [];
    }
    writeFileAtomic(source.path, rest, source.mode);
    return [source.path];
  } catch {
    note(`${visible(source.path)} cannot be written; the values still stand in it`);
    return [];
  }
}
