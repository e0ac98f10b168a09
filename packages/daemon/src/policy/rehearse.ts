// What would be decided of a call that nobody makes: the gate's own analyse and decide, over the same facts. Nothing is
// counted, recorded or remembered.
import {
  type Call,
  type Effect,
  type Facts,
  type Grant,
  type JsonObject,
  NEW_SESSION,
  type Parsed,
  type Preset,
  parsed,
  parseToolName,
  type Verdict,
} from '@castellan/contract';
import { readPolicy, shippedPolicyFolder } from '@castellan/facts';
import { analyse, compilePolicy, decide, type Policy, type Summary, summarise } from '@castellan/policy';

export interface Rehearsal {
  readonly tool: string;
  readonly input: JsonObject;
  readonly cwd: string;
  readonly agent: Call['agent'] | undefined;
  /** A person sits at the agent's terminal. */
  readonly attended: boolean;
}

export interface RehearsalFacts {
  readonly policy: Policy;
  readonly facts: Facts;
  readonly ownPorts: readonly number[];
  readonly now: number;
  grants(call: Pick<Call, 'agent' | 'tool'>): readonly Grant[];
}

export interface Rehearsed extends Summary {
  readonly verdict: Verdict;
  readonly effects: readonly Effect[];
}

/** The module that a bare tool name belongs to. */
const BUILT_IN = 'claude-code';
const NOBODY: Call['agent'] = 'agent_tried00';

export function rehearse(
  { tool, input, cwd, agent, attended }: Rehearsal,
  { policy, facts, ownPorts, grants, now }: RehearsalFacts,
): Parsed<Rehearsed> {
  const ref = parseToolName(tool, BUILT_IN);
  if (!ref.ok) return ref;
  const call: Call = {
    id: 'call_tried00',
    agent: agent ?? NOBODY,
    task: 'task_tried00',
    session: 'session_tried00',
    ...ref.value,
    arguments: input,
    cwd,
    workspace: cwd,
    origin: 'api',
    at: now,
  };
  const session = { ...NEW_SESSION, interactive: attended };
  const effects = analyse(call, policy, facts);
  const verdict = decide({ call, effects, policy, ownPorts, session, grants: grants(call), now });
  return parsed({ verdict, effects, ...summarise(call, effects, policy) });
}

/** The policy of the folder as it would be under another preset. */
export function withPreset(folder: string, preset: Preset): Parsed<Policy> {
  const source = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
  if (!source.ok) return source;
  return compilePolicy({ ...source.value, config: { ...source.value.config, preset } });
}
