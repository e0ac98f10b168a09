// Real MCP clients of the SDK against the real daemon: over standard streams with the real `castellan mcp`, and over HTTP; and a
// server added as a person adds one. RULE: nothing here decides what should come of a call.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpStart, ModulePlan } from '@castellan/contract';
import { bareEnvironment, ROOT, runProcess, tempFolder } from '@castellan/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { add } from './add-module.ts';
import type { World } from './world.ts';

export const PROGRAM = join(ROOT, 'packages', 'cli', 'bin', 'castellan.mjs');

/** Plans, looks and adds. @returns what it was added as. */
export const addModule = async (
  it: World,
  name: string,
  start: McpStart,
  safe: readonly string[] = [],
): Promise<ModulePlan> => (await add(it, name, start, safe)).plan;

export interface McpAgent {
  readonly id: string;
  readonly credential: string;
  readonly name: string;
  /** CASTELLAN_HOME and nothing of ours. */
  readonly env: Readonly<Record<string, string>>;
}

/** `castellan connect mcp --name NAME`, by the real command. */
export async function connectMcp(it: World, name = 'client'): Promise<McpAgent> {
  const env = { ...bareEnvironment(join(it.daemon.home, '..')), CASTELLAN_HOME: it.daemon.home };
  const args = [PROGRAM, 'connect', 'mcp', '--name', name, '--json'];
  const done = await runProcess(process.execPath, args, { env, cwd: '/', timeout: 60_000 });
  expect(done.code, done.stderr).toBe(0);
  const { agent, credentialFile } = JSON.parse(done.stdout) as { agent: string; credentialFile: string };
  const { credential } = JSON.parse(readFileSync(credentialFile, 'utf8')) as { credential: string };
  return { id: agent, credential, name, env };
}

export interface Connected extends AsyncDisposable {
  readonly client: Client;
  readonly stderr: () => string;
}

type ClientOptions = ConstructorParameters<typeof Client>[1];
const SELF = { name: 'test-client', version: '1.0.0' };

/** The real `castellan mcp`, started as a client starts it. */
export async function stdioClient(
  agent: McpAgent,
  options: { readonly args?: readonly string[]; readonly cwd?: string; readonly client?: ClientOptions } = {},
): Promise<Connected> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp', '--agent', agent.name, ...(options.args ?? [])],
    env: { ...agent.env },
    cwd: options.cwd ?? tempFolder(),
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (part: Buffer) => {
    said += part.toString();
  });
  const client = new Client(SELF, options.client);
  await client.connect(transport);
  return { client, stderr: () => said, [Symbol.asyncDispose]: () => client.close() };
}

/** Streamable HTTP, with the credential as a bearer token. */
export async function httpClient(
  it: World,
  agent: Pick<McpAgent, 'credential'>,
  options: {
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly client?: ClientOptions;
  } = {},
): Promise<Connected & { readonly transport: StreamableHTTPClientTransport }> {
  const url = new URL(`http://127.0.0.1:${it.daemon.state.port}${options.path ?? '/mcp'}`);
  const headers = { authorization: `Bearer ${agent.credential}`, ...options.headers };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client(SELF, options.client);
  await client.connect(transport);
  return { client, transport, stderr: () => '', [Symbol.asyncDispose]: () => client.close() };
}

/** The texts of a tool's result. */
export const textOf = (result: unknown): string =>
  ((result as { content?: readonly { text?: string }[] }).content ?? []).map(({ text }) => text ?? '').join('\n');
