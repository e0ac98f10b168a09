// One entry of an agent's settings as a rule of ours: a refusal as a Critical rule, a question as a Strict one, each with a
// case that it catches and one that it lets pass.
import type { EffectKind, Rule, RuleTest } from '@castellan/contract';
import type { ImportAgent } from './imported.ts';

export interface RuleSpec {
  readonly agent: ImportAgent;
  readonly action: 'deny' | 'ask';
  /** The entry, and its file. */
  readonly entry: string;
  readonly source: string;
  readonly on: { readonly tools?: readonly string[]; readonly effects?: readonly EffectKind[] };
  readonly condition?: string;
  readonly tests: readonly RuleTest[];
  /** Why, as its author wrote it. */
  readonly reason?: string;
}

const AGENTS: Readonly<Record<ImportAgent, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  opencode: 'OpenCode',
};
const PREFIX: Readonly<Record<ImportAgent, string>> = { 'claude-code': 'CC', codex: 'CX', opencode: 'OC' };

const short = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** `CC.deny.Bash-rm`: what a person can find again. */
function idOf({ agent, action, entry }: RuleSpec): string {
  const words = entry.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return `${PREFIX[agent]}.${action}.${words.slice(0, 44).replace(/-+$/, '') || 'all'}`;
}

export function makeRule(spec: RuleSpec): Rule {
  const { agent, action, entry, source, on, condition, tests, reason } = spec;
  const shown = `\`${short(entry.replaceAll('`', "'"), 60)}\``;
  return {
    id: idOf(spec),
    tier: action === 'deny' ? 'critical' : 'strict',
    title: short(`${AGENTS[agent]} ${action === 'deny' ? 'denied' : 'asked for'} ${entry.replaceAll('`', "'")}`, 120),
    reason:
      reason === undefined
        ? short(
            `Your settings for ${AGENTS[agent]} ${action === 'deny' ? 'deny' : 'ask before'} ${shown} (imported from ${source}).`,
            500,
          )
        : short(`${reason} (${shown}, imported from ${source})`, 500),
    remedy:
      action === 'deny'
        ? 'Do it in another way; if it must be, a person changes this rule.'
        : 'Wait for a person to confirm this one call.',
    on: {
      ...(on.tools === undefined ? {} : { tools: [...on.tools] }),
      ...(on.effects === undefined ? {} : { effects: [...on.effects] }),
    },
    ...(condition === undefined ? {} : { if: condition }),
    tests: [...tests],
  };
}

/** A text of somebody's settings inside a condition: nothing in it can end the text. */
export const celText = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;

export const bashTest = (command: string, matches: boolean): RuleTest => ({
  name: `${matches ? '' : 'not '}${short(command.replaceAll('\n', ' '), 80)}`,
  call: { tool: 'Bash', input: { command }, cwd: '/home/user/project' },
  matches,
});

const onTarget = (name: string, kind: EffectKind, target: string, matches: boolean): RuleTest => ({
  name,
  call: { tool: 'Read', input: { file_path: target }, cwd: '/home/user/project' },
  effects: [{ kind, target, targetKind: 'path', place: 'elsewhere', certainty: 'certain', recursive: true }],
  matches,
});

/** A case on such a target, and one on another; `every`: there is no other, so one with no effect at all. */
export const effectTests = (kind: EffectKind, target: string, every = false): readonly RuleTest[] => [
  onTarget('such a target', kind, target, true),
  every
    ? { name: 'nothing', call: { tool: 'Read', input: {}, cwd: '/home/user/project' }, effects: [], matches: false }
    : onTarget('another target', kind, '/nowhere/else', false),
];

/** A call of such a tool, and one of another. */
export const toolTests = (name: string): readonly RuleTest[] => {
  const call = (tool: string, matches: boolean): RuleTest => ({
    name: tool,
    call: { tool, input: {}, cwd: '/home/user/project' },
    effects: [],
    matches,
  });
  const other = name === 'claude-code/LS' ? 'claude-code/Glob' : 'claude-code/LS';
  return [call(name.replaceAll('*', 'x'), true), ...(name === '*/*' ? [] : [call(other, false)])];
};
