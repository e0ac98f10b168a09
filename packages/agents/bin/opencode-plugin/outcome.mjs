// Part of the plug-in for OpenCode (plugin.mjs): what came of a call, told to the daemon and looked through before the model
// reads it. RULE: what nobody looked through is withheld.
import { ask, PATIENCE } from './daemon.mjs';
import { freeze, isObject, plain } from './values.mjs';
import { WITHHELD } from './words.mjs';

/** What the model is shown instead; undefined: it as it is. */
async function came(event, given) {
  const { hookSpecificOutput: told } = await ask(event, Math.max(PATIENCE, 30));
  if (told?.updatedToolOutput === undefined) return undefined;
  if (!isObject(told.updatedToolOutput)) throw new Error('castellan: the answer of the daemon cannot be read');
  return { ...given, ...told.updatedToolOutput };
}

/** A call that ended outside `tool.execute.after`, as the conversation has it. @param who the event without its outcome */
export async function lookAt(who, { status, error, output }) {
  try {
    if (status === 'error') {
      const shown = await came({ hook_event_name: 'PostToolUseFailure', ...who, error, tool_response: { error } }, {});
      return shown === undefined ? undefined : { error: String(shown.error ?? WITHHELD) };
    }
    const shown = await came({ hook_event_name: 'PostToolUse', ...who, tool_response: { output } }, {});
    return shown === undefined ? undefined : { output: String(shown.output ?? WITHHELD) };
  } catch {
    return status === 'error' ? { error: WITHHELD } : { output: WITHHELD };
  }
}

/** A result before OpenCode keeps it: changed where it stands. */
export async function lookThrough(who, output) {
  const given = Object.fromEntries(
    ['title', 'output', 'metadata', 'content'].flatMap((name) =>
      output[name] === undefined ? [] : [[name, output[name]]],
    ),
  );
  let shown;
  try {
    shown = await came({ hook_event_name: 'PostToolUse', ...who, tool_response: plain(given) }, plain(given));
  } catch {
    shown = {
      ...given,
      title: '',
      output: WITHHELD,
      metadata: {},
      ...(given.content && { content: [{ type: 'text', text: WITHHELD }] }),
    };
    output.attachments &&= [];
  }
  if (shown === undefined) return;
  Object.assign(output, shown);
  freeze(output);
}
