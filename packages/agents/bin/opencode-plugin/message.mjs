// Part of the plug-in for OpenCode (plugin.mjs): a message of a person, or of the model to a sub-agent. What is attached to it or
// mentioned in it is in its parts already, read without any tool: it stays once it is allowed.
import { ask, decided } from './daemon.mjs';
import { reason } from './values.mjs';

/** What OpenCode read for it, as calls of the tools that would have. */
const readFor = (parts) =>
  parts.flatMap((part) => {
    if (part.type === 'text' && part.synthetic === true) {
      const [, input] = /^Called the Read tool with the following input: (\{.*\})$/s.exec(part.text) ?? [];
      return input === undefined ? [] : [{ tool: 'read', input }];
    }
    if (part.type === 'file' && part.source?.type === 'resource')
      return [
        {
          tool: 'read_mcp_resource',
          input: JSON.stringify({ server: part.source.clientName, uri: part.source.uri }),
        },
      ];
    return [];
  });

/** @param gatewayOnly nothing is decided here: what was read goes @param parts changed where they stand */
export async function decideMessage(who, sessionID, gatewayOnly, parts) {
  const files = readFor(parts);
  const own = parts.filter((part) => part.type === 'text' && part.synthetic !== true);
  const refused = (why) => {
    const first = own[0] ?? parts[0];
    parts.splice(0, parts.length, ...own, {
      id: `${first.id}c`,
      sessionID,
      messageID: first.messageID,
      type: 'text',
      synthetic: true,
      text: why,
    });
  };
  if (gatewayOnly) {
    if (files.length > 0)
      refused('castellan: files are read with the tools of the gateway here; what was attached was left out.');
    return;
  }
  try {
    if (who.agent_id !== undefined) {
      // A model's words, not a person's: only what they make OpenCode read.
      for (const { tool, input } of files) await decided({ ...who, tool_name: tool, tool_input: JSON.parse(input) });
      return;
    }
    const prompt = own.map(({ text }) => text).join('\n');
    const answer = await ask({ hook_event_name: 'UserPromptSubmit', ...who, prompt, files });
    if (answer.decision === 'block') refused(String(answer.reason || 'castellan refused'));
  } catch (error) {
    if (files.length > 0) refused(reason(error));
  }
}
