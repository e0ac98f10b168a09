// Castellan's plug-in for OpenCode: asks the daemon before each tool, hands on what came of it, and reminds the model. `castellan
// connect opencode` writes it and its parts as one file into OpenCode's settings, with CONNECTION filled in. OpenCode has no time
// limit for a plug-in and runs a tool that nobody throws at: RULE: every way through `tool.execute.before` ends, and all but one
// throw. It runs on Bun inside OpenCode: nothing but `node:` is imported, and there is one export, for OpenCode calls each of them.
// Which parts, and how they become one file: src/opencode/plugin-text.ts.
import process from 'node:process';
import { decided } from './daemon.mjs';
import { decideMessage } from './message.mjs';
import { lookAt, lookThrough } from './outcome.mjs';
import { serversOf } from './servers.mjs';
import { keyOf, nextId, sessionsOf } from './sessions.mjs';
import { become, isObject, plain, quiet } from './values.mjs';
import { CONNECTION, OWN } from './words.mjs';

export const Castellan = async ({ client, directory }) => {
  const gatewayOnly = CONNECTION?.mode === 'gateway';
  const sessions = sessionsOf({ client, directory });
  const servers = serversOf({ client });
  const calls = new Map(); // session and call → what the daemon knows it by
  const refusals = new Set(); // the same, of what we threw at: its text is ours
  const typed = new Map(); // the same, of what a person typed after `!`
  const looked = new Map(); // part of a conversation → what the model is shown of it; undefined: as it is

  async function lookAtPart({ tool, callID, state, sessionID }) {
    const key = keyOf(sessionID, callID);
    if (refusals.has(key)) return undefined;
    const id = calls.get(key);
    const called = { tool_name: tool, ...servers.of(tool), tool_input: state.input ?? {} };
    return lookAt({ ...(await sessions.whose(sessionID)), ...called, ...(id && { tool_use_id: id }) }, state);
  }

  const look = (part) => {
    if (!looked.has(part.id)) looked.set(part.id, lookAtPart(part));
    return looked.get(part.id);
  };

  return {
    async config(config) {
      for (const command of Object.values(config.command ?? {}))
        if (typeof command?.template === 'string') command.template = quiet(command.template);
      await servers.read(config.mcp, gatewayOnly);
      if (!gatewayOnly) return;
      const only = { '*': 'deny', [`${OWN}_*`]: 'allow' };
      config.permission = { ...only };
      for (const agent of Object.values(config.agent ?? {})) agent.permission = { ...only };
      for (const name of Object.keys(config.mcp ?? {})) if (name !== OWN) delete config.mcp[name];
    },

    async 'tool.execute.before'({ tool, sessionID, callID }, output) {
      if (await servers.isGateways(tool)) return;
      if (gatewayOnly) throw new Error('castellan: this session has the tools of the gateway only (`castellan_…`)');
      if (!isObject(output?.args)) throw new Error('castellan: a tool without arguments that can be decided');
      const id = nextId(callID);
      const called = { tool_name: tool, ...servers.of(tool), tool_use_id: id };
      const event = { ...(await sessions.whose(sessionID)), ...called };
      try {
        become(output.args, await decided({ ...event, tool_input: plain(output.args) }));
      } catch (error) {
        refusals.add(keyOf(sessionID, callID));
        throw error;
      }
      calls.set(keyOf(sessionID, callID), id);
      typed.delete(keyOf(sessionID, callID));
    },

    async 'tool.execute.after'({ tool, sessionID, callID, args }, output) {
      const id = calls.get(keyOf(sessionID, callID));
      if (id === undefined && (await servers.isGateways(tool))) return;
      const called = { tool_name: tool, ...servers.of(tool), tool_input: args ?? {} };
      const who = { ...(await sessions.whose(sessionID)), ...called, ...(id && { tool_use_id: id }) };
      await lookThrough(who, output);
    },

    async 'chat.message'({ sessionID, agent }, { message, parts }) {
      sessions.speaks(sessionID, agent ?? message?.agent ?? '');
      await decideMessage(await sessions.whose(sessionID), sessionID, gatewayOnly, parts);
    },

    /** A command typed after `!` runs as no tool; OpenCode asks for its environment right before. */
    async 'shell.env'({ sessionID, callID }) {
      const key = keyOf(sessionID, callID);
      if (callID === undefined || calls.has(key)) return;
      const command = typed.get(key);
      if (gatewayOnly || command === undefined) throw new Error('castellan: a command that nobody decided');
      const id = nextId(callID);
      const input = { command, description: 'typed by the user' };
      const who = await sessions.whose(sessionID);
      await decided({ ...who, tool_name: 'bash', tool_input: input, tool_use_id: id });
      calls.set(key, id);
    },

    async 'experimental.chat.messages.transform'(_, { messages }) {
      for (const { parts } of messages)
        for (const part of parts) {
          if (part.type !== 'tool' || !['completed', 'error'].includes(part.state.status) || gatewayOnly) continue;
          const key = keyOf(part.sessionID, part.callID);
          // Looked through in `tool.execute.after`, or our own refusal.
          if (part.state.status === 'completed' && calls.has(key) && !typed.has(key)) continue;
          Object.assign(part.state, await look(part));
        }
    },

    async 'experimental.chat.system.transform'({ sessionID }, { system }) {
      // A run with the gateway's tools stands in an empty folder: the project is where the gateway was started.
      const project = process.env.CASTELLAN_PROJECT;
      if (gatewayOnly && project)
        for (const [index, text] of system.entries()) system[index] = text.replaceAll(directory, project);
      system.push(await sessions.reminder(sessionID));
    },

    async event({ event: { type, properties } }) {
      const { info, part, sessionID } = properties ?? {};
      if (type === 'session.created' && info !== undefined) sessions.began(info);
      else if (type === 'message.part.updated' && part?.type === 'tool') {
        const key = keyOf(part.sessionID, part.callID);
        if (part.tool === 'bash' && part.state.status === 'running' && !calls.has(key))
          typed.set(key, part.state.input?.command);
        if (part.state.status === 'error' && calls.has(key)) await look(part);
      } else if (type === 'session.compacted') await sessions.compacted(sessionID);
      else if (type === 'session.idle') await sessions.idle(sessionID);
    },

    dispose: () => sessions.ended(),
  };
};
