// `castellan policy import`: an agent's own permission settings as rules, denies and levels, with a line for every entry.
// INVARIANT: nothing that the user set is loosened: a level is only added where none is, a mode only where it tightens, and
// what would be written is compiled first. Without `--write` nothing is written.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Config,
  type JsonValue,
  type Parsed,
  type PolicySource,
  parseConfig,
  parseRuleFile,
} from '@castellan/contract';
import {
  editYaml,
  formatYaml,
  readPolicy,
  shippedPolicyFolder,
  writeFileAtomic,
  type YamlEdit,
} from '@castellan/facts';
import {
  compilePolicy,
  type Imported,
  importClaudeCode,
  importCodex,
  importOpenCode,
  runRuleTests,
  toolOf,
} from '@castellan/policy';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { plural } from '../text/words.ts';
import { labelled } from '../text/wrap.ts';
import { type AgentSettings, readAgentSettings } from './agent-settings.ts';
import { faultHints, type Loaded, loadOrTell, policyFolder } from './load.ts';

export interface ImportOptions extends JsonOption {
  readonly write?: boolean;
  readonly policy?: string;
}

const AGENTS = ['claude-code', 'codex', 'opencode'] as const;
type Agent = (typeof AGENTS)[number];

export async function policyImport(
  context: Context,
  name: string,
  paths: readonly string[],
  options: ImportOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const agent = AGENTS.find((each) => each === name);
  if (agent === undefined) {
    return out.error(
      `\`${visible(name)}\` is no agent whose settings can be read`,
      [`one of ${AGENTS.join(', ')}`],
      EXIT.usage,
    );
  }
  if (options.write === true) {
    const refused = refuseUnderAgent(world, out, 'policy import --write');
    if (refused !== undefined) return refused;
  }
  const folder = policyFolder(world, out, options.policy);
  if (typeof folder === 'number') return folder;
  const loaded = loadOrTell(world, out, folder.path);
  if (typeof loaded === 'number') return loaded;
  const settings = readAgentSettings(agent, paths, world);
  if (settings.faults.length > 0) {
    return out.error('these settings could not be read, and nothing was imported', settings.faults.map(visible));
  }
  if (settings.files.length === 0) {
    return out.error(`no settings of ${agent} were found`, [
      `looked for ${settings.looked.map(visible).join(', ')}`,
      `\`castellan policy import ${agent} FILE\` reads another file`,
    ]);
  }
  const imported = importFrom(agent, settings, loaded, context);
  const plan = planOf(imported, loaded, folder.path);
  if (!plan.ok)
    return out.error(
      'what came of the settings does not fit your policy, and nothing was written',
      faultHints(plan.faults),
    );
  if (options.json) {
    out.json({ ...imported, edits: plan.value.edits, written: options.write === true });
  } else {
    out.lines(reportLines(imported, plan.value, settings, out.width));
  }
  if (options.write === true) {
    write(plan.value, folder.path);
    if (options.json !== true) out.line(`written: ${plan.value.files.join(', ')} in ${folder.path}`);
  } else if (options.json !== true)
    out.note(`nothing was written; \`castellan policy import ${agent} --write\` puts this into ${folder.path}`);
  return tellLost(imported, out);
}

/** A refusal or question that is not held here is a hole: whoever runs this in a script must see it by the exit code. */
function tellLost({ entries }: Imported, out: Output): ExitCode {
  const lost = entries.filter((entry) => entry.lost === true);
  for (const { entry, source, text } of lost) {
    out.error(`not held here: \`${visible(entry)}\` of ${visible(source)}: ${visible(text)}`, [
      'correct it there and import again, or write a rule of your own for it: docs/guide/rules.md',
    ]);
  }
  return lost.length === 0 ? EXIT.done : EXIT.failure;
}

function importFrom(agent: Agent, { files }: AgentSettings, { policy, facts }: Loaded, { world }: Context): Imported {
  const how = {
    home: world.userHome,
    realPath: (path: string) => facts.resolvePath(path, { cwd: world.cwd, workspace: world.cwd }).path,
    classOf: (module: string, tool: string) => toolOf(policy, module, tool).class,
  };
  switch (agent) {
    case 'claude-code':
      return importClaudeCode(files, how);
    case 'codex':
      return importCodex(files);
    case 'opencode':
      return importOpenCode(files, how);
  }
}

interface Plan {
  readonly rulesText: string | null;
  readonly configText: string | null;
  readonly edits: readonly YamlEdit[];
  /** What was left as the user had it. */
  readonly kept: readonly string[];
  readonly files: readonly string[];
  readonly source: string;
  readonly failing: readonly string[];
}

const EMPTY_CONFIG = 'schema: castellan/config/v1\n';

