// The fields of a condition that can only have the values of a closed list, and those that always have a value at all.
import {
  certaintySchema,
  EFFECT_KINDS,
  labelSchema,
  placeSchema,
  RESOURCES,
  targetKindSchema,
  toolClassSchema,
} from '@castellan/contract';

const BOOL = ['true', 'false'];

/** By the list a loop runs over, or the variable: field → its values; null: any text. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>> = {
  effects: {
    kind: EFFECT_KINDS,
    place: placeSchema.options,
    certainty: certaintySchema.options,
    target_kind: targetKindSchema.options,
    // Empty where it has none.
    resource: ['', ...RESOURCES],
    recursive: BOOL,
    undoable: BOOL,
    target: null,
    note: null,
  },
  'session.flows': {
    label: labelSchema.options,
    encoded: BOOL,
    whole: BOOL,
    source: null,
    argument: null,
  },
  call: {
    agent: null,
    task: null,
    session: null,
    module: null,
    tool: null,
    name: null,
    cwd: null,
    workspace: null,
    origin: null,
    script: null,
    subagent: BOOL,
  },
  session: { interactive: BOOL, page_host: null, page_credentials: BOOL },
  module: { name: null, title: null, version: null, known: BOOL, tool_class: toolClassSchema.options },
};

/** Lists whose elements are texts of a closed list: what can stand before `in`. */
export const CLOSED_LISTS: Readonly<Record<string, readonly string[]>> = { 'session.seen': labelSchema.options };

/** undefined: no such field, or one that may be missing. null: any text. */
export function valuesOf(owner: string, field: string): readonly string[] | null | undefined {
  const fields = Object.hasOwn(FIELDS, owner) ? FIELDS[owner] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}
