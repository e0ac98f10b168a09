// Puts our entries into a settings object and takes them out again, leaving everything else as it is and where it is.
// Pure. INVARIANT: withHooks(withHooks(x)) equals withHooks(x); withoutHooks(withHooks(x)) equals x, but for empty parts.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isJsonObject, isObject } from '../../hook/plain-json.ts';
import { type HookSpec, hookGroups, isOurHook, ourGroups } from './entries.ts';
import { type Before, type Protection, withoutProtections, withProtections } from './protections.ts';

const hooksOf = ({ hooks }: JsonObject): JsonObject => (isJsonObject(hooks) ? hooks : {});

/** What is wanted of a settings file: the hooks, and what protects beside them. */
export type Wanted = HookSpec & Protection;

export function withHooks(settings: JsonObject, wanted: Wanted): JsonObject {
  const hooks: { [event: string]: JsonValue } = { ...hooksOf(settings) };
  for (const [event, group] of Object.entries(hookGroups(wanted))) hooks[event] = placed(hooks[event], group);
  return withProtections({ ...settings, hooks }, wanted);
}

/** Our group where the first one of ours stood, else at the end. */
function placed(groups: JsonValue | undefined, group: JsonObject): readonly JsonValue[] {
  const list = Array.isArray(groups) ? (groups as readonly JsonValue[]) : [];
  const first = list.findIndex((item) => ourGroups([item]).length > 0);
  const others = withoutOurs(list);
  if (first < 0) return [...others, group];
  const kept = withoutOurs(list.slice(0, first));
  return [...kept, group, ...others.slice(kept.length)];
}

/** Groups without our hooks; a group that held nothing else goes, one that the user added to stays with the rest. */
function withoutOurs(groups: readonly JsonValue[]): readonly JsonValue[] {
  return groups.flatMap((group) => {
    if (ourGroups([group]).length === 0) return [group];
    const rest = isObject(group) && Array.isArray(group.hooks) ? group.hooks.filter((hook) => !isOurHook(hook)) : [];
    return rest.length === 0 ? [] : [{ ...(group as JsonObject), hooks: rest as readonly JsonValue[] }];
  });
}

export function withoutHooks(settings: JsonObject, was: Before): JsonObject {
  const hooks = Object.entries(hooksOf(settings)).flatMap(([event, groups]): [string, JsonValue][] => {
    if (ourGroups(groups).length === 0) return [[event, groups]];
    const rest = Array.isArray(groups) ? withoutOurs(groups as readonly JsonValue[]) : [];
    return rest.length === 0 ? [] : [[event, rest]];
  });
  const bare = Object.entries(withoutProtections(settings, was)).flatMap(([key, value]): [string, JsonValue][] => {
    if (key !== 'hooks') return [[key, value]];
    return hooks.length === 0 ? [] : [[key, Object.fromEntries(hooks)]];
  });
  return Object.fromEntries(bare);
}

/** JSON text in the file's own indentation. */
export function settingsText(settings: JsonObject, like: string): string {
  const indent = /^[[{]\r?\n([ \t]+)/.exec(like)?.[1] ?? '  ';
  return `${JSON.stringify(settings, null, indent)}\n`;
}
