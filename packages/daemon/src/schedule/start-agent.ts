// A schedule's agent: started as `castellan run` starts it, with nobody at the terminal, and killed with everything it
// started when its minutes are over. What it does takes the same road as ever: it is the same agent, by the same hooks.
import { homedir } from 'node:os';
import { type Headless, headlessFault, machineHere, runAgentHeadless } from '@castellan/agents';
import { type AgentId, type Session, sessionSchema } from '@castellan/contract';
import { makeModelKey } from '../identity/index.ts';
import type { Parts } from '../surfaces/index.ts';
import type { AgentTarget, Beginning, Came, Starter } from './targets.ts';

export interface AgentHost {
  readonly parts: Parts;
  readonly home: string;
  readonly port: () => number;
  readonly env: { readonly [name: string]: string | undefined };
}

/** Agents that schedules run at the same time. */
const MAX_AGENTS = 4;
/** Of what it printed, the end. */
const MAX_SAID = 400;
const CONNECT = 'connect the agent again: `castellan connect`';

export function agentStarter(host: AgentHost): Starter<AgentTarget> {
  const { agents, clock, canaries } = host.parts;
  let going = 0;
  return {
    async obstacle({ agent: id, workspace }) {
      const agent = agents.get(id);
      if (agent === null || agent.revokedAt !== null) return { why: 'there is no such agent any more', hint: CONNECT };
      if (canaries.frozen(id) !== null)
        return { why: `agent \`${agent.name}\` is frozen`, hint: 'look at what it did, then `castellan thaw`' };
      if (going >= MAX_AGENTS)
        return { why: `${going} agents are run by schedules already`, hint: 'wait until one has ended' };
      const why = await headlessFault(host.home, id, workspace);
      return why === null ? null : { why, hint: CONNECT };
    },
    start(target, beginning, signal) {
      going += 1;
      const ending = new AbortController();
      const end = (): void => ending.abort();
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      let late = false;
      const stop = clock.after(target.minutes * 60_000, () => {
        late = true;
        end();
      });
      const ended = run(host, target, beginning, ending.signal, () => late).finally(() => {
        going -= 1;
        stop();
        signal.removeEventListener('abort', end);
      });
      return Promise.resolve({ ended });
    },
  };
}

/** A UUID of version 4, as the client wants its session named. */
function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

async function run(
  { parts, home, port, env }: AgentHost,
  { agent, prompt, workspace, minutes, modelUpstream }: AgentTarget,
  { name, by }: Beginning,
  signal: AbortSignal,
  late: () => boolean,
): Promise<Came> {
  const sessionId = uuidOf(parts.clock.random(16));
  const userHome = homedir();
  const done = await runAgentHeadless({
    agent,
    prompt,
    sessionId,
    signal,
    task: name,
    machine: machineHere({ home, userHome, cwd: workspace, env: { HOME: userHome, ...env } }),
    port: port(),
    // Whoever made the schedule is told of what waits, and answers it where they are.
    confirm: 'wait',
    run: parts.clock.random(16).toString('hex'),
    walls: { asked: false, config: parts.policy.policy.config.sandbox },
    ...(modelUpstream !== undefined && { modelUpstream }),
    client: {
      agents: () => Promise.resolve({ ok: true, value: { agents: [...parts.agents.list()] } }),
      modelKey: async ({ params: { id } }) => {
        const key = await makeModelKey(parts, id as AgentId, by);
        return key === null
          ? { ok: false, error: { kind: 'api', status: 404, error: { error: 'not_found', message: 'no such agent' } } }
          : { ok: true, value: { agent: id as AgentId, key } };
      },
    },
  });
  const session = await sessionOf(parts, agent, sessionId);
  const found = session === null ? {} : { session: session.id };
  if (!done.ok) return { outcome: 'failed', text: [done.fault.message, ...done.fault.hints].join('; ') };
  return {
    ...found,
    ...cameOf(done.value, late() ? `killed after ${minutes} minutes` : 'ended early', parts.exits.text),
  };
}

function cameOf(end: Headless, killed: string, hidden: (text: string) => string): Came {
  if (end.kind === 'failed') return { outcome: 'failed', text: `${end.title} did not start: ${end.message}` };
  // Hidden before it is cut: half a secret is known to nobody.
  const said = hidden(end.output).replaceAll(/\s+/g, ' ').trim().slice(-MAX_SAID);
  const how = end.kind === 'killed' ? killed : end.code === 0 ? '' : `exit code ${end.code}`;
  const text = [how, ...end.said.map(hidden), said].filter((part) => part !== '').join(': ');
  return { outcome: end.kind === 'exited' && end.code === 0 ? 'succeeded' : 'failed', text };
}

/** The session its hooks reported; null: it called nothing. */
async function sessionOf({ store }: Parts, agent: AgentId, externalId: string): Promise<Session | null> {
  const row = await store.db
    .selectFrom('sessions')
    .select('data')
    .where('agent', '=', agent)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row === undefined ? null : sessionSchema.parse(JSON.parse(row.data));
}
