// Definitions as servers say them, for tests.
import { createHash } from 'node:crypto';
import type { Definition, DefinitionKind, JsonObject, Sha256 } from '@castellan/contract';
import { definitionOf } from '../../src/mcp/definitions/index.ts';

export const sha256: Sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

export function defined(kind: DefinitionKind, raw: JsonObject): Definition {
  const read = definitionOf(kind, raw, sha256);
  if (!read.ok) throw new Error(read.why);
  return read.definition;
}

export const tool = (name: string, rest: JsonObject = {}): Definition =>
  defined('tool', { name, description: `Does ${name}.`, inputSchema: { type: 'object', properties: {} }, ...rest });