/** What the settings add to config.yaml. The user's own words stand. */
function editsFor(imported: Imported, config: Config): Pick<Plan, 'edits' | 'kept'> {
  const kept: string[] = [];
  const edits: YamlEdit[] = [];
  const denies = imported.deny.filter((pattern) => !config.deny.includes(pattern));
  if (denies.length > 0) edits.push({ path: ['deny'], value: [...config.deny, ...denies] });
  for (const { module, tool, level } of imported.levels) {
    const own = config.modules[module];
    const set = own?.tools[tool] ?? own?.level;
    if (set !== undefined) kept.push(`the level of ${module}/${tool} stays ${set}`);
    else edits.push({ path: ['modules', module, 'tools', tool], value: level });
  }
  if (imported.mode !== null) {
    if (config.profile.mode === 'auto') edits.push({ path: ['profile', 'mode'], value: imported.mode });
    else kept.push(`the profile stays ${config.profile.mode}`);
  }
  return { edits, kept };
}

function planOf(imported: Imported, { facts }: Loaded, folder: string): Parsed<Plan> {
  const current = readPolicy({ folder, shippedFolder: shippedPolicyFolder });
  if (!current.ok) return current;
  const source = `rules/imported-${imported.agent}.yaml`;
  const { edits, kept } = editsFor(imported, current.value.config);
  const path = join(folder, 'config.yaml');
  const edited = editYaml(existsSync(path) ? readFileSync(path, 'utf8') : EMPTY_CONFIG, edits);
  if (!edited.ok) return edited;
  const config = parseConfig(edited.value.value);
  if (!config.ok) return config;
  const file = { schema: 'castellan/rules/v1', rules: imported.rules };
  const rules = parseRuleFile(file);
  if (!rules.ok) return rules;
  const others = current.value.rules.filter((entry) => entry.source !== source);
  const candidate: PolicySource = {
    ...current.value,
    config: config.value,
    rules: [...others, ...rules.value.rules.map((rule) => ({ source, shipped: false, rule }))],
  };
  const compiled = compilePolicy(candidate);
  if (!compiled.ok) return compiled;
  const own = new Set(imported.rules.map((rule) => rule.id));
  const failing = runRuleTests(compiled.value, facts).filter((result) => own.has(result.rule) && !result.ok);
  const rulesText =
    imported.rules.length === 0
      ? null
      : `# Imported from the settings of ${imported.agent} by \`castellan policy import\`. Yours to change.\n${formatYaml(file as unknown as JsonValue)}`;
  return {
    ok: true,
    value: {
      rulesText,
      configText: edits.length === 0 ? null : edited.value.text,
      edits,
      kept,
      source,
      files: [...(rulesText === null ? [] : [source]), ...(edits.length === 0 ? [] : ['config.yaml'])],
      failing: failing.map(({ rule, name, text }) => `${rule}: ${name}: ${text}`),
    },
  };
}

/** Denies first: what tightens most is in force even if the second file cannot be written. */
function write({ rulesText, configText, source }: Plan, folder: string): void {
  mkdirSync(join(folder, 'rules'), { recursive: true, mode: 0o700 });
  if (configText !== null) writeFileAtomic(join(folder, 'config.yaml'), configText, 0o600);
  if (rulesText !== null) writeFileAtomic(join(folder, source), rulesText, 0o600);
}

const BECAME = {
  rule: 'rule',
  deny: 'deny',
  level: 'level',
  profile: 'profile',
  'held-already': 'held already',
  'not-imported': 'not imported',
} as const;

function reportLines(imported: Imported, plan: Plan, { files }: AgentSettings, width: number): readonly Line[] {
  const order = ['deny', 'rule', 'profile', 'level', 'held-already', 'not-imported'] as const;
  const counts = order.flatMap((kind) => {
    const count = imported.entries.filter(({ became }) => became === kind).length;
    return count === 0 ? [] : [`${count} ${BECAME[kind]}`];
  });
  return [
    line(`read ${files.map(({ name }) => visible(name)).join(', ')}`, 'quiet'),
    ...order.flatMap((kind) =>
      imported.entries
        .filter(({ became }) => became === kind)
        .flatMap(({ source, entry, text, stricter }) => [
          ...labelled(`${BECAME[kind]}: `, visible(entry), width).map((part) =>
            line(part, kind === 'not-imported' ? 'caution' : 'strong'),
          ),
          ...labelled('  ', visible(text), width).map((part) => line(part)),
          ...(stricter === undefined
            ? []
            : labelled('  stricter: ', visible(stricter), width).map((part) => line(part))),
          ...(files.length === 1 ? [] : [line(`  ${visible(source)}`, 'quiet')]),
        ]),
    ),
    ...plan.kept.map((text) => line(`kept: ${visible(text)}`)),
    ...plan.failing.flatMap((text) =>
      labelled('check this: ', visible(text), width).map((part) => line(part, 'caution')),
    ),
    line(
      `${plural(imported.entries.length, 'entry', 'entries')}: ${counts.join(', ') || 'nothing to import'}; ${plural(imported.rules.length, 'rule')} for ${plan.source}`,
      'strong',
    ),
  ];
}
