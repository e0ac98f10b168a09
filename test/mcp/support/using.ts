// What a client does with the suite's server in each scenario: the same with a bare client of the SDK and with one behind the
// gateway.
import { Client, type ClientOptions, type Transport } from '@modelcontextprotocol/client';
import type { Task } from './control.ts';

const OPTIONS: ClientOptions = {
  capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
  versionNegotiation: { mode: 'auto' },
};

type Act = (client: Client, task: Task) => Promise<unknown>;

const call = (client: Client, name: string, given: Record<string, unknown> = {}) =>
  client.callTool({ name, arguments: given });

const SAMPLES: Readonly<Record<string, unknown>> = { string: 'us-west1', number: 1, object: {}, array: [], null: null };

/** Arguments that a flat schema takes, so that nothing but the tool itself is a reason not to call it. */
const fitting = (schema: { readonly properties?: object | undefined }): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, { type }]: [string, { type: string }]) => [
      name,
      SAMPLES[type],
    ]),
  );

const ACTS: Readonly<Record<string, Act>> = {
  initialize: (client) => client.listTools(),
  tools_call: (client) => call(client, 'add_numbers', { a: 2, b: 3 }),
  'request-metadata': (client) => client.listTools(),
  'sse-retry': (client) => call(client, 'test_reconnection'),
  'elicitation-sep1034-client-defaults': (client) => call(client, 'test_client_elicitation_defaults'),
  'json-schema-ref-no-deref': (client) => client.listTools(),
  'sep-2322-client-request-state': async (client) => {
    for (const name of ['echo_state', 'no_state', 'unrelated', 'no_result_type'])
      await call(client, `test_mrtr_${name}`);
  },
  'http-standard-headers': async (client) => {
    for (const { name } of (await client.listTools()).tools) await call(client, name);
    for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
    for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
  },
  'http-custom-headers': async (client, { context }) => {
    await client.listTools();
    for (const { name, arguments: given } of context.toolCalls ?? []) await call(client, name, given);
  },
  'http-invalid-tool-headers': async (client) => {
    for (const { name, inputSchema } of (await client.listTools()).tools)
      await call(client, name, fitting(inputSchema)).catch(() => undefined);
  },
  'json-schema-2020-12-preservation': async (client) => {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    await call(client, 'json_schema_echo', { schema });
  },
};

export const SCENARIOS = Object.keys(ACTS);

export async function useServer(task: Task, transport: Transport): Promise<void> {
  const client = new Client({ name: 'test-client', version: '1.0.0' }, OPTIONS);
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: task.scenario.startsWith('sep-2322') ? { confirmed: true } : {},
  }));
  await client.connect(transport);
  try {
    await ACTS[task.scenario]?.(client, task);
  } finally {
    await client.close();
  }
}
