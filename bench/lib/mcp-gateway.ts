// A daemon whose gateway has servers, and an agent that may use them: what the MCP benchmarks stand on.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { McpStart, ModulePlan } from '@castellan/contract';
import { inRoot, run } from '../../tools/lib/run.ts';
import { type BenchDaemon, benchDaemon } from './daemon.ts';
import type { Program } from './mcp-client.ts';

export interface BenchGateway extends AsyncDisposable {
  readonly daemon: BenchDaemon;
  /** `echo` of it is safe. */
  add(name: string, start: McpStart): Promise<void>;
  /** What a client starts. */
  readonly program: (module: string) => Program;
  /** Of one module's endpoint; without a name, of all of them together. */
  readonly address: (module?: string) => string;
  readonly headers: Readonly<Record<string, string>>;
}

const command = inRoot('packages', 'cli', 'bin', 'castellan.mjs');

export async function benchGateway(options?: { readonly inspected: boolean }): Promise<BenchGateway> {
  const daemon = await benchDaemon(options);
  const env = { HOME: daemon.home, CASTELLAN_HOME: join(daemon.home, 'state') };
  const project = join(daemon.home, 'project');
  mkdirSync(project);
  const made = await run(process.execPath, [command, 'connect', 'mcp', '--name', 'bench', '--json'], {
    env,
    cwd: project,
    output: 'keep',
  });
  const text = made.output.slice(made.output.indexOf('{'));
  const { credentialFile } = JSON.parse(text) as { credentialFile: string };
  const { credential } = JSON.parse(readFileSync(credentialFile, 'utf8')) as { credential: string };
  return {
    daemon,
    async add(name, start) {
      const plan = (await daemon.request('POST', '/v1/modules/plan', { name, start, look: true })) as ModulePlan;
      await daemon.request('POST', '/v1/modules', { plan: plan.id, safe: ['echo'] });
    },
    program: (module) => ({
      command: process.execPath,
      args: [command, 'mcp', '--agent', 'bench', '--module', module],
      env,
    }),
    address: (module) => `http://127.0.0.1:${daemon.state.port}/mcp${module === undefined ? '' : `/${module}`}`,
    headers: { authorization: `Bearer ${credential}` },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
