// One thing a server offers, as it said it, with the digest of that. INVARIANT: the digest is over everything that was
// said, so that nothing a server changes, seen by a person or not, is the same definition.
import {
  canonicalJson,
  type Definition,
  type DefinitionKind,
  type JsonObject,
  type JsonValue,
  type Sha256,
} from '@castellan/contract';
import { MAX_TEMPLATE_PARTS, uriMatcher } from './uri-template.ts';
import { visible } from './visible.ts';

/** The gateway's own tool, at every endpoint: no server has one of this name. */
export const RESULT_TOOL = 'castellan_result';

/** Longer than any description that is read; short enough that a hundred of them can be shown and compared. */
export const MAX_DEFINITION_CHARS = 131_072;
/** Of one server. A lock is read at each start, and every text of it is scanned. */
export const MAX_SERVER_CHARS = 4_194_304;
export const MAX_DEFINITIONS = 5_000;
/** Each address that no list names is held against every one of them. */
export const MAX_TEMPLATES = 200;
/** Recursive readers come after this. */
const MAX_DEPTH = 64;
const MAX_URI_CHARS = 2_048;

export type Defined =
  | { readonly ok: true; readonly definition: Definition }
  | { readonly ok: false; readonly kind: DefinitionKind; readonly name: string; readonly why: string };

/** What a server calls it: which member, by kind. */
const NAME_MEMBER: Readonly<Record<DefinitionKind, string>> = {
  tool: 'name',
  prompt: 'name',
  resource: 'uri',
  template: 'uriTemplate',
};

/** ASCII only, so that no two names look the same by script; no colon, which `MCP_TOOLS` keep to themselves. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,40}:/;
const OURS = /^castellan:/i;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Z}\p{Cs}\p{Co}\p{Cn}\p{Variation_Selector}]/u;

/** What a definition is known by: two kinds may share a name. */
export interface DefinitionRef {
  readonly kind: DefinitionKind;
  readonly name: string;
}

/** The same as one text. */
export const keyOf = ({ kind, name }: DefinitionRef): string => `${kind} ${name}`;

/** As a sentence names it. An address may be longer than a line. */
export const named = ({ kind, name }: DefinitionRef): string =>
  name === '' ? `the ${kind}` : `the ${kind} \`${name.length > 100 ? `${name.slice(0, 100).toWellFormed()}…` : name}\``;

/** Reads one entry of a server's list. */
export function definitionOf(kind: DefinitionKind, raw: JsonObject, sha256: Sha256): Defined {
  const said = Object.hasOwn(raw, NAME_MEMBER[kind]) ? raw[NAME_MEMBER[kind]] : undefined;
  const name = typeof said === 'string' ? said : '';
  const refused = (why: string): Defined => ({ ok: false, kind, name: shown(name), why });
  if (kind === 'tool' && name === RESULT_TOOL) return refused("its name is that of the gateway's own tool");
  const fault = kind === 'tool' || kind === 'prompt' ? nameFault(name) : uriFault(name, NAME_MEMBER[kind]);
  if (fault !== null) return refused(fault);
  const shape = shapeFault(raw);
  if (shape !== null) return refused(shape);
  let text: string;
  try {
    text = canonicalJson(raw);
  } catch {
    return refused('it is not well-formed Unicode');
  }
  if (text.length > MAX_DEFINITION_CHARS) return refused(`it is longer than ${MAX_DEFINITION_CHARS} characters`);
  return { ok: true, definition: { kind, name, digest: sha256(text), definition: raw } };
}

function nameFault(name: string): string | null {
  if (name === '') return 'it has no name';
  return NAME.test(name)
    ? null
    : 'its name is not 1 to 128 of `A-Z a-z 0-9 _ . -`, beginning with a letter, digit or `_`';
}

function uriFault(uri: string, member: string): string | null {
  if (uri === '') return `it has no \`${member}\``;
  if (uri.length > MAX_URI_CHARS) return `its \`${member}\` is longer than ${MAX_URI_CHARS} characters`;
  if (UNSEEN.test(uri)) return `its \`${member}\` has characters that cannot be seen`;
  if (member === 'uriTemplate' && uriMatcher(uri) === null)
    return `its \`uriTemplate\` is no pattern, or has more than ${MAX_TEMPLATE_PARTS} parts`;
  // Of a pattern too: one that begins with a variable would take every address there is.
  if (!SCHEME.test(uri)) return `its \`${member}\` has no scheme`;
  return OURS.test(uri)
    ? `its \`${member}\` begins with \`castellan:\`, by which the module of an address is named`
    : null;
}

/** With its own stack: what is deep would overflow a recursive reader, which is what its author wants. */
function shapeFault(whole: JsonValue): string | null {
  const waiting: { readonly value: JsonValue; readonly depth: number }[] = [{ value: whole, depth: 0 }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value, depth } = item;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return `it nests deeper than ${MAX_DEPTH} levels`;
    if (Object.hasOwn(value, '__proto__')) return 'it has a member `__proto__`';
    for (const part of Object.values(value)) waiting.push({ value: part, depth: depth + 1 });
  }
  return null;
}

/** A name that is refused is shown all the same, as far as it helps. */
const shown = (name: string): string => visible(name.length > 200 ? `${name.slice(0, 200).toWellFormed()}…` : name);
