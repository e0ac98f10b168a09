// What we set beside the hooks, and how it is put back. Pure.
import { dirname } from 'node:path';
import type { ConnectScope, JsonObject, JsonValue } from '@castellan/contract';
import { isJsonObject } from '../../hook/plain-json.ts';

/** What stood there before us; null or absent: nothing did. `denied`: rules that we added. */
export interface Before {
  readonly disableBypassPermissionsMode?: JsonValue;
  readonly disableSkillShellExecution?: JsonValue;
  readonly allowManagedHooksOnly?: JsonValue;
  readonly denied?: JsonValue;
}

export interface Protection {
  readonly scope: ConnectScope;
  /** Absolute: the file of the hook command, `agents/ID/hook` of the state folder. */
  readonly hookFile: string;
}

const objectAt = (settings: JsonObject, key: string): JsonObject => {
  const value = settings[key];
  return isJsonObject(value) ? value : {};
};
const textsAt = (settings: JsonObject, key: string): readonly JsonValue[] => {
  const value = settings[key];
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
};

/** A path with none of the characters that mean something in a rule of the client. */
const PLAIN = /^\/[\w/.@+-]*$/;

/**
 * What in the state folder would let somebody pose as the daemon's user or as an agent, refused by the client itself: what
 * commands and skills name with `@` it reads with no event. No more than that: what it refuses itself no hook is told of.
 */
function deniedPaths({ hookFile }: Protection): readonly string[] {
  const state = dirname(dirname(dirname(hookFile)));
  if (!PLAIN.test(state) || state === '/') return [];
  return ['daemon/**', 'agents/*/hook', 'agents/*/mcp.json'].map((path) => `Read(/${state}/${path})`);
}

/** Null: not in that scope. Our own value where it may differ. */
const managedOnly = (scope: ConnectScope): JsonObject => (scope === 'managed' ? { allowManagedHooksOnly: true } : {});

export function before(settings: JsonObject, protection: Protection): JsonObject {
  const permissions = objectAt(settings, 'permissions');
  const denied = textsAt(permissions, 'deny');
  return {
    disableBypassPermissionsMode: permissions.disableBypassPermissionsMode ?? null,
    disableSkillShellExecution: settings.disableSkillShellExecution ?? null,
    allowManagedHooksOnly: settings.allowManagedHooksOnly ?? null,
    denied: deniedPaths(protection).filter((rule) => !denied.includes(rule)),
  };
}

export function withProtections(settings: JsonObject, protection: Protection): JsonObject {
  const permissions = objectAt(settings, 'permissions');
  const denied = textsAt(permissions, 'deny');
  const ours = deniedPaths(protection);
  return {
    ...settings,
    permissions: {
      ...permissions,
      disableBypassPermissionsMode: 'disable',
      ...(ours.length === 0 ? {} : { deny: [...denied, ...ours.filter((rule) => !denied.includes(rule))] }),
    },
    disableSkillShellExecution: true,
    ...managedOnly(protection.scope),
  };
}

/** Those that do not stand any more. */
export function missingProtections(settings: JsonObject, protection: Protection): readonly string[] {
  const permissions = objectAt(settings, 'permissions');
  const denied = textsAt(permissions, 'deny');
  return [
    ...(permissions.disableBypassPermissionsMode === 'disable' ? [] : ['`permissions.disableBypassPermissionsMode`']),
    ...(settings.disableSkillShellExecution === true ? [] : ['`disableSkillShellExecution`']),
    ...(protection.scope !== 'managed' || settings.allowManagedHooksOnly === true ? [] : ['`allowManagedHooksOnly`']),
    ...(deniedPaths(protection).every((rule) => denied.includes(rule)) ? [] : ['`permissions.deny`']),
  ];
}

/** Whether anything of it is ours, given what stood there before. */
export function hasProtections(settings: JsonObject, was: Before): boolean {
  const permissions = objectAt(settings, 'permissions');
  return (
    (permissions.disableBypassPermissionsMode === 'disable' && was.disableBypassPermissionsMode !== 'disable') ||
    (settings.disableSkillShellExecution === true && was.disableSkillShellExecution !== true) ||
    textsAt(permissions, 'deny').some((rule) => isAdded(rule, was))
  );
}

const isAdded = (rule: JsonValue, was: Before): boolean => Array.isArray(was.denied) && was.denied.includes(rule);

/** As it was, save what somebody else has set since. Empty parts go. */
export function withoutProtections(settings: JsonObject, was: Before): JsonObject {
  const permissions = objectAt(settings, 'permissions');
  const denied = textsAt(permissions, 'deny');
  const left = denied.filter((rule) => !isAdded(rule, was));
  const bare = restored(permissions, 'disableBypassPermissionsMode', 'disable', was.disableBypassPermissionsMode);
  const next =
    left.length === denied.length ? bare : left.length === 0 ? without(bare, 'deny') : { ...bare, deny: left };
  const outer = restored(
    restored(settings, 'disableSkillShellExecution', true, was.disableSkillShellExecution),
    'allowManagedHooksOnly',
    true,
    was.allowManagedHooksOnly,
  );
  if (settings.permissions === undefined || next === permissions) return outer;
  return Object.keys(next).length === 0 ? without(outer, 'permissions') : { ...outer, permissions: next };
}

/** The key as it was before us, unless the user has set it to something else since. */
function restored(object: JsonObject, key: string, ours: JsonValue, was: JsonValue | undefined): JsonObject {
  if (object[key] !== ours) return object;
  return was === undefined || was === null ? without(object, key) : { ...object, [key]: was };
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = object;
  return rest;
}
