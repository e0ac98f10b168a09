// The secrets that stand in what an agent sent or a tool gave: what may be shown of it, which known secrets it names, and
// each as a flow of private content, so that the rules about what leaves see it (G-C01).
import type { Flow, JsonValue } from '@castellan/contract';
import type { Redactor } from '@castellan/secrets';
import type { Exits } from '../exits/index.ts';
import { leavesOf } from '../labels/index.ts';

export interface SecretsIn<Value> {
  /** The very value where nothing was found. */
  readonly shown: Value;
  readonly names: readonly string[];
  readonly flows: readonly Flow[];
  /** The secrets themselves, as they stand there. */
  readonly texts: readonly string[];
}

const MARKER = /\[REDACTED:([^\]]+)\]/g;

/** Names that redacting put there, not those an agent wrote itself. */
function markersPut(given: JsonValue, shown: JsonValue): ReadonlySet<string> {
  const before = JSON.stringify(given);
  const names = [...JSON.stringify(shown).matchAll(MARKER)].flatMap(([whole, name]) =>
    name === undefined || before.includes(whole) ? [] : [name],
  );
  return new Set(names);
}

export function secretsIn<Value extends JsonValue>(
  given: Value,
  redactor: Redactor,
  exits: Pick<Exits, 'value'>,
): SecretsIn<Value> {
  const shown = exits.value(given) as Value;
  if (shown === given) return { shown, names: [], flows: [], texts: [] };
  const flows: Flow[] = [];
  const guessed = new Set<string>();
  const texts = new Set<string>();
  for (const { pointer, text } of leavesOf(given).leaves) {
    const bytes = Buffer.from(text, 'utf8');
    for (const { by, name, start, end } of redactor.find(bytes)) {
      texts.add(bytes.toString('utf8', start, end));
      if (by !== 'known') guessed.add(name);
    }
    for (const name of redactor.mentions(text)) flows.push(flowOf(name, pointer, text));
  }
  const told = new Set(flows.map(({ source }) => source));
  // Spread over parts that follow each other: it stands in none of them alone.
  for (const name of markersPut(given, shown))
    if (!guessed.has(name) && !told.has(sourceOf(name))) flows.push(flowOf(name, '', ''));
  return {
    shown,
    names: [...new Set(flows.map(({ source }) => source.slice(PREFIX.length)))],
    flows,
    texts: [...texts],
  };
}

/**
 * Of what a way out is asked for: the name of a host is in lower case by then, whatever the case of the secret that was put into it. What
 * is shown of such a text is nothing.
 */
export function secretsInAnyCase<Value extends JsonValue>(
  given: Value,
  redactor: Redactor,
  exits: Pick<Exits, 'value'>,
): SecretsIn<Value> {
  const found = secretsIn(given, redactor, exits);
  const texts = leavesOf(given).leaves.flatMap(({ pointer, text }) =>
    redactor
      .anyCase()
      .mentions(text)
      .map((name) => ({ name, pointer, text })),
  );
  if (texts.length === 0) return found;
  const fresh = texts.filter(({ name }) => !found.names.includes(name));
  return {
    // Every text: one in which another secret was hidden already is not the one that was given.
    shown: JSON.parse(JSON.stringify(found.shown), (_, part: JsonValue) =>
      typeof part === 'string' ? redactor.anyCase().text(part) : part,
    ) as Value,
    names: [...new Set([...found.names, ...fresh.map(({ name }) => name)])],
    flows: [...found.flows, ...fresh.map(({ name, pointer, text }) => flowOf(name, pointer, text))],
    texts: [...new Set([...found.texts, ...texts.map(({ text }) => text)])],
  };
}

const PREFIX = 'secret ';
const sourceOf = (name: string): string => `${PREFIX}${name}`;
const flowOf = (name: string, argument: string, text: string): Flow => ({
  label: 'private',
  source: sourceOf(name),
  argument,
  encodings: [],
  whole: false,
  length: text.length,
});

/** What a tool gave, and what it said where it failed. */
export function givenIn(
  { redactor, exits }: { readonly redactor: Redactor; readonly exits: Pick<Exits, 'value'> },
  result: JsonValue | undefined,
  text: string | undefined,
): { readonly shown: JsonValue | undefined; readonly names: readonly string[] } {
  const { shown, names } = secretsIn(result ?? null, redactor, exits);
  const said = text === undefined ? [] : redactor.mentions(text);
  return { shown: result === undefined ? undefined : shown, names: [...new Set([...names, ...said])] };
}
