// OpenCode behind the gate. In its own settings a plug-in asks about every tool it has; started by `run` it has none of its own,
// and the gateway's in their place.
import type { Connector } from '../connector.ts';
import { findOpenCode } from './client.ts';
import { openCodeAgentIn, openCodeEdits, openCodeStrip } from './edits.ts';
import { openCodeGaps } from './gaps.ts';
import { openCodeProgram } from './run/program.ts';
import { verifyOpenCode } from './verify/verify.ts';
import { openCodeAround, projectFiles } from './watch/around.ts';
import { openCodeBypasses } from './watch/bypasses.ts';
import { inspectOpenCode } from './watch/inspect.ts';
import { openCodePrograms } from './watch/programs.ts';

export const openCodeConnector: Connector = {
  name: 'opencode',
  title: 'OpenCode',
  kind: 'opencode',
  scopes: ['user', 'isolated', 'managed'],
  modes: (scope) => (scope === 'isolated' ? ['gateway', 'hooks'] : ['hooks']),
  known: ['1.18.33'],
  hosts: ['models.dev', 'api.anthropic.com', 'api.openai.com'],
  gaps: openCodeGaps,
  detect: findOpenCode,
  defaultScope: () => Promise.resolve('user'),
  agentIn: openCodeAgentIn,
  edits: openCodeEdits,
  strip: openCodeStrip,
  inspect: inspectOpenCode,
  around: openCodeAround,
  projectFiles,
  bypasses: openCodeBypasses,
  ownPrograms: openCodePrograms,
  verify: verifyOpenCode,
  run: openCodeProgram,
};
