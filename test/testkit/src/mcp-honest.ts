// An honest MCP server for tests, made with the SDK: tools, resources, prompts and completion that each show one thing of
// the protocol. Both eras: what it asks of a client it asks by `inputRequired`, which the SDK turns into requests for older ones.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';

/** What a test may want otherwise. */
export interface HonestOptions {
  /** @default 'honest' */
  readonly name?: string;
  readonly version?: string;
  readonly instructions?: string;
  /** Tools a page. @default all */
  readonly pageSize?: number;
  /** Only these tools. */
  readonly only?: readonly string[];
  /** Put over the definitions of tools, by name: what a rug-pull changes. */
  readonly change?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further tools, answered like `echo`. */
  readonly add?: readonly Tool[];
  /** A JSON file with more of these, read at each list: the same command line offers something else. */
  readonly variant?: string;
}

const text = (...lines: readonly string[]): CallToolResult => ({
  content: lines.map((line) => ({ type: 'text', text: line })),
});
const schema = (properties: Record<string, { type: string }> = {}, required = Object.keys(properties)) => ({
  type: 'object' as const,
  properties: { ...properties },
  required: [...required],
});
const STRING = { type: 'string' };
const NUMBER = { type: 'number' };

const TOOLS: readonly Tool[] = [
  { name: 'echo', description: 'Says the text again', inputSchema: schema({ text: STRING }) },
  {
    name: 'add',
    description: 'Adds two numbers',
    inputSchema: schema({ a: NUMBER, b: NUMBER }),
    outputSchema: schema({ sum: NUMBER }),
    annotations: { readOnlyHint: true },
  },
  { name: 'count', description: 'Counts, reporting progress', inputSchema: schema({ to: NUMBER, ms: NUMBER }, ['to']) },
  { name: 'slow', description: 'Answers after a while', inputSchema: schema({ ms: NUMBER }) },
  { name: 'big', description: 'Answers with so many characters', inputSchema: schema({ size: NUMBER }) },
  { name: 'fail', description: 'Fails as a tool does', inputSchema: schema() },
  { name: 'crash', description: 'Ends the server', inputSchema: schema() },
  { name: 'environment', description: 'Tells its variables, process and folder', inputSchema: schema() },
  { name: 'log', description: 'Writes to its log and to standard error', inputSchema: schema({ text: STRING }) },
  { name: 'ask', description: 'Asks the person something', inputSchema: schema({ question: STRING }) },
  { name: 'think', description: 'Asks the model something', inputSchema: schema({ prompt: STRING }) },
  { name: 'roots', description: 'Asks for the folders', inputSchema: schema() },
  { name: 'touch', description: 'Says a resource has changed', inputSchema: schema({ uri: STRING }) },
  { name: 'reload', description: 'Says its lists have changed', inputSchema: schema() },
  {
    name: 'child',
    description: 'Starts a process that stays',
    inputSchema: schema({ escape: { type: 'boolean' } }, []),
  },
  { name: 'last-cancelled', description: 'Whether a slow call was cancelled', inputSchema: schema() },
];

const LANGUAGES = ['english', 'estonian', 'french', 'german'];

/** What calls leave behind, for `last-cancelled`: shared by the instances that serve one process. */
let cancelled = 0;

const named = (name: unknown): string => (typeof name === 'string' ? name : '');

async function ask(
  context: ServerContext,
  request: Parameters<typeof inputRequired>[0]['inputRequests'],
): Promise<CallToolResult | InputRequiredResult> {
  const view = inputResponse(context.mcpReq.inputResponses, 'it');
  if (view.kind === 'missing') return inputRequired({ inputRequests: { ...request }, requestState: 'asked' });
  return text(JSON.stringify(view));
}

