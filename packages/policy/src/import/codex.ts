// Codex: config.toml (`approval_policy`, `sandbox_mode`, servers) and the `prefix_rule` files of its execution policy
// (developers.openai.com/codex, "Configuration" and "Rules").
import { commandPattern } from './command-pattern.ts';
import { type Imported, type ImportFile, joined, lost, note, type Part } from './imported.ts';
import { bashTest, celText, makeRule } from './make-rule.ts';
import { type LiteralValue, readCalls } from './starlark-calls.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `value` of a `.rules` file is its text, of config.toml what it says. */
export function importCodex(files: readonly ImportFile[]): Imported {
  return joined(
    'codex',
    files.flatMap((file) => (typeof file.value === 'string' ? rulesParts(file, file.value) : configParts(file))),
  );
}

function configParts(file: ImportFile): readonly Part[] {
  if (!isObject(file.value)) return [lost(file, 'config.toml', 'it is no table')];
  const { approval_policy: approval, sandbox_mode: sandbox, projects, mcp_servers: servers } = file.value;
  const network = isObject(file.value.sandbox_workspace_write)
    ? file.value.sandbox_workspace_write.network_access
    : undefined;
  return [
    ...(approval === undefined && sandbox === undefined ? [] : [modePart(file, approval, sandbox)]),
    ...(network === false ? [networkPart(file)] : []),
    ...(servers === undefined || isObject(servers) ? [] : [lost(file, 'mcp_servers', 'it is no table')]),
    ...Object.entries(isObject(servers) ? servers : {}).flatMap(([name, server]) => serverParts(file, name, server)),
    ...Object.entries(isObject(projects) ? projects : {}).map(([path, project]) =>
      note(
        file,
        `projects."${path}": ${JSON.stringify(project)}`,
        'not-imported',
        'Castellan trusts no folder: a call is decided by what it does there',
      ),
    ),
  ];
}

/** A read-only sandbox that asks is `safe`; one that cannot ask refuses, as `review` does. */
function modePart(file: ImportFile, approval: unknown, sandbox: unknown): Part {
  const entry = [
    ...(approval === undefined ? [] : [`approval_policy = ${JSON.stringify(approval)}`]),
    ...(sandbox === undefined ? [] : [`sandbox_mode = ${JSON.stringify(sandbox)}`]),
  ].join(', ');
  const readOnly = sandbox === 'read-only';
  if (readOnly && approval === 'never') {
    return {
      mode: 'review',
      entries: [
        {
          source: file.name,
          entry,
          became: 'profile',
          text: 'the profile `review`: nothing is changed, sent or deleted',
        },
      ],
    };
  }
  if (readOnly || approval === 'untrusted') {
    return {
      mode: 'safe',
      entries: [
        {
          source: file.name,
          entry,
          became: 'profile',
          text: 'the profile `safe`: what changes anything needs a person',
        },
      ],
    };
  }
  if (typeof approval === 'object') {
    return note(
      file,
      entry,
      'not-imported',
      'a policy with parts of its own is not understood; the agent goes on asking by it',
    );
  }
  return note(
    file,
    entry,
    'not-imported',
    sandbox === 'danger-full-access' || approval === 'never'
      ? 'it would allow more; Castellan decides each call by what it does'
      : 'writes in the project and questions about the rest are what Castellan does by itself',
  );
}

function networkPart(file: ImportFile): Part {
  const visit = (url: string, matches: boolean) => ({
    name: url,
    call: { tool: 'Bash', input: { command: `curl ${url}` }, cwd: '/home/user/project' },
    matches,
  });
  const rule = makeRule({
    agent: 'codex',
    action: 'ask',
    entry: 'network_access = false',
    source: file.name,
    on: { effects: ['connect', 'send'] },
    condition: 'effects.exists(e, e.kind in ["connect", "send"] && e.target_kind == "host" && e.place != "loopback")',
    tests: [visit('https://example.org/', true), visit('http://127.0.0.1:8080/', false)],
  });
  return {
    rules: [rule],
    entries: [
      {
        source: file.name,
        entry: 'sandbox_workspace_write.network_access = false',
        became: 'rule',
        text: 'a Strict rule: whatever leaves this machine needs a person',
        stricter: 'by any tool, in any sandbox',
      },
    ],
  };
}

function serverParts(file: ImportFile, name: string, server: unknown): readonly Part[] {
  if (!isObject(server)) return [lost(file, `mcp_servers.${name}`, 'it is no table')];
  const module = name.toLowerCase().replace(/[^a-z0-9_:-]/g, '-');
  const { enabled_tools: only, disabled_tools: disabled = [] } = server;
  if (![only ?? [], disabled].every(isNames))
    return [lost(file, `mcp_servers.${name}`, '`enabled_tools` and `disabled_tools` are lists of names')];
  const tools = server.enabled === false ? ['*'] : (disabled as readonly string[]);
  return [
    ...tools.map(
      (tool): Part => ({
        deny: [`${module}/${tool}`],
        entries: [
          {
            source: file.name,
            entry: `mcp_servers.${name}: ${tool} off`,
            became: 'deny',
            text: `a deny of \`${module}/${tool}\``,
          },
        ],
      }),
    ),
    ...(only === undefined ? [] : [onlyPart(file, name, module, only as readonly string[])]),
  ];
}

