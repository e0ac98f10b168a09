// A tool nobody classified: what its arguments speak of, so that rules and people see it. INVARIANT: only possible effects,
// beside the unknown one; they can tighten a decision and never loosen one.
import type { Call, Effect, EffectKind, Facts, JsonValue, Resource } from '@castellan/contract';
import { analyseSql, effectOnHost, readUrl } from '@castellan/shell';
import { patchPaths } from './patches.ts';
import { pathEffects } from './path-effects.ts';
import { recipientsOf } from './recipients.ts';

/** Texts that are looked at: enough for people and rules; the unknown effect stands for the rest. */
const MAX_TEXTS = 60;
const MAX_DEPTH = 8;
const MAX_EFFECTS = 100;

const PATH_NAME =
  /(?:^|_|-)(?:path|paths|file|files|filename|dir|directory|folder|source|destination|src|dest|target)s?$/i;
const LOOKS_LIKE_PATH = /^(?:\/|~|\.{1,2}\/|file:)[^\n]*$/i;
const SQL_NAME = /(?:^|_|-)(?:sql|query|statement)$/i;
const SQL =
  /^\s*(?:select|insert|update|delete|drop|truncate|alter|create|grant|merge|replace|with|copy|call|do|exec)\b[\s\S]*\s/i;
const RECIPIENT_NAME = /(?:^|_|-)(?:to|cc|bcc|recipients?|emails?|attendees|invitees)$/i;

/** What a tool does to the paths it is given, where its name says so. */
const DELETES = /(?:^|[^a-z])(?:delete|remove|rm|unlink|drop|destroy|purge|erase|clear)/i;
const WRITES =
  /(?:^|[^a-z])(?:write|create|save|edit|update|append|put|set|upload|insert|replace|patch|move|rename|copy|make|install)/i;

/** What a tool sends to others, where its name says so; the first that fits. */
const SENDS: readonly (readonly [RegExp, Resource])[] = [
  [
    /_(?:create|open|close|update|edit|add|file|post|submit|merge)_(?:.*_)?(?:issue|pull|pr|mr|merge_request|ticket|review)/,
    'issue',
  ],
  [/_(?:comment|review)/, 'issue'],
  [/_(?:publish|upload|deploy|tweet|toot)/, 'page'],
  [/_(?:send|post|reply|email|mail|message|dm|sms|invite|forward|notify|share|broadcast|react)/, 'message'],
];
/** What only looks: `list_messages`, `get_comments`. */
const LOOKS = /^_(?:get|list|read|search|find|fetch|view|show|count|query|describe|lookup|check|download|browse|watch)/;

function sendsOf({ module, tool }: Call): readonly Effect[] {
  const words = `_${tool.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_')}`.toLowerCase();
  const resource = LOOKS.test(words) ? undefined : SENDS.find(([pattern]) => pattern.test(words))?.[1];
  return resource === undefined ? [] : [{ ...message(module), resource, note: 'its name says that it sends' }];
}

export function guessEffects(call: Call, facts: Facts): readonly Effect[] {
  const found = new Map<string, Effect>();
  const add = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (found.size >= MAX_EFFECTS || effect.kind === 'unknown') continue;
      const { kind, target, place, resource } = effect;
      // What could be taken back if the tool did only this may be something else.
      const { undoable: _, ...kept } = effect;
      const guessed: Effect = { ...kept, certainty: 'possible', note: effect.note ?? 'an argument speaks of it' };
      found.set([kind, target, place, resource].join('\0'), guessed);
    }
  };
  const kinds = kindsOf(call.tool);
  for (const [name, text] of textsIn(call.arguments)) {
    const url = /^[a-z][a-z0-9+.-]*:/i.test(text.trim()) ? readUrl(text.trim()) : undefined;
    if (url?.kind === 'host') add([effectOnHost('connect', url.host)]);
    else if (LOOKS_LIKE_PATH.test(text.trim()) || (PATH_NAME.test(name) && isName(text)))
      for (const kind of kinds) add(pathEffects(call, kind, text.trim(), facts));
    for (const { kind, path } of patchPaths(text)) add(pathEffects(call, kind, path, facts));
    if (SQL_NAME.test(name) && SQL.test(text)) add(analyseSql(text).map((each) => ({ ...each, place: 'none' })));
    if (RECIPIENT_NAME.test(name) && text.includes('@')) add(recipientsOf(text).map(({ address }) => message(address)));
  }
  if (![...found.values()].some(({ kind }) => kind === 'send')) add(sendsOf(call));
  return [...found.values()];
}

const isName = (text: string): boolean => text.length < 1000 && !/[\n\0]/.test(text) && text.trim() !== '';

const message = (target: string): Effect => ({
  kind: 'send',
  target,
  targetKind: 'recipient',
  place: 'none',
  certainty: 'possible',
  resource: 'message',
});

function kindsOf(tool: string): readonly Extract<EffectKind, 'read' | 'write' | 'delete'>[] {
  const words = tool.replace(/([a-z])([A-Z])/g, '$1_$2');
  return [
    'read',
    ...(WRITES.test(words) ? (['write'] as const) : []),
    ...(DELETES.test(words) ? (['delete'] as const) : []),
  ];
}

/** Every text with the name it stands under, outermost first. */
function textsIn(value: JsonValue): readonly (readonly [string, string])[] {
  const texts: (readonly [string, string])[] = [];
  const visit = (name: string, each: JsonValue, depth: number): void => {
    if (texts.length >= MAX_TEXTS || depth > MAX_DEPTH) return;
    if (typeof each === 'string') texts.push([name, each]);
    else if (Array.isArray(each)) for (const item of each) visit(name, item, depth + 1);
    else if (typeof each === 'object' && each !== null)
      for (const [key, item] of Object.entries(each)) visit(key, item, depth + 1);
  };
  visit('', value, 0);
  return texts;
}
