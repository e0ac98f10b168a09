// What Claude Code is told. Every word here was tried on the real client: an answer it cannot read runs the tool, so
// there is one shape for each case and no other. `updatedInput` is always the decided arguments: what runs is what was decided.
import type { Decision, JsonObject, JsonValue, Refusal } from '@castellan/contract';
import { isObject } from '../../hook/plain-json.ts';

/** H4: what happened and what the agent may do next; five different things that must not read alike. */
const NEXT: Record<Refusal, { readonly what: string; readonly next: string }> = {
  denied: {
    what: 'DENIED: this call was refused and did not run.',
    next: 'Do not repeat it and do not try to reach the same effect another way; go on with what does not need it, or ask the user.',
  },
  'timed-out': {
    what: 'TIMED OUT: nobody answered in time, so this call did not run. It was not judged to be wrong.',
    next: 'Go on with other work; you may ask for it once more later, and tell the user that it waits for their approval.',
  },
  cancelled: {
    what: 'CANCELLED: the request was withdrawn before anybody answered; this call did not run. It was not judged to be wrong.',
    next: 'You may make the call again if it is still needed.',
  },
  'not-recorded': {
    what: 'NOT RUN: this call could not be recorded, and nothing runs unrecorded.',
    next: 'Stop and tell the user that Castellan cannot write its ledger.',
  },
  failed: {
    what: 'NOT RUN: Castellan failed while it decided this call, and in doubt nothing runs.',
    next: 'You may try once more; if it happens again, stop and tell the user.',
  },
};

/** A refusal in words a model acts on: what happened, why, what would change it, what to do next, which call. */
export function refusalText(decision: Extract<Decision, { kind: 'refused' }>): string {
  const { what, next } = NEXT[decision.refusal];
  const remedy = decision.reasons[0]?.remedy;
  const more = remedy === undefined || decision.message.includes(remedy) ? [] : [`What would change it: ${remedy}`];
  return [`Castellan: ${what}`, decision.message, ...more, next, `(${decision.call})`].join('\n');
}

/** Guidelines that matched: advice beside the outcome, never part of it. */
const advice = (decision: Decision): string =>
  decision.reasons
    .filter((reason) => reason.part === 'advice')
    .map((reason) => `Castellan advises: ${reason.text}`)
    .join('\n');

const preToolUse = (fields: JsonObject): JsonObject => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', ...fields },
});

/** A decision as PreToolUse takes it. What may run runs with the decided arguments, never with those that were sent. */
export function answerPreToolUse(decision: Decision): JsonObject {
  const hints = advice(decision);
  const context = hints === '' ? {} : { additionalContext: hints };
  switch (decision.kind) {
    case 'run':
    case 'ask':
      return preToolUse({
        permissionDecision: decision.kind === 'run' ? 'allow' : 'ask',
        permissionDecisionReason: decision.message,
        updatedInput: decision.arguments,
        ...context,
      });
    case 'refused':
      return refusePreToolUse(hints === '' ? refusalText(decision) : `${refusalText(decision)}\n${hints}`);
  }
}

/** A refusal without a decision: bad input, shutting down. */
export const refusePreToolUse = (message: string): JsonObject =>
  preToolUse({ permissionDecision: 'deny', permissionDecisionReason: message === '' ? 'castellan refused' : message });

const permissionRequest = (decision: JsonObject): JsonObject => ({
  hookSpecificOutput: { hookEventName: 'PermissionRequest', decision },
});

/** The client was about to ask its user. `ask` is no answer at all: then it does. */
export function answerPermissionRequest(decision: Decision): JsonObject {
  switch (decision.kind) {
    case 'run':
      return permissionRequest({ behavior: 'allow', updatedInput: decision.arguments });
    case 'ask':
      return {};
    case 'refused':
      return refusePermissionRequest(refusalText(decision));
  }
}

/** No to a permission request, whatever was asked; it always has a text. */
export const refusePermissionRequest = (message: string): JsonObject =>
  permissionRequest({ behavior: 'deny', message: message === '' ? 'castellan refused' : message });

export type ContextEvent = 'SessionStart' | 'UserPromptSubmit' | 'SubagentStart' | 'PostToolUse' | 'PostToolUseFailure';

/** Text for the model at one of the events that take it. */
export const answerContext = (event: ContextEvent, context: string): JsonObject => ({
  hookSpecificOutput: { hookEventName: event, additionalContext: context },
});

/**
 * What the model is given instead of what the tool gave. Exactly the shape of `tool_response`: the client ignores another
 * one without a word. What a failed command said cannot be replaced at all.
 */
export const answerToolOutput = (output: JsonValue): JsonObject => ({
  hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: output },
});

/** An event that needs no answer. Never an empty body: it must read as ours. */
export const answerNothing = (): JsonObject => ({});

/** Events after which nothing can be held back any more: a refusal there would only confuse. */
const TOO_LATE: ReadonlySet<string> = new Set([
  'PostToolUse',
  'PostToolUseFailure',
  'SessionStart',
  'SessionEnd',
  'SubagentStart',
  'SubagentStop',
]);

/** Events without a tool that can be held back: what the prompt names would be read, what the settings say would count. */
const BLOCKED: ReadonlySet<string> = new Set(['UserPromptSubmit', 'UserPromptExpansion', 'ConfigChange']);

export const answerBlock = (message: string): JsonObject => ({
  decision: 'block',
  reason: message === '' ? 'castellan refused' : message,
});

/** The answer to a body that could not be parsed, by what it claims to be; in doubt it refuses a tool. */
export function refuseHook(body: unknown, message: string): JsonObject {
  const event = isObject(body) ? body.hook_event_name : undefined;
  if (event === 'PermissionRequest') return refusePermissionRequest(message);
  if (typeof event === 'string' && TOO_LATE.has(event)) return answerNothing();
  if (typeof event === 'string' && BLOCKED.has(event)) return answerBlock(message);
  return refusePreToolUse(message);
}
