// Other hooks beside ours. Seen on the real client: another PreToolUse hook's `updatedInput` may win over ours, and then
// the tool runs with arguments nobody decided. The daemon notices afterwards; a person should know before.
import type { JsonObject } from '@castellan/contract';
import { isObject } from '../../hook/plain-json.ts';
import { isOurHook } from './entries.ts';

const hooksOf = (settings: JsonObject, event: string): readonly unknown[] => {
  const groups = isObject(settings.hooks) ? settings.hooks[event] : undefined;
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group: unknown) => (isObject(group) && Array.isArray(group.hooks) ? group.hooks : []));
};

/** One line for each event whose other hooks could change what runs. */
export const foreignHooks = (settings: JsonObject): readonly string[] =>
  ['PreToolUse', 'PermissionRequest'].flatMap((event) => {
    const count = hooksOf(settings, event).filter((hook) => !isOurHook(hook)).length;
    if (count === 0) return [];
    return [
      `${count} other ${event} hook${count === 1 ? '' : 's'} may change a call after it was decided; keep only what you trust`,
    ];
  });

/** Events for which a settings file starts hooks that are not ours. */
export const foreignEvents = (settings: JsonObject): readonly string[] =>
  (isObject(settings.hooks) ? Object.keys(settings.hooks) : []).filter((event) =>
    hooksOf(settings, event).some((hook) => !isOurHook(hook)),
  );
