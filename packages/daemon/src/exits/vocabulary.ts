// The words of our own formats: names of members, kinds, states. They stand in every answer and every record whatever
// anybody does, so hiding one hides nothing, while an answer without them cannot be read. INVARIANT: only a whole string that
// is such a word counts; a word inside of a longer text is text.
import {
  apiErrorSchema,
  hostAnswerSchema,
  liveEventSchema,
  ROUTES,
  type Route,
  recordSchema,
  watcherAnswerSchema,
} from '@castellan/contract';

/** Of hook answers and of the results of Claude Code's own tools (shared notes on clients, "What hooks are given"). */
const CLAUDE_CODE = [
  'hookSpecificOutput hookEventName additionalContext updatedInput updatedToolOutput permissionDecision decision behavior message',
  'permissionDecisionReason PreToolUse PostToolUse PostToolUseFailure PermissionRequest SessionStart SubagentStart allow ask deny',
  'stdout stderr interrupted isImage noOutputExpected type text file create update filePath content structuredPatch originalFile',
  'userModified oldString newString replaceAll numLines startLine totalLines numFiles filenames mode truncated durationMs image',
  'base64 source resource uri mimeType data isError structuredContent',
].flatMap((line) => line.split(' '));

function collect(schema: unknown, words: Set<string>): void {
  if (Array.isArray(schema)) for (const part of schema) collect(part, words);
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) words.add(name);
    if (key === 'const' && typeof value === 'string') words.add(value);
    if (key === 'enum' && Array.isArray(value)) for (const word of value) if (typeof word === 'string') words.add(word);
    collect(value, words);
  }
}

let known: ReadonlySet<string> | null = null;

/** Made when it is first needed: a secret that looks like one of our words is rare, and a start should not pay for it. */
export function protocolWords(): ReadonlySet<string> {
  if (known !== null) return known;
  const words = new Set(CLAUDE_CODE);
  const answers = Object.values<Route>(ROUTES).flatMap(({ response }) => (response === undefined ? [] : [response]));
  for (const schema of [
    recordSchema,
    liveEventSchema,
    hostAnswerSchema,
    watcherAnswerSchema,
    apiErrorSchema,
    ...answers,
  ])
    collect(schema.toJSONSchema({ unrepresentable: 'any' }), words);
  known = words;
  return words;
}
