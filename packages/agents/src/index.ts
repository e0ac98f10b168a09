// The public face of agents.
export { type CanaryReply, canaryReply } from './claude-code/canary/reply.ts';
export {
  answerContext,
  answerNothing,
  answerPermissionRequest,
  answerPreToolUse,
  type ContextEvent,
  refuseHook,
  refusePermissionRequest,
  refusePreToolUse,
} from './claude-code/hook/answers.ts';
export type { ClaudeHookEvent, Subagent } from './claude-code/hook/event.ts';
export { parseClaudeHook } from './claude-code/hook/parse.ts';
export { type SafetyFacts, safetyContext } from './claude-code/hook/safety-context.ts';
