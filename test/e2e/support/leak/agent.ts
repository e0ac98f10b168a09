// An agent that puts a text wherever it may put one. What it was told is what left; the members that give it back its own
// arguments to run with are the ones a table of the product lets through (packages/daemon/src/exits/verbatim.ts).
import type { HttpResponse } from '@castellan/testkit';
import { preToolUse, type TestAgent, type World } from '../world.ts';
import type { Left } from './exits.ts';

const OWN = new Set(['updatedInput', 'arguments']);

/** An answer to an agent, without its own arguments. */
export function toldTo(exit: string, { text, headers }: HttpResponse): Left {
  const rest = `${JSON.stringify(headers)}\n`;
  try {
    const bare: unknown = JSON.parse(text, (key, value) => (OWN.has(key) ? null : value));
    return { exit, text: rest + JSON.stringify(bare) };
  } catch {
    return { exit, text: rest + text };
  }
}

/** As a header may hold it. */
const header = (text: string): string => text.replace(/[^\x21-\x7e]/g, '_');
const half = (text: string): readonly [string, string] => [
  text.slice(0, Math.floor(text.length / 2)),
  text.slice(Math.floor(text.length / 2)),
];

let count = 0;

export interface Talker extends TestAgent {
  /** What its model client has. */
  readonly modelKey: string;
}

export async function say(it: World, agent: Talker, text: string, raw: string): Promise<readonly Left[]> {
  const n = ++count;
  const session = `s${n % 5}`;
  const [first, second] = half(raw);
  const todo = (input: unknown, more: Record<string, unknown> = {}) => ({
    ...preToolUse('TodoWrite', input, { session, id: `toolu_${n}_${Math.random()}` }),
    ...more,
  });
  const hooks: readonly (readonly [string, unknown, Readonly<Record<string, string>>?])[] = [
    ['argument', todo({ todos: [{ content: `the ${text} here`, status: 'pending' }] })],
    ['name of a member', todo({ todos: [], [text]: 1 })],
    ['nested', todo({ todos: [{ a: [{ b: { c: text } }] }] })],
    ['split over an array', todo({ todos: [first, second] })],
    ['split over members', todo({ todos: [], a: first, b: second })],
    ['end of a long argument', todo({ todos: [], a: `${'x'.repeat(150)}${text}` })],
    ['working folder', todo({ todos: [] }, { cwd: `/tmp/${text.replaceAll('\0', '')}`.slice(0, 4000) })],
    ['session', todo({ todos: [] }, { session_id: text.slice(0, 200).length < text.length ? session : text })],
    ['call id', todo({ todos: [] }, { tool_use_id: text.length > 200 ? `toolu_${n}x` : text })],
    ['tool', todo({ todos: [] }, { tool_name: text })],
    [
      'tool of a server',
      todo({ todos: [] }, { tool_name: `mcp__x__${text}`, mcp_server: { name: 'x', source: 'user' } }),
    ],
    ['sub-agent', todo({ todos: [] }, { agent_id: 'a1', agent_type: text.slice(0, 200) })],
    ['transcript', todo({ todos: [] }, { transcript_path: text })],
    ['event', todo({ todos: [] }, { hook_event_name: text })],
    ['prompt', { session_id: `p${n}`, cwd: '/tmp', hook_event_name: 'UserPromptSubmit', prompt: `do ${text} now` }],
    ['task', todo({ todos: [] }, { session_id: `t${n}` }), { 'x-castellan-task': encodeURIComponent(text) }],
    ['user agent', todo({ todos: [] }), { 'user-agent': header(text) }],
    ['own header', todo({ todos: [] }), { 'x-castellan-entrypoint': header(text), 'x-anything': header(text) }],
    ['no object', text],
    ['broken', `{"hook_event_name":"PreToolUse","a":${JSON.stringify(text)}`],
    [
      'subagent start',
      { ...todo({}), hook_event_name: 'SubagentStart', agent_id: 'a', agent_type: text.slice(0, 200) },
    ],
    ['session end', { session_id: `p${n}`, cwd: '/tmp', hook_event_name: 'SessionEnd', reason: text.slice(0, 200) }],
    ['error', { ...todo({ todos: [] }), hook_event_name: 'PostToolUseFailure', error: `failed: ${text}` }],
    ...results(text, raw).map(
      ([what, response]) =>
        [
          `result ${what}`,
          { ...todo({ todos: [] }), hook_event_name: 'PostToolUse', tool_response: response },
        ] as const,
    ),
  ];
  const left: Left[] = [];
  for (const [what, body, headers] of hooks)
    left.push(toldTo(`answer to a hook (${what})`, await agent.hook(body, headers ?? {})));
  return [...left, ...(await ask(it, agent, text, n))];
}

