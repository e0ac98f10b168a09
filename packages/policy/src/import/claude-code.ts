// Claude Code's settings.json: `permissions.allow`, `ask`, `deny`, `defaultMode`, `additionalDirectories`
// (code.claude.com, "Configure permissions").
import { parseToolName } from '@castellan/contract';
import { commandPattern, isEverything } from './command-pattern.ts';
import { type ImportContext, type Imported, type ImportFile, joined, lost, note, type Part } from './imported.ts';
import { bashTest, celText, effectTests, makeRule, type RuleSpec, toolTests } from './make-rule.ts';
import { abovePath, onPath, pathPattern } from './path-pattern.ts';

const MODULE = 'claude-code';
type Action = 'allow' | 'ask' | 'deny';

/** Tools whose specifier is a path, with the kinds of effects that are meant. A shell's effects count as well. */
const PATH_TOOLS: Readonly<Record<string, readonly ('read' | 'write' | 'delete')[]>> = {
  Read: ['read'],
  Glob: ['read'],
  Grep: ['read'],
  LS: ['read'],
  NotebookRead: ['read'],
  Edit: ['write', 'delete'],
  Write: ['write', 'delete'],
  MultiEdit: ['write', 'delete'],
  NotebookEdit: ['write', 'delete'],
};

/** Tools whose specifier is the value of one argument. */
const ARGUMENT_TOOLS: Readonly<Record<string, string>> = {
  Agent: 'subagent_type',
  Task: 'subagent_type',
  Skill: 'skill',
  SlashCommand: 'command',
};

interface Entry {
  readonly file: ImportFile;
  readonly action: Action;
  readonly text: string;
  readonly tool: string;
  /** What stands between the parentheses. */
  readonly specifier: string | undefined;
}

/**
 * Claude Code's settings files, parsed, as rules, denies and levels, with a line for each entry. What refused or asked and
 * cannot be said here is marked `lost`. Pure: nothing is read or written.
 */
