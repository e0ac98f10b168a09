// Puts our entries into a settings object and takes them out again, leaving everything else as it is and where it is.
// Pure. INVARIANT: withHooks(withHooks(x)) equals withHooks(x); withoutHooks(withHooks(x)) equals x, but for empty parts.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isJsonObject, isObject } from '../hook/plain-json.ts';
import { type HookSpec, hookGroups, isOurHook, ourGroups } from './entries.ts';

/** What protects beside the hooks, and what stood there before: `undefined` where nothing did. */
export interface Before {
  readonly disableBypassPermissionsMode?: JsonValue | undefined;
  readonly disableSkillShellExecution?: JsonValue | undefined;
}

const objectAt = (settings: JsonObject, key: string): JsonObject => {
  const value = settings[key];
  return isJsonObject(value) ? value : {};
};

export function before(settings: JsonObject): Before {
  const bypass = objectAt(settings, 'permissions').disableBypassPermissionsMode;
  const skills = settings.disableSkillShellExecution;
  return {
    ...(bypass === undefined ? {} : { disableBypassPermissionsMode: bypass }),
    ...(skills === undefined ? {} : { disableSkillShellExecution: skills }),
  };
}

export function withHooks(settings: JsonObject, spec: HookSpec): JsonObject {
  const hooks: { [event: string]: JsonValue } = { ...objectAt(settings, 'hooks') };
  for (const [event, group] of Object.entries(hookGroups(spec))) hooks[event] = placed(hooks[event], group);
  return {
    ...settings,
    hooks,
    permissions: { ...objectAt(settings, 'permissions'), disableBypassPermissionsMode: 'disable' },
    disableSkillShellExecution: true,
  };
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
  const hooks = Object.entries(objectAt(settings, 'hooks')).flatMap(([event, groups]): [string, JsonValue][] => {
    if (ourGroups(groups).length === 0) return [[event, groups]];
    const rest = Array.isArray(groups) ? withoutOurs(groups as readonly JsonValue[]) : [];
    return rest.length === 0 ? [] : [[event, rest]];
  });
  const permissions = restored(
    objectAt(settings, 'permissions'),
    'disableBypassPermissionsMode',
    'disable',
    was.disableBypassPermissionsMode,
  );
  return pruned(restored(settings, 'disableSkillShellExecution', true, was.disableSkillShellExecution), {
    hooks: Object.fromEntries(hooks),
    permissions,
  });
}

/** The key as it was before us, unless the user has set it to something else since. */
function restored(object: JsonObject, key: string, ours: JsonValue, was: JsonValue | undefined): JsonObject {
  if (object[key] !== ours) return object;
  if (was !== undefined) return { ...object, [key]: was };
  const { [key]: _, ...rest } = object;
  return rest;
}

/** The parts written back; one that became empty goes. */
function pruned(settings: JsonObject, parts: { readonly [key: string]: JsonObject }): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]): [string, JsonValue][] => {
      const part = parts[key];
      if (part === undefined) return [[key, value]];
      return Object.keys(part).length === 0 ? [] : [[key, part]];
    }),
  );
}

/** JSON text in the file's own indentation. */
export function settingsText(settings: JsonObject, like: string): string {
  const indent = /^[[{]\r?\n([ \t]+)/.exec(like)?.[1] ?? '  ';
  return `${JSON.stringify(settings, null, indent)}\n`;
}