const results = (text: string, raw: string): readonly (readonly [string, unknown])[] => {
  const [first, second] = half(raw);
  return [
    ['of a command', { stdout: `a ${text} b`, stderr: text, interrupted: false, isImage: false }],
    ['of a file', { type: 'text', file: { filePath: '/x', content: `1\n${text}\n`, numLines: 2 } }],
    ['of a server', [{ type: 'text', text: `x ${text}` }]],
    ['in a name', { [text]: { [text]: [text] } }],
    [
      'in pieces',
      [
        { type: 'text', text: first },
        { type: 'text', text: second },
      ],
    ],
    ['with half a letter', { stdout: `\ud83d ${text}`, stderr: '' }],
  ];
};

async function ask({ daemon }: World, agent: Talker, text: string, n: number): Promise<readonly Left[]> {
  const calls = { token: agent.credential };
  const call = { tool: 'TodoWrite', input: { todos: [text] }, cwd: '/tmp', session: `api${n % 5}` };
  const checked = await daemon.request('POST', '/v1/calls', { ...calls, body: { ...call, turn: text.slice(0, 200) } });
  const id = (JSON.parse(checked.text) as { call?: string }).call ?? 'call_none';
  const path = encodeURIComponent(text).slice(0, 2000);
  const models = { token: agent.modelKey };
  const requests: readonly (readonly [string, Promise<HttpResponse>])[] = [
    [
      'an outcome',
      daemon.request('POST', `/v1/calls/${id}/outcome`, {
        ...calls,
        body: { status: 'failed', text: `no: ${text}`.slice(0, 2000), result: { a: text } },
      }),
    ],
    ['a call of its own', daemon.request('GET', `/v1/calls/${id}`, calls)],
    [
      'a call with a task',
      daemon.request('POST', '/v1/calls', { ...calls, body: { ...call, task: text.slice(0, 200) } }),
    ],
    [
      'a call of no tool',
      daemon.request('POST', '/v1/calls', { ...calls, body: { ...call, tool: text.slice(0, 300) } }),
    ],
    ['a field nobody knows', daemon.request('POST', '/v1/calls', { ...calls, body: { ...call, [text]: text } })],
    ['a value nobody takes', daemon.request('POST', '/v1/calls', { ...calls, body: { ...call, mode: text } })],
    ['a path nobody knows', daemon.request('GET', `/v1/${path}`, calls)],
    ['a path that is none', daemon.request('GET', `/v1/%zz${path}`, calls)],
    ['a call nobody made', daemon.request('GET', `/v1/calls/${path}`, calls)],
    ['a query', daemon.request('GET', `/v1/ledger?limit=${path}`, {})],
    ['a credential that is none', daemon.request('GET', '/v1/status', { token: header(text) })],
    ['another host', daemon.request('GET', '/v1/status', { headers: { host: header(text) } })],
    [
      'a model server nobody declared',
      daemon.request('POST', `/model/${path}/v1/x`, { ...models, body: { model: text } }),
    ],
    [
      'a model request',
      daemon.request('POST', '/model/nowhere/v1/messages', { ...models, body: { model: text, [text]: text } }),
    ],
    [
      'a model request that is none',
      daemon.request('POST', '/model/nowhere/v1/messages', { ...models, body: `{"a":${JSON.stringify(text)}` }),
    ],
    ['an approval nobody asked', daemon.request('GET', `/v1/approvals/${path}`)],
  ];
  const left: Left[] = [toldTo('answer to a call', checked)];
  for (const [what, response] of requests) left.push(toldTo(`answer to ${what}`, await response));
  return left;
}