async function call(
  name: string,
  given: Readonly<Record<string, unknown>>,
  context: ServerContext,
  server: Server,
): Promise<CallToolResult | InputRequiredResult> {
  const number = (key: string, otherwise = 0): number => Number(given[key] ?? otherwise);
  const { mcpReq } = context;
  switch (name) {
    case 'add': {
      const sum = number('a') + number('b');
      return { ...text(String(sum)), structuredContent: { sum } };
    }
    case 'count': {
      const progressToken = mcpReq._meta?.progressToken;
      for (let progress = 1; progress <= number('to'); progress++) {
        await wait(number('ms', 1));
        if (progressToken !== undefined)
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: number('to'), message: `step ${progress}` },
          });
      }
      return text(`counted to ${number('to')}`);
    }
    case 'slow':
      try {
        await wait(number('ms'), undefined, { signal: mcpReq.signal });
      } catch {
        cancelled += 1;
      }
      return text('slowly');
    case 'last-cancelled':
      return text(String(cancelled));
    case 'big':
      return text('x'.repeat(number('size')));
    case 'fail':
      return { ...text('it did not work'), isError: true };
    case 'crash':
      return process.exit(7);
    case 'environment':
      return text(JSON.stringify({ env: process.env, pid: process.pid, cwd: process.cwd(), args: process.argv }));
    case 'log':
      process.stderr.write(`${named(given.text)}\n`);
      await mcpReq.notify({
        method: 'notifications/message',
        params: { level: 'warning', data: named(given.text) },
      });
      return text('logged');
    case 'ask':
      return ask(context, {
        it: inputRequired.elicit({
          message: named(given.question),
          requestedSchema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] },
        }),
      });
    case 'think':
      return ask(context, {
        it: inputRequired.createMessage({
          messages: [{ role: 'user', content: { type: 'text', text: named(given.prompt) } }],
          maxTokens: 100,
        }),
      });
    case 'roots':
      return ask(context, { it: inputRequired.listRoots() });
    case 'touch':
      await server.sendResourceUpdated({ uri: named(given.uri) });
      return text('touched');
    case 'reload':
      await server.sendToolListChanged();
      return text('reloaded');
    case 'child': {
      const leaves = given.escape === true;
      const child = spawn('sleep', ['600'], { stdio: 'ignore', detached: leaves });
      child.unref();
      return text(String(child.pid));
    }
    default:
      return text(named(given.text));
  }
}

const NOTES: Readonly<Record<string, string>> = { 'note://one': 'the first note', 'note://two': 'the second note' };

export function honestServer(given: HonestOptions): Server {
  const options = (): HonestOptions =>
    given.variant === undefined
      ? given
      : { ...given, ...(JSON.parse(readFileSync(given.variant, 'utf8')) as HonestOptions) };
  const first = options();
  const server = new Server(
    { name: first.name ?? 'honest', version: first.version ?? '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
      },
      ...(first.instructions !== undefined && { instructions: first.instructions }),
    },
  );
  const tools = (): readonly Tool[] => {
    const { only, change = {}, add = [] } = options();
    const kept = TOOLS.filter(({ name }) => only === undefined || only.includes(name));
    return [...kept, ...add].map((tool) => ({ ...tool, ...change[tool.name] }) as Tool);
  };
  server.setRequestHandler('tools/list', ({ params }) => {
    const all = tools();
    const { pageSize = all.length } = options();
    const from = Number(params?.cursor ?? 0);
    const next = from + pageSize;
    return { tools: all.slice(from, next), ...(next < all.length && { nextCursor: String(next) }) };
  });
  server.setRequestHandler('tools/call', ({ params }, context) =>
    call(params.name, params.arguments ?? {}, context, server),
  );
  server.setRequestHandler('resources/list', () => ({
    resources: Object.keys(NOTES).map((uri) => ({ uri, name: uri.slice(7), mimeType: 'text/plain' })),
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [{ uriTemplate: 'note://{name}', name: 'note', description: 'A note by its name' }],
  }));
  server.setRequestHandler('resources/read', ({ params: { uri } }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: NOTES[uri] ?? `no note at ${uri}` }],
  }));
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
  server.setRequestHandler('prompts/list', () => ({
    prompts: [
      {
        name: 'greet',
        description: 'Greets somebody',
        arguments: [{ name: 'who', required: true }, { name: 'language' }],
      },
    ],
  }));
  server.setRequestHandler('prompts/get', ({ params }) => ({
    description: 'A greeting',
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${params.arguments?.who ?? 'nobody'}` } }],
  }));
  server.setRequestHandler('completion/complete', ({ params }) => ({
    completion: { values: LANGUAGES.filter((language) => language.startsWith(params.argument.value)) },
  }));
  server.setRequestHandler('logging/setLevel', () => ({}));
  return server;
}