export function importClaudeCode(files: readonly ImportFile[], context: ImportContext): Imported {
  return joined(
    MODULE,
    files.flatMap((file) => fileParts(file, context)),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fileParts(file: ImportFile, context: ImportContext): readonly Part[] {
  if (!isObject(file.value)) return [lost(file, file.name, 'it is no object')];
  const { permissions = {}, sandbox } = file.value;
  if (!isObject(permissions)) return [lost(file, 'permissions', 'it is no object')];
  return [...sandboxParts(file, sandbox), ...permissionParts(file, permissions, context)];
}

/** What a sandbox of the agent denies by itself: `filesystem.denyRead`, `denyWrite`, `network.deniedDomains`. */
function sandboxParts(file: ImportFile, sandbox: unknown): readonly Part[] {
  return Object.entries(isObject(sandbox) ? sandbox : {}).flatMap(([part, settings]) =>
    Object.entries(isObject(settings) ? settings : {})
      .filter(([key, value]) => /^den/i.test(key) && !(Array.isArray(value) && value.length === 0))
      .map(([key, value]) =>
        lost(file, `sandbox.${part}.${key}: ${JSON.stringify(value)}`, "lists of the agent's own sandbox are not read"),
      ),
  );
}

function permissionParts(
  file: ImportFile,
  permissions: Readonly<Record<string, unknown>>,
  context: ImportContext,
): readonly Part[] {
  return Object.entries(permissions).flatMap(([key, value]): readonly Part[] => {
    if (key === 'allow' || key === 'ask' || key === 'deny') {
      if (!Array.isArray(value)) return [unread(file, key, `permissions.${key}`, 'it is no list')];
      return value.map((text) => entryPart(file, key, text, context));
    }
    return [otherPart(file, key, value)];
  });
}

/** An allow that cannot be read is none; a deny is a hole. */
const unread = (file: ImportFile, action: Action, entry: string, text: string): Part =>
  action === 'allow' ? note(file, entry, 'not-imported', text) : lost(file, entry, text);

function otherPart(file: ImportFile, key: string, value: unknown): Part {
  const entry = `${key}: ${JSON.stringify(value)}`;
  switch (key) {
    case 'defaultMode':
      if (value === 'plan')
        return {
          mode: 'plan',
          entries: [
            {
              source: file.name,
              entry,
              became: 'profile',
              text: 'the profile `plan`: nothing is changed, sent or deleted',
            },
          ],
        };
      return note(
        file,
        entry,
        value === 'default' ? 'held-already' : 'not-imported',
        value === 'default'
          ? 'what could do harm is asked about'
          : 'Castellan decides each call by what it does, whatever mode the agent is in',
      );
    case 'additionalDirectories':
      return note(
        file,
        entry,
        'not-imported',
        'a folder outside of the project stays outside: calls there need a person, or a grant with `--project`',
      );
    case 'disableBypassPermissionsMode':
      return note(file, entry, 'held-already', 'the rules `C05` refuse an agent without its permissions');
    default:
      return note(file, entry, 'not-imported', 'it is about the agent itself; it goes on holding there');
  }
}

function entryPart(file: ImportFile, action: Action, text: unknown, context: ImportContext): Part {
  if (typeof text !== 'string') return unread(file, action, `${action}: ${JSON.stringify(text)}`, 'it is no text');
  const parts = /^\s*([^()\s]+)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  const tool = parts?.[1];
  if (tool === undefined)
    return unread(file, action, `${action}: ${text}`, 'it is not of the form `Tool` or `Tool(what)`');
  const specifier = parts?.[2] === undefined || isEverything(parts[2]) ? undefined : parts[2];
  const entry: Entry = { file, action, text, tool, specifier };
  return action === 'allow' ? allowPart(entry, context) : guardPart(entry, action, context);
}

function allowPart({ file, text, tool, specifier }: Entry, context: ImportContext): Part {
  const entry = `allow: ${text}`;
  const ref = refOf(tool);
  if (specifier !== undefined || ref === undefined || ref.tool === '*') {
    return note(
      file,
      entry,
      'not-imported',
      'Castellan asks what a call does, not what it is called: harmless ones pass, and for others you can give a grant when the first one waits',
    );
  }
  switch (context.classOf(ref.module, ref.tool)) {
    case 'safe':
      return note(file, entry, 'held-already', 'it is a safe tool');
    case 'by-effects':
      return note(
        file,
        entry,
        'not-imported',
        'each call is decided by what it does; harmless ones pass without a person',
      );
    case 'unclassified':
      return note(file, entry, 'not-imported', `nobody has classified the tool: list it in modules/${ref.module}.yaml`);
    case 'critical':
      return {
        levels: [{ ...ref, level: 'allow' }],
        entries: [
          {
            source: file.name,
            entry,
            became: 'level',
            text: `the level of \`${ref.module}/${ref.tool}\` is allow, where you set none; rules and denies still hold`,
          },
        ],
      };
  }
}

/** `mcp__mail` is every tool of it. */
function refOf(tool: string): { readonly module: string; readonly tool: string } | undefined {
  const whole = /^mcp__([^_](?:(?!__).)*)(?:__\*?)?$/.exec(tool)?.[1];
  const ref = parseToolName(whole === undefined ? tool.replace(/\*$/, 'x') : `mcp__${whole}__x`, MODULE);
  if (!ref.ok) return undefined;
  if (whole !== undefined) return { module: ref.value.module, tool: '*' };
  return { module: ref.value.module, tool: tool.endsWith('*') ? `${ref.value.tool.slice(0, -1)}*` : ref.value.tool };
}

function guardPart(entry: Entry, action: 'ask' | 'deny', context: ImportContext): Part {
  const { file, text, tool, specifier } = entry;
  const shown = `${action}: ${text}`;
  const spec = (rest: Pick<RuleSpec, 'on' | 'condition' | 'tests'>): RuleSpec => ({
    agent: MODULE,
    action,
    entry: text,
    source: file.name,
    ...rest,
  });
  const rule = (made: RuleSpec, stricter: string): Part => ({
    rules: [makeRule(made)],
    entries: [
      {
        source: file.name,
        entry: shown,
        became: 'rule',
        text: `a ${action === 'deny' ? 'Critical rule: refused' : 'Strict rule: needs a person'}`,
        stricter: `${stricter}${file.project === undefined ? '' : '; in every project'}`,
      },
    ],
  });
  const ref = refOf(tool);
  if (ref === undefined) return lost(file, shown, `\`${tool}\` names no tool`);
  const name = `${ref.module}/${ref.tool}`;
  if (specifier !== undefined && (tool === 'Bash' || tool === 'Monitor' || tool === 'PowerShell')) {
    const pattern = commandPattern(specifier.replace(/:\*$/, '*'));
    const on = { effects: ['execute', 'unknown'] as const };
    return rule(
      spec({ on, condition: pattern.condition, tests: [bashTest(pattern.example, true), bashTest('true', false)] }),
      pattern.stricter,
    );
  }
  const kinds = PATH_TOOLS[tool];
  if (specifier !== undefined && kinds !== undefined) return pathPart(entry, kinds, spec, rule, context);
  if (specifier !== undefined && tool === 'WebFetch') return domainPart(specifier, spec, rule) ?? wholeTool(true);
  const argument = ARGUMENT_TOOLS[tool];
  if (specifier !== undefined && argument !== undefined) {
    const [own, test] = [`call.args.${argument}`, specifier.replace(/:\*$/, '*').replace(/^\//, '')];
    const condition = `has(${own}) && (${own}.like(${celText(test)}) || ${own}.like(${celText(`/${test}`)}))`;
    const call = (value: string, matches: boolean) => ({
      name: value,
      call: { tool: name, input: { [argument]: value }, cwd: '/home/user/project' },
      effects: [],
      matches,
    });
    return rule(
      spec({ on: { tools: [name] }, condition, tests: [call(test.replaceAll('*', 'x'), true), call('-', false)] }),
      'by its name',
    );
  }
  return wholeTool(specifier !== undefined);

  function wholeTool(wider: boolean): Part {
    const stricter = wider ? { stricter: `the whole tool: \`${specifier}\` means nothing here` } : {};
    if (action === 'deny') {
      return {
        deny: [name],
        entries: [{ source: file.name, entry: shown, became: 'deny', text: `a deny of \`${name}\``, ...stricter }],
      };
    }
    const made = makeRule(spec({ on: { tools: [name] }, tests: toolTests(name) }));
    return {
      rules: [made],
      entries: [
        { source: file.name, entry: shown, became: 'rule', text: 'a Strict rule: needs a person', ...stricter },
      ],
    };
  }
}

type Spec = (rest: Pick<RuleSpec, 'on' | 'condition' | 'tests'>) => RuleSpec;
type ToRule = (made: RuleSpec, stricter: string) => Part;

function pathPart(
  { file, specifier = '' }: Entry,
  kinds: readonly ('read' | 'write' | 'delete')[],
  spec: Spec,
  rule: ToRule,
  { home, realPath }: ImportContext,
): Part {
  const roots = { home, realPath, ...(file.project === undefined ? {} : { project: file.project }) };
  const pattern = pathPattern(specifier, roots);
  const kind = kinds[0] ?? 'read';
  const example = pattern.patterns[0]?.replaceAll('*', 'x') ?? pattern.example;
  const tests = effectTests(kind, example, pattern.patterns.includes('*'));
  const made = rule(
    spec({ on: { effects: kinds }, condition: onPath(kinds, pattern), tests }),
    'by any tool or command, wherever a link leads',
  );
  if (pattern.base === null) return made;
  // A folder above it, taken whole, may take it in: the agent would leave it out, a command would not.
  const above = makeRule({
    ...spec({
      on: { effects: kinds },
      condition: abovePath(kinds, pattern.base),
      tests: effectTests(kind, pattern.base.replace(/\/[^/]*$/, '') || '/'),
    }),
    action: 'ask',
    entry: `all above ${specifier}`,
  });
  return { ...made, rules: [...(made.rules ?? []), above] };
}

/** `domain:example.com`; `*.example.com` too. */
function domainPart(specifier: string, spec: Spec, rule: ToRule): Part | undefined {
  const domain = /^domain:\s*(?:\*\.)?([^\s/*:]+)$/.exec(specifier)?.[1]?.toLowerCase();
  if (domain === undefined) return undefined;
  return rule(spec(hostRule(domain)), 'by any tool or command, and for hosts below it');
}

export function hostRule(domain: string): Pick<RuleSpec, 'on' | 'condition' | 'tests'> {
  const texts = [domain, `${domain}:*`, `*.${domain}`, `*.${domain}:*`].map(celText).join(', ');
  const visit = (host: string, matches: boolean) => ({
    name: host,
    call: { tool: 'WebFetch', input: { url: `https://${host}/`, prompt: 'x' }, cwd: '/home/user/project' },
    matches,
  });
  return {
    on: { effects: ['connect', 'send'] },
    condition: `effects.exists(e, e.kind in ["connect", "send"] && [${texts}].exists(p, e.target.like(p)))`,
    tests: [visit(domain, true), visit('not-this-host.invalid', false)],
  };
}
