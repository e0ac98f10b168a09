// OpenCode: `permission` and `tools` of opencode.json(c), for all agents and for single ones (opencode.ai/docs/permissions).
// Of the entries of one tool the last that matches counts today, and the longest did before: where the two disagree, the
// stricter answer is taken.
import { hostRule } from './claude-code.ts';
import { commandPattern, isEverything, wholeCommand } from './command-pattern.ts';
import { type ImportContext, type Imported, type ImportFile, joined, lost, note, type Part } from './imported.ts';
import { bashTest, celText, effectTests, makeRule, type RuleSpec, toolTests } from './make-rule.ts';
import { exactlyBelow, onPath, type PathPattern, pathPattern } from './path-pattern.ts';

type Action = 'allow' | 'ask' | 'deny';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a permission of this name is about here. */
const KINDS: Readonly<Record<string, RuleSpec['on']['effects']>> = {
  edit: ['write', 'delete'],
  write: ['write', 'delete'],
  patch: ['write', 'delete'],
  read: ['read'],
  webfetch: ['connect', 'send'],
  websearch: ['send'],
};

/**
 * OpenCode's configuration files, parsed, as rules, denies and levels, with a line for each entry. What refused or asked and
 * cannot be said here is marked `lost`. Pure: nothing is read or written.
 */
export function importOpenCode(files: readonly ImportFile[], context: ImportContext): Imported {
  return joined(
    'opencode',
    files.flatMap((file) => {
      if (!isObject(file.value)) return [lost(file, file.name, 'it is no object')];
      const { permission, tools, agent, mode } = file.value;
      const agents = Object.entries({ ...(isObject(mode) ? mode : {}), ...(isObject(agent) ? agent : {}) });
      return [
        ...settingsParts(file, '', permission, tools, context),
        ...agents.flatMap(([name, own]) =>
          isObject(own)
            ? settingsParts(file, `agent.${name}.`, own.permission, own.tools, context)
            : [lost(file, `agent.${name}`, 'it is no object')],
        ),
        ...Object.entries({ agent, mode })
          .filter(([, value]) => value !== undefined && !isObject(value))
          .map(([key]) => lost(file, key, 'it is no object')),
      ];
    }),
  );
}

function settingsParts(
  file: ImportFile,
  of: string,
  permission: unknown,
  tools: unknown,
  context: ImportContext,
): readonly Part[] {
  const parts: Part[] = [];
  if (typeof permission === 'string') parts.push(permissionPart(file, of, '*', permission));
  else if (isObject(permission)) {
    for (const [name, value] of Object.entries(permission)) {
      if (!isObject(value)) parts.push(permissionPart(file, of, name, value));
      else parts.push(...patternParts(file, of, name, value, context));
    }
  } else if (permission !== undefined) parts.push(lost(file, `${of}permission`, 'it is neither a word nor an object'));
  if (tools !== undefined && !isObject(tools)) parts.push(lost(file, `${of}tools`, 'it is no object'));
  for (const [name, on] of Object.entries(isObject(tools) ? tools : {})) {
    parts.push(
      on === false
        ? toolPart(file, `${of}tools.${name}: false`, name, 'deny')
        : on === true
          ? note(file, `${of}tools.${name}: true`, 'not-imported', 'that a tool is offered says nothing of its calls')
          : lost(file, `${of}tools.${name}: ${JSON.stringify(on)}`, 'it is neither true nor false'),
    );
  }
  return parts;
}

const isAction = (value: unknown): value is Action => value === 'allow' || value === 'ask' || value === 'deny';
const ALLOWED =
  'Castellan asks what a call does; harmless ones pass, and for others you can give a grant when the first one waits';

function permissionPart(file: ImportFile, of: string, name: string, value: unknown): Part {
  const entry = `${of}permission.${name}: ${JSON.stringify(value)}`;
  if (value === 'allow') return note(file, entry, 'not-imported', ALLOWED);
  // What is not known is read as the strictest word there is.
  const action = value === 'ask' ? 'ask' : 'deny';
  const kinds = KINDS[name];
  if (kinds !== undefined && name !== 'websearch')
    return rulePart(
      file,
      {
        agent: 'opencode',
        action,
        entry,
        source: file.name,
        on: { effects: kinds },
        tests: effectTests(kinds[0] ?? 'read', '/x', true),
      },
      'by any tool or command',
    );
  if (name === 'external_directory') {
    return rulePart(
      file,
      {
        agent: 'opencode',
        action,
        entry,
        source: file.name,
        on: { effects: ['read', 'write', 'delete'] },
        condition:
          'effects.exists(e, e.kind in ["read", "write", "delete"] && e.target_kind == "path" && !(e.place in ["workspace", "temp"]))',
        tests: [bashTest('cat /etc/hosts', true), bashTest('true', false)],
      },
      'temporary folders are left out; by any tool or command',
    );
  }
  return toolPart(file, entry, name, action);
}

function rulePart(file: ImportFile, spec: RuleSpec, stricter: string): Part {
  return {
    rules: [makeRule(spec)],
    entries: [
      {
        source: file.name,
        entry: spec.entry,
        became: 'rule',
        text: spec.action === 'deny' ? 'a Critical rule: refused' : 'a Strict rule: needs a person',
        stricter,
      },
    ],
  };
}

