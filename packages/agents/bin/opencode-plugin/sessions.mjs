// Part of the plug-in for OpenCode (plugin.mjs): whose an event is, and by what name the daemon knows a call. OpenCode tells a
// plug-in the session alone: the one above it is asked of OpenCode, once.
import process from 'node:process';
import { ask, PATIENCE, soon } from './daemon.mjs';
import { AWAY, CONNECTION, GATEWAY } from './words.mjs';

const gatewayOnly = CONNECTION?.mode === 'gateway';

export const keyOf = (session, call) => `${session} ${call}`;

let count = 0;
/** OpenCode's own ids are a model's to choose, and may come twice. */
export function nextId(callID) {
  count += 1;
  return `${String(callID).slice(0, 100)}.${process.pid}.${count}`;
}

export function sessionsOf({ client, directory }) {
  const sessions = new Map(); // id → { parent, agent }
  const reminders = new Map(); // root → what the model is reminded of
  const compacted = new Set();

  async function sessionOf(id) {
    const known = sessions.get(id);
    if (known?.parent !== undefined) return known;
    // Where it cannot be told it counts as a session of its own: decided all the same.
    const info = (await soon(() => client.session.get({ path: { id } })))?.data;
    const session = { parent: info?.parentID ?? null, agent: known?.agent ?? info?.agent ?? '' };
    sessions.set(id, session);
    return session;
  }

  /** Who does it: the session a person began, and the sub-agent where it is one. */
  async function whose(id) {
    const own = await sessionOf(id);
    let root = id;
    for (let depth = 0, at = own; at.parent !== null && depth < 20; depth += 1) {
      root = at.parent;
      at = await sessionOf(root);
    }
    const sub = root === id ? {} : { agent_id: id, agent_type: own.agent || 'unknown' };
    return { session_id: root, cwd: directory, ...sub, ...(own.agent === 'plan' && { permission_mode: 'plan' }) };
  }

  /** In the gateway's mode nothing is asked here: the gateway knows the session by itself. */
  async function tell(event) {
    if (!gatewayOnly) await ask(event, PATIENCE).catch(() => undefined);
  }

  return {
    whose,
    began({ id, parentID, agent }) {
      sessions.set(id, { parent: parentID ?? null, agent: sessions.get(id)?.agent ?? agent ?? '' });
    },
    speaks(id, agent) {
      sessions.set(id, { ...sessions.get(id), agent });
    },
    async compacted(id) {
      compacted.add((await whose(id)).session_id);
    },
    async idle(id) {
      const who = await whose(id);
      if (who.agent_id !== undefined) await tell({ hook_event_name: 'SubagentStop', ...who });
    },
    async ended() {
      const roots = [...sessions].filter(([, { parent }]) => parent === null).map(([id]) => id);
      await Promise.all(
        roots.map((id) => tell({ hook_event_name: 'SessionEnd', session_id: id, cwd: directory, reason: 'exit' })),
      );
    },
    async reminder(id) {
      if (gatewayOnly) return GATEWAY;
      const who = id === undefined ? null : await whose(id);
      if (who === null) return AWAY;
      const root = who.session_id;
      const source = compacted.delete(root) ? 'compact' : 'startup';
      if (source === 'compact' || !reminders.has(root))
        reminders.set(
          root,
          ask({ hook_event_name: 'SessionStart', session_id: root, cwd: directory, source }, PATIENCE)
            .then(({ hookSpecificOutput: told }) => told.additionalContext.toString())
            .catch(() => {
              reminders.delete(root);
              return AWAY;
            }),
        );
      return reminders.get(root);
    },
  };
}
