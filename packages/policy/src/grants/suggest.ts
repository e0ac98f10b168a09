// The widths a person may grant beside an approval, each saying exactly what it would newly allow and when it ends (H8).
// Nothing is offered where a Critical or Strict rule matched: no grant could change that outcome. Where an effect is not
// certain only the very same arguments are offered, because everything wider would cover what nobody has seen.
import type { ArgumentPattern, Call, Effect, Grant, GrantRequest, GrantSuggestion, Verdict } from '@castellan/contract';
import { riskyEffects } from '../decide/safe.ts';
import type { Policy, ToolInfo } from '../policy.ts';
import { quoted, shortened } from '../text/visible.ts';
import { toolOf } from '../tools.ts';
import { areGrantable, coversTool } from './covers.ts';
import { familiesOf, familiesText } from './families.ts';
import { patternsFor } from './patterns.ts';

export function isGuarded(verdict: Verdict): boolean {
  return verdict.reasons.some((reason) => reason.part === 'floor');
}

/**
 * The grants that a card may offer beside an approval, narrowest first, each with the words that say what it would newly allow
 * and when it ends. Empty where nothing is asked, or where a floor asks: no grant lifts that.
 */
export function suggestGrants(
  call: Call,
  effects: readonly Effect[],
  verdict: Verdict,
  policy: Policy,
): readonly GrantSuggestion[] {
  if (isGuarded(verdict) || verdict.outcome === 'allow') return [];
  const info = toolOf(policy, call.module, call.tool);
  const risky = riskyEffects(info, effects);
  const uncertain = !areGrantable(call, effects, info) || verdict.toolClass === 'unclassified';
  const families = uncertain ? undefined : [...familiesOf(call, risky)];
  const context: Context = { call, info, families };
  const suggestions = [sameCall(context)];
  if (families !== undefined && families.length > 0) {
    suggestions.push(...patternsFor(call, info).map((pattern) => patterned(context, pattern)));
    suggestions.push(...WIDTHS.map((width) => wide(context, width)));
  }
  // Never offer what would not work: each must cover this very call.
  return suggestions.filter(({ grant }) => coversTool(asGrant(grant, call), call, effects, info, call.at));
}

interface Context {
  readonly call: Call;
  readonly info: ToolInfo;
  readonly families: GrantRequest['families'];
}

const nameOf = ({ call, info }: Context): string => `${info.moduleName}/${info.toolName}${byScript(call)}`;

/** What a script does is granted to that version of it: not to another one, and not to its agent. */
export const boundTo = ({ script }: Call): Pick<GrantRequest, 'script'> =>
  script === undefined ? {} : { script: { name: script.name, digest: script.digest } };

export const byScript = ({ script }: Call): string =>
  script === undefined ? '' : ` by this version of the script ${quoted(script.name ?? 'unnamed')}`;

function request(
  context: Context,
  change: Pick<GrantRequest, 'scope' | 'minutes'> & Partial<GrantRequest>,
): GrantRequest {
  const { call, info, families } = context;
  return {
    agent: call.agent,
    module: info.moduleName,
    tool: info.toolName,
    arguments: [],
    uses: null,
    ...boundTo(call),
    ...(families === undefined || families.length === 0 ? {} : { families: [...families] }),
    // `npm test` is another program in another folder.
    ...(families?.some(({ resource }) => resource === 'project-code') === true && { cwd: call.cwd }),
    ...change,
  };
}

/** Exactly these arguments in this folder, ten times, for an hour. */
function sameCall(context: Context): GrantSuggestion {
  const { call } = context;
  const patterns = Object.entries(call.arguments).map(
    ([name, value]): ArgumentPattern => ({ name, match: { kind: 'equals', value: value as never } }),
  );
  return {
    key: 'same-call',
    text: `${nameOf(context)} with exactly these arguments in ${quoted(call.cwd)}, up to 10 times in this session; ends after 1 hour`,
    grant: request(context, {
      scope: { kind: 'session', session: call.session },
      arguments: patterns,
      cwd: call.cwd,
      uses: 10,
      minutes: 60,
    }),
  };
}

function patterned(context: Context, { key, pattern, text }: ReturnType<typeof patternsFor>[number]): GrantSuggestion {
  return {
    key,
    text: `${nameOf(context)} ${text}, in this task${doing(context)}; ends with the task or after 8 hours`,
    grant: request(context, {
      scope: { kind: 'task', task: context.call.task },
      arguments: [pattern],
      minutes: 8 * 60,
    }),
  };
}

interface Width {
  readonly key: string;
  readonly minutes: number;
  readonly scope: (call: Call) => GrantRequest['scope'];
  readonly where: (call: Call) => string;
  readonly end: string;
}

const WIDTHS: readonly Width[] = [
  {
    key: 'minutes',
    minutes: 30,
    scope: ({ session }) => ({ kind: 'session', session }),
    where: () => 'in this session',
    end: 'ends after 30 minutes',
  },
  {
    key: 'session',
    minutes: 8 * 60,
    scope: ({ session }) => ({ kind: 'session', session }),
    where: () => 'in this session',
    end: 'ends with the session or after 8 hours',
  },
  {
    key: 'task',
    minutes: 8 * 60,
    scope: ({ task }) => ({ kind: 'task', task }),
    where: () => 'in this task',
    end: 'ends with the task or after 8 hours',
  },
  {
    key: 'project',
    minutes: 7 * 24 * 60,
    scope: ({ workspace }) => ({ kind: 'project', workspace }),
    where: ({ workspace }) => `in every session of this agent in ${quoted(workspace)}`,
    end: 'ends after 7 days',
  },
];

function wide(context: Context, { key, minutes, scope, where, end }: Width): GrantSuggestion {
  const { call } = context;
  return {
    key,
    text: `${nameOf(context)} with any arguments ${where(call)}${doing(context)}; ${end}`,
    grant: request(context, { scope: scope(call), minutes }),
  };
}

/** ", as long as it only would …": what the families let it do. */
function doing({ families }: Context): string {
  if (families === undefined || families.length === 0) return '';
  return `, as long as all it would do, beyond what is safe, is ${familiesText(families, (text) => shortened(text, 120))}`;
}

/** The grant a suggestion would become, to try it. */
function asGrant(grant: GrantRequest, call: Call): Grant {
  const { uses, minutes, ...rest } = grant;
  return {
    ...rest,
    id: 'grant_suggested',
    usesLeft: uses,
    createdAt: call.at,
    expiresAt: call.at + minutes * 60_000,
    revokedAt: null,
    createdBy: 'suggestion',
    text: '',
  };
}