/** A tool by OpenCode's name: `bash`, or `SERVER_TOOL`, which can be cut at any underscore. */
function toolPart(file: ImportFile, entry: string, name: string, action: 'ask' | 'deny'): Part {
  const cuts = [...name.matchAll(/_/g)].map(({ index }) => index).filter((at) => at > 0 && at < name.length - 1);
  const names =
    name === '*'
      ? ['*/*']
      : [`*/${name}`, ...cuts.map((at) => `${name.slice(0, at).toLowerCase()}/${name.slice(at + 1)}`)];
  if (action === 'deny') {
    return {
      deny: names,
      entries: [
        {
          source: file.name,
          entry,
          became: 'deny',
          text: `a deny of ${names.map((each) => `\`${each}\``).join(', ')}`,
        },
      ],
    };
  }
  // Rules tell upper case from lower: the tools of other agents are called `Bash` and `Edit`.
  const upper = `*/${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const both = name === '*' ? names : [...new Set([...names, upper])];
  return rulePart(
    file,
    { agent: 'opencode', action, entry, source: file.name, on: { tools: both }, tests: toolTests(names[0] ?? '') },
    'every tool of that name',
  );
}

/** `{"git *": "ask", "*": "deny"}`: each refusal or question, but for what a later and longer entry takes out of it. */
function patternParts(
  file: ImportFile,
  of: string,
  name: string,
  value: Readonly<Record<string, unknown>>,
  context: ImportContext,
): readonly Part[] {
  const entries = Object.entries(value);
  return entries.map(([glob, given], index): Part => {
    const entry = `${of}permission.${name}."${glob}": ${JSON.stringify(given)}`;
    if (given === 'allow') return note(file, entry, 'not-imported', `${ALLOWED}; it is an exception to a wider entry`);
    const action = given === 'ask' ? 'ask' : 'deny';
    const milder = entries
      .slice(index + 1)
      .filter(
        ([other, its]) =>
          isAction(its) && (its === 'allow' || (its === 'ask' && action === 'deny')) && other.length > glob.length,
      );
    const spec = { agent: 'opencode', action, entry, source: file.name } as const;
    if (name === 'bash')
      return bashPart(
        file,
        spec,
        glob,
        milder.map(([other]) => other),
      );
    if (name === 'webfetch') return webPart(file, spec, glob);
    const kinds = KINDS[name] ?? (name === 'external_directory' ? (['read', 'write', 'delete'] as const) : undefined);
    if (kinds === undefined) return toolPart(file, entry, name, action);
    const roots = {
      home: context.home,
      realPath: context.realPath,
      ...(file.project === undefined ? {} : { project: file.project }),
    };
    const anywhere: PathPattern = { patterns: ['*'], base: null, example: '/x' };
    const pattern = isEverything(glob) ? anywhere : pathPattern(glob, roots, true);
    const condition = onPath(kinds, pattern);
    const less = milder.flatMap(([other]) => exactlyBelow(other, roots) ?? []);
    // An exception only where every such effect is one.
    const except =
      less.length === 0
        ? ''
        : ` && !effects.all(e, !(e.kind in [${kinds.map(celText).join(', ')}]) || [${less.map(celText).join(', ')}].exists(p, e.target.like(p)))`;
    return rulePart(
      file,
      {
        ...spec,
        on: { effects: kinds },
        condition: condition + except,
        tests: effectTests(
          kinds[0] ?? 'read',
          pattern.patterns[0]?.replaceAll('*', 'x') ?? '/x',
          pattern.patterns.includes('*'),
        ),
      },
      'by any tool or command',
    );
  });
}

type Base = Pick<RuleSpec, 'agent' | 'action' | 'entry' | 'source'>;

function bashPart(file: ImportFile, spec: Base, glob: string, milder: readonly string[]): Part {
  const except = milder.map((other) => `!(${wholeCommand(other)})`);
  const on = { effects: ['execute', 'unknown'] as const };
  const shells = 'has(call.args.command)';
  if (isEverything(glob)) {
    return rulePart(
      file,
      {
        ...spec,
        on,
        condition: [shells, ...except].join(' && '),
        tests: [bashTest('some-program --some-option', true), ...effectTests('execute', '/x', true).slice(1)],
      },
      milder.length === 0
        ? 'every shell command'
        : 'every shell command, but single commands of the later, longer entries: not chains, pipes or redirections',
    );
  }
  const pattern = commandPattern(glob, true);
  const condition = except.length === 0 ? pattern.condition : `(${pattern.condition}) && ${except.join(' && ')}`;
  return rulePart(
    file,
    { ...spec, on, condition, tests: [bashTest(pattern.example, true), bashTest('true', false)] },
    pattern.stricter,
  );
}

/** A pattern on addresses: its host, as far as it names one. */
function webPart(file: ImportFile, spec: Base, glob: string): Part {
  const host = /^(?:https?:\/\/)?(?:\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)/i.exec(glob)?.[1]?.toLowerCase();
  if (host === undefined)
    return rulePart(
      file,
      { ...spec, on: { effects: ['connect', 'send'] }, tests: effectTests('connect', 'x', true) },
      'every address',
    );
  return rulePart(file, { ...spec, ...hostRule(host) }, 'the whole host, and hosts below it');
}
