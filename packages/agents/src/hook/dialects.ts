// Every dialect of hooks there is, by the kind of agent that speaks it.
import type { AgentKind } from '@castellan/contract';
import { claudeCodeDialect } from '../claude-code/hook/dialect.ts';
import { codexDialect } from '../codex/hook/dialect.ts';
import { openCodeDialect } from '../opencode/hook/dialect.ts';
import type { HookDialect } from './dialect.ts';

export const hookDialects = {
  'claude-code': claudeCodeDialect,
  codex: codexDialect,
  opencode: openCodeDialect,
} as const satisfies Partial<Record<AgentKind, HookDialect>>;
