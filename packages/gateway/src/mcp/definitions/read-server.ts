// Everything a server offers, read at once and bounded as a whole. What is unusable is told and never offered.
import {
  canonicalJson,
  type Definition,
  type DefinitionKind,
  type Difference,
  type JsonObject,
  type Sha256,
} from '@castellan/contract';
import { definitionOf, keyOf, MAX_DEFINITIONS, MAX_SERVER_CHARS, MAX_TEMPLATES, named } from './definition.ts';

export interface Listed {
  readonly kind: DefinitionKind;
  readonly raw: JsonObject;
}

/** What can be used, and why the rest cannot: each a difference of kind `unusable`. */
export interface ReadServer {
  readonly definitions: readonly Definition[];
  readonly unusable: readonly Difference[];
}

/** Reads the lists of a server. Two entries of one name are both unusable: which of them would run cannot be told. */
export function readServer(listed: readonly Listed[], sha256: Sha256): ReadServer {
  const unusable: Difference[] = [];
  const byKey = new Map<string, Definition>();
  const twice = new Set<string>();
  let chars = 0;
  let templates = 0;
  const refuse = (kind: DefinitionKind, name: string, why: string): void => {
    unusable.push({
      change: 'unusable',
      definition: kind,
      name,
      text: `${named({ kind, name })} cannot be used: ${why}`,
      lines: [],
    });
  };
  for (const [index, { kind, raw }] of listed.entries()) {
    if (index >= MAX_DEFINITIONS) {
      refuse(kind, '', `the server offers more than ${MAX_DEFINITIONS} things; the rest is left out`);
      break;
    }
    templates += kind === 'template' ? 1 : 0;
    if (kind === 'template' && templates > MAX_TEMPLATES) {
      if (templates === MAX_TEMPLATES + 1)
        refuse(kind, '', `the server offers more than ${MAX_TEMPLATES} patterns; the rest is left out`);
      continue;
    }
    const read = definitionOf(kind, raw, sha256);
    if (!read.ok) {
      refuse(kind, read.name, read.why);
      continue;
    }
    const { definition } = read;
    chars += canonicalJson(definition.definition).length;
    if (chars > MAX_SERVER_CHARS) {
      refuse(
        kind,
        definition.name,
        `the server says more than ${MAX_SERVER_CHARS} characters in all; the rest is left out`,
      );
      break;
    }
    const key = keyOf(definition);
    if (twice.has(key)) continue;
    if (byKey.has(key)) {
      twice.add(key);
      refuse(kind, definition.name, 'the server offers two of this name');
    }
    byKey.set(key, definition);
  }
  return { definitions: [...byKey].flatMap(([key, definition]) => (twice.has(key) ? [] : [definition])), unusable };
}
