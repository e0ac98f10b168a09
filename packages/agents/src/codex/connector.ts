// Codex behind the gate: hooks required by the machine's owner, hooks that its user trusts, or a folder of its own where nothing
// but our endpoint is left to it.
import type { Connector } from '../connector.ts';
import { findCodex } from './client-binary.ts';
import { codexAgentIn, codexEdits, codexStrip, mayManage } from './edits.ts';
import { codexGaps } from './gaps.ts';
import { inspectCodex } from './inspect.ts';
import { codexProgram } from './run/program.ts';
import { settleCodex } from './settle.ts';
import { verifyCodex } from './verify/verify.ts';
import { codexAround, codexProjectFiles } from './watch/around.ts';
import { codexBypasses } from './watch/bypasses.ts';
import { codexPrograms } from './watch/programs.ts';

export const codexConnector: Connector = {
  name: 'codex',
  title: 'Codex',
  kind: 'codex',
  scopes: ['managed', 'user', 'isolated'],
  modes: (scope) => (scope === 'isolated' ? ['gateway', 'hooks'] : ['hooks']),
  known: ['0.169.0'],
  hosts: ['api.openai.com', 'auth.openai.com', 'chatgpt.com'],
  held: ['hooks.json', 'managed_config.toml', 'rules', 'prompts', 'AGENTS.md'],
  gaps: codexGaps,
  detect: findCodex,
  defaultScope: async (machine) => ((await mayManage(machine)) ? 'managed' : 'user'),
  agentIn: codexAgentIn,
  edits: codexEdits,
  settle: settleCodex,
  strip: codexStrip,
  inspect: inspectCodex,
  around: codexAround,
  projectFiles: codexProjectFiles,
  bypasses: codexBypasses,
  ownPrograms: codexPrograms,
  verify: verifyCodex,
  run: codexProgram,
};
