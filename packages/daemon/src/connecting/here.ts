// Agents that are installed on this machine: what connecting one would change, and connecting it at a person's word. The
// agents package does it, as for `castellan connect`; what it asks the daemon it asks these rooms.
import { homedir } from 'node:os';
import { type ConnectClient, connectClaude, type Done, planClaude } from '@castellan/agents';
import type { Actor, Agent, AgentId } from '@castellan/contract';
import { changeOf } from '../changes/index.ts';
import { isAgentId } from '../identity/index.ts';
import type { Parts } from '../surfaces/index.ts';
import type { AgentChanges } from './changes.ts';

export interface FoundAgent {
  readonly kind: 'claude-code';
  readonly name: string;
  readonly version: string | null;
  readonly agent: AgentId | null;
  readonly changes: { path: string; text: string }[];
  readonly text: string;
}

export interface AgentsHere {
  /** What is installed, looked for at most every half minute: a version is asked of the program itself. */
  found(): Promise<readonly FoundAgent[]>;
  connect(by: Actor): Promise<Done<Agent>>;
}

export interface AgentsHereHost {
  readonly parts: Parts;
  readonly home: string;
  readonly port: () => number;
  readonly env: { readonly [name: string]: string | undefined };
  readonly changes: AgentChanges;
}

const LOOK_EVERY_MS = 30_000;
/** As `castellan connect` does. */
const HOOK_TIMEOUT_SECONDS = 600;
const NAME = 'claude-code';

const gone = { kind: 'unreachable', message: 'no such agent is connected', hint: 'connect it again' } as const;

/** What connecting asks of the local API, answered without a socket and in the person's name. */
function clientFor({ agents }: Parts, changes: AgentChanges, by: Actor): ConnectClient {
  const known = (agent: Agent | null) =>
    agent === null ? { ok: false as const, error: gone } : { ok: true as const, value: agent };
  return {
    agents: async () => ({ ok: true, value: { agents: agents.list().filter(({ revokedAt }) => revokedAt === null) } }),
    connect: async ({ body }) => ({
      ok: true,
      value: await changes.connect({ ...body, watched: body.watched ?? [] }, by),
    }),
    changeAgent: async ({ params, body }) =>
      known(isAgentId(params.id) ? await changes.change(params.id, body, by) : null),
    disconnect: async ({ params }) => known(isAgentId(params.id) ? await changes.disconnect(params.id, by) : null),
  };
}

export function agentsHere({ parts, home, port, env, changes: agentsMade }: AgentsHereHost): AgentsHere {
  const where = () => ({
    home,
    cwd: homedir(),
    env,
    scope: 'user' as const,
    port: port(),
    timeoutSeconds: HOOK_TIMEOUT_SECONDS,
    node: process.execPath,
  });

  const look = async (): Promise<readonly FoundAgent[]> => {
    const plan = await planClaude(where());
    if (!plan.ok) {
      const { code, message, hints } = plan.fault;
      if (code === 'client-missing') return [];
      const text = [message, ...hints].join('; ');
      return [{ kind: 'claude-code', name: 'Claude Code', version: null, agent: null, changes: [], text }];
    }
    const { version, path, before, after, agent } = plan.value;
    const known = agent === null ? null : parts.agents.get(agent);
    const connected = known !== null && known.revokedAt === null && before === after;
    const change = changeOf(path, before, after);
    const changes = connected ? [] : [{ path, text: change.lines.join('\n') }];
    return [{ kind: 'claude-code', name: 'Claude Code', version, agent: connected ? agent : null, changes, text: '' }];
  };

  // A look is good for the agents it was made among. An agent is on record before its file is written: whoever looked in
  // between, as every open page does when an agent is new, would be told for half a minute that nothing is connected.
  let last: { readonly at: number; readonly among: string; readonly found: Promise<readonly FoundAgent[]> } | null =
    null;
  const among = (): string =>
    JSON.stringify(parts.agents.list().map(({ id, revokedAt, watched }) => [id, revokedAt, watched]));
  const connectHere = (by: Actor) =>
    connectClaude({
      ...where(),
      name: NAME,
      now: parts.clock.now(),
      client: clientFor(parts, agentsMade, by),
    }).finally(() => {
      last = null;
    });
  return {
    found() {
      const now = parts.clock.monotonic();
      if (last === null || now - last.at > LOOK_EVERY_MS || last.among !== among())
        last = { at: now, among: among(), found: look() };
      return last.found;
    },
    async connect(by) {
      const done = await connectHere(by);
      if (!done.ok) return done;
      const agent = parts.agents.get(done.value.agent);
      if (agent !== null) return { ok: true, value: agent };
      return { ok: false, fault: { code: 'daemon', message: 'the agent is gone again', hints: ['connect it again'] } };
    },
  };
}
