// Whether our hooks stand in a settings file exactly as we wrote them, and what is wrong when they do not. Pure; whoever
// calls reads the file. `verify`, `status`, `run` and the daemon's alarm ask the same question here.
import { isDeepStrictEqual } from 'node:util';
import { type AgentId, faultLine, type JsonValue } from '@castellan/contract';
import { isObject } from '../../hook/plain-json.ts';
import { agentOf, HOOKED_EVENTS, hookGroups, ourGroups } from './entries.ts';
import { readSettings, switchedOff } from './faults.ts';
import type { Wanted } from './merge.ts';
import { missingProtections } from './protections.ts';

export type Expected = Wanted & { readonly agent: AgentId };

export type HookState =
  | { readonly kind: 'intact' }
  | { readonly kind: 'missing'; readonly events: readonly string[] }
  | { readonly kind: 'changed'; readonly what: readonly string[] }
  | { readonly kind: 'disabled'; readonly by: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** `text` is null where the file does not exist. */
export function inspectSettings(text: string | null, expected: Expected): HookState {
  if (text === null) return { kind: 'missing', events: HOOKED_EVENTS };
  const read = readSettings(text);
  if (!read.ok) return { kind: 'unreadable', why: read.faults.map(faultLine).join('; ') };
  const off = switchedOff(read.value, expected.scope === 'managed');
  if (off !== null) return { kind: 'disabled', by: off };
  const hooks = isObject(read.value.hooks) ? read.value.hooks : {};
  const missing = HOOKED_EVENTS.filter((event) => ourGroups(hooks[event]).length === 0);
  if (missing.length > 0) return { kind: 'missing', events: missing };
  const agent = agentOf(read.value);
  if (agent !== null && agent !== expected.agent)
    return { kind: 'changed', what: [`the agent: it is \`${agent}\` now`] };
  const want = hookGroups(expected);
  const what = HOOKED_EVENTS.flatMap((event) => differences(`hooks.${event}`, ourGroups(hooks[event]), [want[event]]));
  const all = [...what, ...missingProtections(read.value, expected)];
  return all.length === 0 ? { kind: 'intact' } : { kind: 'changed', what: all };
}

/** The deepest places where two values differ, never their contents: an old entry holds a credential. */
function differences(path: string, is: JsonValue | readonly JsonValue[], wanted: JsonValue): readonly string[] {
  if (isDeepStrictEqual(is, wanted)) return [];
  if (Array.isArray(is) && Array.isArray(wanted) && is.length === wanted.length) {
    return wanted.flatMap((item, index) => differences(`${path}[${index}]`, is[index] as JsonValue, item as JsonValue));
  }
  if (isObject(is) && isObject(wanted)) {
    const keys = new Set([...Object.keys(is), ...Object.keys(wanted)]);
    return [...keys].flatMap((key) => {
      const [a, b] = [is[key] as JsonValue | undefined, wanted[key] as JsonValue | undefined];
      if (a === undefined || b === undefined) return [`\`${path}.${key}\``];
      return differences(`${path}.${key}`, a, b);
    });
  }
  return [`\`${path}\``];
}

/** One line for a person. */
export function hookStateText(state: HookState): string {
  switch (state.kind) {
    case 'intact':
      return 'hooks are in place';
    case 'missing':
      return `hooks are missing: ${state.events.join(', ')}`;
    case 'changed':
      return `hooks were changed: ${state.what.slice(0, 4).join(', ')}`;
    case 'disabled':
      return `hooks are switched off by \`${state.by}\``;
    case 'unreadable':
      return `settings cannot be read: ${state.why}`;
  }
}
