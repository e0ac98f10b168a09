// A result of a server as this client's revision has it, and no longer than it may be.
import type { Definition, JsonObject, JsonValue } from '@castellan/contract';
import { linkShown } from './locate.ts';
import { isObject } from './object.ts';
import type { Line } from './run.ts';
import type { Seat } from './seat.ts';

/** What servers of the later revision say of themselves in each answer: this answer is ours. */
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';

export function toolResult(
  seat: Seat,
  line: Line,
  module: string,
  definition: Definition,
  given: JsonObject,
): JsonObject {
  const content = withLinks(seat, module, given.content);
  const said = content === given.content || content === undefined ? given : { ...given, content };
  const result = asRevision(line, definition, ownWords(said));
  const cut = seat.kept.cut(result);
  return cut.content === undefined ? { ...cut, content: textOf(cut.structuredContent) } : cut;
}

/** Without the members that only a server's own answer has. */
export function ownWords(result: JsonObject): JsonObject {
  const meta = result._meta;
  const says = isObject(meta) && Object.hasOwn(meta, SERVER_INFO);
  if (!says && result.resultType === undefined) return result;
  const { resultType: _type, _meta, ...words } = result;
  if (!isObject(meta)) return words;
  const { [SERVER_INFO]: _server, ...kept } = meta;
  return Object.keys(kept).length === 0 ? words : { ...words, _meta: kept };
}

/** Before 2026-07-28 structured content is an object; the lists say so too. Before 2025-06-18 there are no links. */
function asRevision(line: Line, definition: Definition, result: JsonObject): JsonObject {
  if (line.era === 'modern') return result;
  const { structuredContent, content } = result;
  const schema = definition.definition.outputSchema;
  const wrapped = isObject(schema) && schema.type !== 'object';
  let shaped = result;
  if (structuredContent !== undefined && (wrapped || !isObject(structuredContent))) {
    shaped = {
      ...shaped,
      structuredContent: { result: structuredContent },
      content: content ?? textOf(structuredContent),
    };
  }
  if (line.revision === '2025-03-26' && Array.isArray(content)) {
    shaped = { ...shaped, content: (content as readonly JsonValue[]).map(linkAsText) };
  }
  return shaped;
}

const textOf = (structured: JsonValue | undefined): readonly JsonObject[] =>
  structured === undefined ? [] : [{ type: 'text', text: JSON.stringify(structured) }];

const linkAsText = (block: JsonValue): JsonValue =>
  isObject(block) && block.type === 'resource_link' ? { type: 'text', text: String(block.uri) } : block;

/** Remembers which module each link came from, and shows those by their module that could be taken for another's. */
function withLinks(seat: Seat, module: string, content: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(content)) return content;
  return (content as readonly JsonValue[]).map((block) => {
    if (!isObject(block) || block.type !== 'resource_link' || typeof block.uri !== 'string') return block;
    seat.linked(module, block.uri);
    return { ...block, uri: linkShown(seat, module, block.uri) };
  });
}
