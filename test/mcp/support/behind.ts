// A server behind the gateway of a fresh daemon, sorted as a test says: what a person does who knows it well.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  MCP_TOOLS,
  type McpHttp,
  type McpProcess,
  type McpStart,
  type ModulePlan,
  type ModuleSandbox,
  type PolicyView,
} from '@castellan/contract';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { plan } from '../../e2e/support/add-module.ts';
import type { World } from '../../e2e/support/world.ts';

export const httpStart = (url: string): McpHttp => ({
  kind: 'mcp-http',
  url,
  headers: {},
  oauth: 'off',
  scopes: [],
  timeoutSeconds: 60,
  concurrency: 16,
});

export const processStart = (script: string, ...args: readonly string[]): McpProcess => ({
  kind: 'mcp',
  command: process.execPath,
  args: [script, ...args],
  env: {},
  pass: [],
  timeoutSeconds: 60,
  concurrency: 16,
});

/** Every tool that it offers now is safe. */
export async function addSafe(
  it: World,
  name: string,
  start: McpStart,
  sandbox?: Partial<ModuleSandbox>,
): Promise<void> {
  const planned = await plan(it, name, start, true, sandbox);
  expect(planned.status, planned.text).toBe(200);
  const { id, lock } = planned.json() as ModulePlan;
  const safe = (lock?.definitions ?? []).filter(({ kind }) => kind === 'tool').map((each) => each.name);
  const added = await it.daemon.request('POST', '/v1/modules', { body: { plan: id, safe } });
  expect(added.status, added.text).toBe(200);
}

const ASKED_BACK: readonly string[] = [MCP_TOOLS.sampling, MCP_TOOLS.elicitation];

interface Written {
  readonly tools: {
    readonly safe: readonly object[];
    readonly critical: readonly { readonly name: string; readonly label: string }[];
  };
}

/** What the server may ask the person and the model is safe: written in the manifest by hand, looked at, accepted. */
export async function mayAsk({ daemon }: World, module: string): Promise<void> {
  const file = join(daemon.home, 'modules', `${module}.yaml`);
  const written = parse(readFileSync(file, 'utf8')) as Written;
  const { safe, critical } = written.tools;
  const asking = critical.filter(({ name }) => ASKED_BACK.includes(name));
  const tools = {
    ...written.tools,
    safe: [...safe, ...asking.map(({ name, label }) => ({ name, label, effects: [] }))],
    critical: critical.filter(({ name }) => !ASKED_BACK.includes(name)),
  };
  writeFileSync(file, stringify({ ...written, tools }));
  const change = async (body: unknown): Promise<void> => {
    const done = await daemon.request('POST', '/v1/policy', { body });
    expect(done.status, done.text).toBe(200);
  };
  await change({ change: 'reload' });
  const { modules } = (await daemon.request('GET', '/v1/policy')).json() as PolicyView;
  await change({ change: 'accept', module, digest: modules.find(({ manifest: { name } }) => name === module)?.digest });
}
