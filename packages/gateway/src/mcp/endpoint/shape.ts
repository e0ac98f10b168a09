// Whether what a server answered has the shape its method promises. One walk, no copy: results are large and this is on the
// path of every call. INVARIANT: what does not fit is refused, never repaired.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isObject } from './object.ts';

/** Null: it fits. Else one line. */
export type Check = (result: JsonObject) => string | null;

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string';

function blockFault(block: JsonValue): string | null {
  if (!isObject(block)) return 'a content block is not an object';
  switch (block.type) {
    case 'text':
      return isText(block.text) ? null : 'a text block has no `text`';
    case 'image':
    case 'audio':
      return isText(block.data) && isText(block.mimeType) ? null : 'an image or audio block lacks `data` or `mimeType`';
    case 'resource_link':
      return isText(block.uri) ? null : 'a resource link has no `uri`';
    case 'resource':
      return isObject(block.resource) ? contentsFault(block.resource) : 'an embedded resource has no `resource`';
    default:
      return 'a content block is of no known type';
  }
}

const contentsFault = (contents: JsonValue): string | null =>
  isObject(contents) && isText(contents.uri) && (isText(contents.text) || isText(contents.blob))
    ? null
    : 'the contents of a resource lack `uri`, or both `text` and `blob`';

const listFault = (
  list: JsonValue | undefined,
  name: string,
  each: (item: JsonValue) => string | null,
): string | null => {
  if (!Array.isArray(list)) return `\`${name}\` is not a list`;
  for (const item of list as readonly JsonValue[]) {
    const fault = each(item);
    if (fault !== null) return fault;
  }
  return null;
};

/** `content` may be absent where structured content is there: servers of the later revisions answer so. */
export const checkToolResult: Check = (result) => {
  const { content, isError, structuredContent } = result;
  if (isError !== undefined && typeof isError !== 'boolean') return '`isError` is neither true nor false';
  if (content === undefined && structuredContent !== undefined) return null;
  return listFault(content, 'content', blockFault);
};

export const checkResource: Check = (result) => listFault(result.contents, 'contents', contentsFault);

export const checkPrompt: Check = (result) =>
  listFault(result.messages, 'messages', (message) => {
    if (!isObject(message) || (message.role !== 'user' && message.role !== 'assistant')) {
      return 'a message of the prompt has no role';
    }
    return blockFault(message.content ?? null);
  });

export const checkCompletion: Check = (result) => {
  const { completion } = result;
  if (!isObject(completion)) return '`completion` is not an object';
  return listFault(completion.values, 'completion.values', (value) => (isText(value) ? null : 'a value is not a text'));
};

/** What answers a request of a server: of the method it answers. */
export function answerFault(method: string, answer: JsonObject): string | null {
  switch (method) {
    case 'elicitation/create':
      return answer.action === 'accept' || answer.action === 'decline' || answer.action === 'cancel'
        ? null
        : 'the answer has no `action`';
    case 'sampling/createMessage':
      return isText(answer.model) && isText(answer.role) && typeof answer.content === 'object'
        ? null
        : 'the answer lacks `model`, `role` or `content`';
    case 'roots/list':
      return listFault(answer.roots, 'roots', (root) =>
        isObject(root) && isText(root.uri) ? null : 'a root has no `uri`',
      );
    default:
      return 'no answer to this is known';
  }
}
