// `${secret:NAME}`: where a secret stands in a text that is no secret. Resolved towards one host, at the edge, and whole: a
// text with one name that is not given is not sent at all. What a secret contains is never read for placeholders again.
import { type Fault, faulty, type Parsed, parsed, type SecretName, secretNameSchema } from '@castellan/contract';

export type PlaceholderPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'secret'; readonly name: SecretName };

/** What a lookup answers: the value, or why not and what to do. */
export type SecretLookup = (
  name: SecretName,
  host: string,
) => Promise<
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly hint: string }
>;

const OPEN = `\${secret:`;

/** Anything that begins like a placeholder must be one: a misspelt name would otherwise be sent as it stands. */
export function parsePlaceholders(text: string): Parsed<readonly PlaceholderPart[]> {
  const parts: PlaceholderPart[] = [];
  let from = 0;
  for (let start = text.indexOf(OPEN); start !== -1; start = text.indexOf(OPEN, from)) {
    const end = text.indexOf('}', start);
    const name = secretNameSchema.safeParse(end === -1 ? '' : text.slice(start + OPEN.length, end));
    if (!name.success)
      return faulty({
        path: '',
        message: 'a placeholder has no name, or one that no secret can have',
        hint: `write it as \`${OPEN}NAME}\``,
      });
    if (start > from) parts.push({ kind: 'text', text: text.slice(from, start) });
    parts.push({ kind: 'secret', name: name.data });
    from = end + 1;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parsed(parts);
}

/** The text with every secret in place, or every fault. Each name is looked up once. */
export async function resolvePlaceholders(text: string, host: string, lookup: SecretLookup): Promise<Parsed<string>> {
  const read = parsePlaceholders(text);
  if (!read.ok) return read;
  const found = new Map<SecretName, string>();
  const faults: Fault[] = [];
  for (const name of new Set(read.value.flatMap((part) => (part.kind === 'secret' ? [part.name] : [])))) {
    const answer = await lookup(name, host);
    if (answer.ok) found.set(name, answer.value);
    else faults.push({ path: name, message: answer.message, hint: answer.hint });
  }
  if (faults.length > 0) return { ok: false, faults };
  return parsed(read.value.map((part) => (part.kind === 'text' ? part.text : (found.get(part.name) ?? ''))).join(''));
}
