// A tool that is sorted as safe against what its running server says of it (P10). INVARIANT: a server's word is only ever used
// against a tool: that it calls itself harmless proves nothing, and a critical tool that only reads is nobody's fault.
import {
  type Definition,
  type Finding,
  type JsonValue,
  type Manifest,
  MCP_TOOLS,
  type SafeTool,
} from '@castellan/contract';
import { isObject } from './arguments/pointer.ts';
import { argumentsOf, doingWord } from './schema-facts.ts';

const OURS: ReadonlySet<string> = new Set(Object.values(MCP_TOOLS));

/** What speaks against each tool that the manifest calls safe. */
export function annotationLints(manifest: Manifest, definitions: readonly Definition[]): readonly Finding[] {
  const tools = new Map(definitions.filter(({ kind }) => kind === 'tool').map((each) => [each.name, each]));
  return manifest.tools.safe.flatMap((tool) => {
    const definition = tools.get(tool.name);
    if (definition === undefined || OURS.has(tool.name)) return [];
    const found = (kind: 'annotation' | 'schema', text: string): Finding => ({
      kind,
      definition: 'tool',
      name: tool.name,
      text: `it is sorted as safe, and ${text}`,
    });
    return [
      ...hintsAgainst(tool, definition).map((text) => found('annotation', text)),
      ...schemaAgainst(definition).map((text) => found('schema', text)),
    ];
  });
}

function hintsAgainst({ effects }: SafeTool, { definition }: Definition): readonly string[] {
  const hints = isObject(definition.annotations) ? definition.annotations : {};
  const against: string[] = [];
  if (hints.readOnlyHint === false) against.push('its server says that it changes things (`readOnlyHint: false`)');
  if (hints.destructiveHint === true) against.push('its server says that it destroys (`destructiveHint: true`)');
  if (hints.openWorldHint === true && !effects.some(({ kind }) => kind === 'connect' || kind === 'send'))
    against.push('its server says that it reaches beyond this machine (`openWorldHint: true`)');
  return against;
}

function schemaAgainst(definition: Definition): readonly string[] {
  const against: string[] = [];
  const doing = doingWord(definition.name);
  if (doing !== null) against.push(`its name says \`${doing.word}\``);
  const taken = argumentsOf(definition);
  const names = new Set(taken.map(({ name }) => name.toLowerCase()));
  if ((names.has('path') || names.has('file_path')) && (names.has('content') || names.has('contents')))
    against.push('it takes a path and content: it writes files');
  for (const name of RUN) if (names.has(name)) against.push(`it takes \`${name}\`, which is run`);
  for (const { name, schema } of taken) {
    const choice = valuesOf(schema).find((value) => doingWord(value) !== null || METHODS.has(value.toUpperCase()));
    if (choice !== undefined) against.push(`its \`${name.slice(0, 60)}\` may be \`${choice.slice(0, 60)}\``);
  }
  return against;
}

const RUN: readonly string[] = ['command', 'cmd', 'shell', 'script', 'code', 'sql', 'expression'];
const METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

const valuesOf = (schema: JsonValue): readonly string[] =>
  isObject(schema) && Array.isArray(schema.enum)
    ? (schema.enum as readonly JsonValue[]).filter((value) => typeof value === 'string')
    : [];
