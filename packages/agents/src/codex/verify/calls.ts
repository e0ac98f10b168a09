// The canaries' calls, as the models of Codex make them.
import type { CanaryCall } from '../../canary/script.ts';
import { canaryPrompt } from '../../canary/script.ts';

export const run = (cmd: string): CanaryCall => ({ tool: 'exec_command', input: { cmd } });
export const touch = (path: string): CanaryCall => run(`touch '${path}'`);
export const addFile = (path: string): CanaryCall => ({
  tool: 'apply_patch',
  input: `*** Begin Patch\n*** Add File: ${path}\n+a canary that must never be here\n*** End Patch\n`,
});
/** In code mode. */
export const nested = (path: string): CanaryCall => ({
  tool: 'exec',
  input: `try { text(JSON.stringify(await tools.exec_command({ cmd: ${JSON.stringify(`touch '${path}'`)} }))); } catch (error) { text('threw ' + error); }`,
});
/** By a sub-agent, which is waited for. */
export const bySubagent = (path: string): readonly CanaryCall[] => [
  {
    tool: 'spawn_agent',
    namespace: 'multi_agent_v1',
    input: { message: canaryPrompt({ turns: [[touch(path)]], text: 'done' }) },
  },
  {
    tool: 'wait_agent',
    namespace: 'multi_agent_v1',
    input: { targets: [{ $after: '"agent_id":"' }], timeout_ms: 30_000 },
  },
];
/** A tool of the workspace, by our endpoint. */
export const ours = (tool: string, input: Readonly<Record<string, string>>): CanaryCall => ({
  tool: `workspace__${tool}`,
  namespace: 'mcp__castellan',
  input: { ...input },
});