const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The only tools that a server has: every other one of it is refused. */
function onlyPart(file: ImportFile, name: string, module: string, only: readonly string[]): Part {
  const tried = (tool: string, matches: boolean) => ({
    name: tool,
    call: { tool: `${module}/${tool}`, input: {}, cwd: '/home/user/project' },
    effects: [],
    matches,
  });
  const entry = `mcp_servers.${name}.enabled_tools`;
  const rule = makeRule({
    agent: 'codex',
    action: 'deny',
    entry,
    source: file.name,
    on: { tools: [`${module}/*`] },
    condition: `!(call.tool in [${only.map(celText).join(', ')}])`,
    tests: [tried('none-of-them', true), ...only.slice(0, 1).map((tool) => tried(tool, false))],
  });
  const text = 'a Critical rule: every other tool of it is refused';
  return { rules: [rule], entries: [{ source: file.name, entry, became: 'rule', text }] };
}

const isWord = (value: LiteralValue | undefined): value is string => typeof value === 'string';

/** `["git", ["push", "fetch"]]` as its ways; undefined: no such pattern. */
function waysOf(pattern: LiteralValue | undefined): readonly (readonly string[])[] | undefined {
  if (!Array.isArray(pattern) || pattern.length === 0) return undefined;
  let ways: readonly (readonly string[])[] = [[]];
  for (const element of pattern as readonly LiteralValue[]) {
    const words = isWord(element) ? [element] : Array.isArray(element) ? element : [];
    if (words.length === 0 || !words.every(isWord) || ways.length * words.length > 200) return undefined;
    ways = ways.flatMap((way) => words.map((word) => [...way, String(word)]));
  }
  return ways;
}

/** An example is a command, or its words. */
const exampleText = (value: LiteralValue): string | undefined =>
  isWord(value) ? value : Array.isArray(value) && value.every(isWord) ? value.join(' ') : undefined;

const allowNote = (file: ImportFile, entry: string, text: string): Part => note(file, entry, 'not-imported', text);

function rulesParts(file: ImportFile, text: string): readonly Part[] {
  const { calls, faults } = readCalls(text);
  return [
    ...faults.map(({ line, message }) => lost(file, `line ${line}`, `${message}; what it says is not held`)),
    ...calls.map((call): Part => {
      const short = call.text.replace(/\s+/g, ' ').slice(0, 120);
      const given = call.arguments.decision ?? (call.name === 'prefix_rule' ? 'allow' : undefined);
      const unread = given === 'allow' ? allowNote : lost;
      if (call.name !== 'prefix_rule') return unread(file, short, `\`${call.name}\` is not \`prefix_rule\``);
      const { pattern, decision = 'allow', justification, match } = call.arguments;
      const ways = waysOf(pattern);
      if (ways === undefined) return unread(file, short, '`pattern` is no list of words');
      if (decision === 'allow') {
        return note(
          file,
          short,
          'not-imported',
          'Castellan asks what a command does, not how it begins: harmless ones pass, and for others you can give a grant when the first one waits',
        );
      }
      // A decision that is not known may be stricter than all that are.
      const action = decision === 'prompt' ? 'ask' : 'deny';
      const rules = ways.map((words) => {
        const made = commandPattern(`${words.map((word) => word.replaceAll('*', '')).join(' ')}*`);
        const examples = (Array.isArray(match) ? (match as readonly LiteralValue[]) : [])
          .map(exampleText)
          .filter((each) => each?.startsWith(words.join(' ')) === true);
        return makeRule({
          agent: 'codex',
          action,
          entry: words.join(' '),
          source: `${file.name}:${call.line}`,
          on: { effects: ['execute', 'unknown'] },
          condition: made.condition,
          ...(isWord(justification) ? { reason: justification } : {}),
          tests: [...new Set([made.example, ...examples])]
            .map((each) => bashTest(String(each), true))
            .concat(bashTest('true', false)),
        });
      });
      const stricter = commandPattern(`${(ways[0] ?? []).join(' ')}*`).stricter;
      return {
        rules,
        entries: [
          {
            source: `${file.name}:${call.line}`,
            entry: short,
            became: 'rule',
            text: action === 'deny' ? 'a Critical rule: refused' : 'a Strict rule: needs a person',
            stricter,
          },
        ],
      };
    }),
  ];
}
