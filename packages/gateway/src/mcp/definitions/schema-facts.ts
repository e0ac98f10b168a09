// What a tool's schema says that its arguments are for. Read widely: it is used to warn, and to show more, never to allow.
import type { DeclaredEffect, Definition, JsonObject, JsonValue } from '@castellan/contract';
import { isObject } from './arguments/pointer.ts';

/** One argument as the schema describes it. */
export interface Argument {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonObject;
}

/** The arguments of a tool, in the order they were declared. */
export function argumentsOf({ definition }: Definition): readonly Argument[] {
  const schema = definition.inputSchema;
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const required: readonly JsonValue[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, each]) => ({
    name,
    required: required.includes(name),
    schema: isObject(each) ? each : {},
  }));
}

/** `delete_file`, `deleteFile`, `Delete-File` → delete, file. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Words by which tools say that they change something, and what kind of effect that is. */
const DOING: ReadonlyMap<string, 'write' | 'delete' | 'execute' | 'send' | 'spend'> = new Map([
  ...spread('delete', 'delete remove destroy drop erase purge wipe truncate unlink clear trash uninstall'),
  ...spread(
    'send',
    'send post publish upload push reply forward invite share notify comment message email tweet broadcast submit',
  ),
  ...spread(
    'execute',
    'exec execute run eval shell invoke spawn start stop restart kill deploy install trigger launch',
  ),
  ...spread('spend', 'pay charge transfer buy order book purchase checkout refund'),
  ...spread(
    'write',
    'write create update edit insert modify set put patch append rename move copy save add replace merge approve revoke grant ' +
      'assign close reopen archive restore enable disable toggle import register cancel lock unlock fork',
  ),
]);

function spread<K extends string>(kind: K, words: string): readonly (readonly [string, K])[] {
  return words.split(' ').map((word) => [word, kind]);
}

/** Nouns as often as verbs: only the first word of a name says what is done. `list_orders`, `get_comment`. */
const LOOKING: ReadonlySet<string> = new Set(
  'get list read search find fetch view show count query describe lookup check download browse watch inspect diff status'.split(
    ' ',
  ),
);

/** The word by which a tool says that it changes something; null: none. */
export function doingWord(name: string): { readonly word: string; readonly kind: DeclaredEffect['kind'] } | null {
  const words = wordsOf(name);
  // `github_get_issue_comments`: what comes after a word for looking is what is looked at.
  for (const word of words) {
    if (LOOKING.has(word)) return null;
    const kind = DOING.get(word);
    if (kind !== undefined) return { word, kind };
  }
  return null;
}

/** Arguments that say what is run or where it goes, by their last words. */
const CARRIERS: readonly (readonly [RegExp, DeclaredEffect['as'], string])[] = [
  [/^(?:command|cmd|shell|bash|commandline|command_line)$/, 'shell', 'a command to run'],
  [/^(?:sql|query_sql|sql_query|statement)$/, 'sql', 'a query to run'],
  [/(?:^|_)(?:url|uri|href|link|webhook|endpoint)s?$/, 'url', 'an address to go to'],
  [/^(?:to|cc|bcc|recipients?|to_emails?|emails?|attendees|invitees)$/, 'recipient', 'somebody to write to'],
  [/(?:^|_)(?:path|paths|file|files|filename|filepath|file_path|dir|directory|folder)$/, 'path', 'a file or folder'],
];

const NO_TEXT: readonly (JsonValue | undefined)[] = ['boolean', 'number', 'integer', 'null'];

/** Whether a text can stand there: `errorPath: true` names no file. Where the schema does not say so alone, it can. */
export function takesText({ type, $ref }: JsonObject): boolean {
  const types = Array.isArray(type) ? type : [type];
  return $ref !== undefined || types.length === 0 || types.some((each) => !NO_TEXT.includes(each));
}

/** How an argument is read; null: as plain text. */
export function carrierOf(name: string): { readonly as: DeclaredEffect['as']; readonly says: string } | null {
  const plain = wordsOf(name).join('_');
  for (const [pattern, as, says] of CARRIERS) if (pattern.test(plain)) return { as, says };
  return null;
}
