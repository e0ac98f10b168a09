// The fields that a query of what happened may name, as data: the parser, the finder and the guide read this one table.
import { decidedBySchema } from './decision.ts';
import { EFFECT_KINDS } from './effect.ts';
import { OUTCOMES } from './level.ts';
import { outcomeStatusSchema, recordSchema } from './record.ts';

/** How the values of a field are read. */
export type QueryValues =
  /** One of these words. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Case aside; `*` stands for anything. */
  | { readonly kind: 'name' }
  /** A path: itself and everything below it. `*` stays within a folder, `**` does not; `~` is your home. */
  | { readonly kind: 'path' }
  /** An id, whole, as it was given out. */
  | { readonly kind: 'id'; readonly prefix: string }
  | { readonly kind: 'moment' }
  | { readonly kind: 'day' }
  | { readonly kind: 'text' };

interface Row {
  readonly values: QueryValues;
  /** One line, for the guide and for hints. */
  readonly what: string;
  readonly example: string;
}

/** Ordered as they are shown. */
export const QUERY_FIELDS = {
  agent: { values: { kind: 'name' }, what: 'the agent, by name or id', example: 'agent:claude*' },
  task: { values: { kind: 'name' }, what: 'the task, by id or title', example: 'task:"fix the build"' },
  session: { values: { kind: 'id', prefix: 'session' }, what: 'the session, by id', example: 'session:session_…' },
  call: { values: { kind: 'id', prefix: 'call' }, what: 'everything about one call, by id', example: 'call:call_…' },
  tool: { values: { kind: 'name' }, what: 'the tool, alone or as module/tool', example: 'tool:Bash,mail/*' },
  module: { values: { kind: 'name' }, what: 'the module of the tool', example: 'module:mail' },
  verdict: { values: { kind: 'words', words: OUTCOMES }, what: 'what was decided', example: 'verdict:deny,confirm' },
  decider: {
    values: { kind: 'name' },
    what: `who or what decided: a person, or ${decidedBySchema.options.join(', ')}`,
    example: 'decider:anna,timeout',
  },
  outcome: {
    values: { kind: 'words', words: outcomeStatusSchema.options },
    what: 'what came of the call',
    example: 'outcome:failed',
  },
  effect: {
    values: { kind: 'words', words: EFFECT_KINDS },
    what: 'what the call would do',
    example: 'effect:delete,send',
  },
  path: { values: { kind: 'path' }, what: 'a path that an effect names, or one below it', example: 'path:~/work/**' },
  host: { values: { kind: 'name' }, what: 'a host that was meant or reached', example: 'host:*.example.org' },
  rule: {
    values: { kind: 'name' },
    what: 'a rule, grant or level that gave a reason',
    example: 'rule:C02.*',
  },
  secret: { values: { kind: 'name' }, what: 'a secret, by its name', example: 'secret:GITHUB_TOKEN' },
  kind: {
    values: { kind: 'words', words: recordSchema.options.map(({ shape }) => shape.kind.value) },
    what: 'the kind of record',
    example: 'kind:sign-in',
  },
  change: { values: { kind: 'name' }, what: 'what changed, where the record says so', example: 'change:rotated' },
  by: { values: { kind: 'name' }, what: 'who did it: a person, a program, an agent', example: 'by:anna' },
  since: { values: { kind: 'moment' }, what: 'at that moment or later', example: 'since:2d' },
  until: { values: { kind: 'moment' }, what: 'before that moment', example: 'until:2026-11-20T18:00' },
  on: { values: { kind: 'day' }, what: 'on that day', example: 'on:yesterday' },
  text: { values: { kind: 'text' }, what: 'in anything that the record shows', example: '"drop table"' },
} as const satisfies Readonly<Record<string, Row>>;

export type QueryField = keyof typeof QUERY_FIELDS;

export const QUERY_FIELD_NAMES = Object.keys(QUERY_FIELDS) as readonly QueryField[];

/** How values of a field are read. */
export const valuesOfField = (field: QueryField): QueryValues => QUERY_FIELDS[field].values;

/** Whether a name, in lower case, is one of a field. */
export const isQueryField = (name: string): name is QueryField => Object.hasOwn(QUERY_FIELDS, name);

/** `30m`, `2h`, `2d`, `3w` ago; today, yesterday, now; a day; a day and a time of day. */
export const MOMENT = /^(?:now|today|yesterday|\d{1,5}[mhdw]|\d{4}-\d{2}-\d{2}(?:t\d{2}:\d{2}(?::\d{2})?)?)$/;
export const DAY = /^(?:today|yesterday|\d{4}-\d{2}-\d{2})$/;
