// What the policy says of one call that nobody makes: the same analyse, decide and summarise the gate uses.
import {
  type Call,
  type Effect,
  faulty,
  type JsonObject,
  jsonObjectSchema,
  NEW_SESSION,
  type Parsed,
  parsed,
  parserOf,
  parseToolName,
  type Verdict,
} from '@castellan/contract';
import { analyse, decide, summarise } from '@castellan/policy';
import type { Loaded } from './load.ts';

export interface Question {
  readonly tool: string;
  readonly input: JsonObject;
  readonly cwd: string;
}
export interface Judged {
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly verdict: Verdict;
  readonly summary: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A line of `try --jsonl`. Other fields are the asker's own (an id, a label). `input` may not be left out: a misspelt one
 * must not be judged as no input.
 */
export function parseQuestion(value: unknown, cwd: string): Parsed<Question> {
  if (!isObject(value)) return faulty({ path: '', message: 'a line is a JSON object: `{"tool", "input", "cwd"}`' });
  const input = parserOf(jsonObjectSchema)(value.input);
  const folder = value.cwd ?? cwd;
  const agent = value.agent;
  const faults = [
    ...(typeof value.tool === 'string' && value.tool !== ''
      ? []
      : [{ path: 'tool', message: 'a tool name is missing' }]),
    ...(input.ok ? [] : [{ path: 'input', message: 'the input is missing or no object' }]),
    ...(typeof folder === 'string' && folder.startsWith('/')
      ? []
      : [{ path: 'cwd', message: 'the folder is not absolute' }]),
    ...(agent === undefined || typeof agent === 'string' ? [] : [{ path: 'agent', message: 'the agent is not text' }]),
  ];
  if (faults.length > 0 || !input.ok || typeof value.tool !== 'string' || typeof folder !== 'string') {
    return faulty(...faults);
  }
  return parsed({ tool: value.tool, input: input.value, cwd: folder });
}

export interface JudgeOptions {
  readonly now: number;
  readonly interactive: boolean;
  /** The module a bare tool name belongs to: the agent's own. */
  readonly builtInModule: string;
}

export function judge(
  { tool, input, cwd }: Question,
  { policy, facts }: Loaded,
  options: JudgeOptions,
): Parsed<Judged> {
  const ref = parseToolName(tool, options.builtInModule);
  if (!ref.ok) return ref;
  const call: Call = {
    id: 'call_tried00',
    agent: 'agent_tried00',
    task: 'task_tried00',
    session: 'session_tried00',
    ...ref.value,
    arguments: input,
    cwd,
    workspace: cwd,
    origin: 'api',
    at: options.now,
  };
  const effects = analyse(call, policy, facts);
  const { interactive, now } = options;
  const verdict = decide({ call, effects, policy, session: { ...NEW_SESSION, interactive }, grants: [], now });
  return parsed({ call, effects, verdict, summary: summarise(call, effects, policy).summary });
}
