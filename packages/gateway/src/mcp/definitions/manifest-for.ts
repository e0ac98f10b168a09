// The manifest of a server that is added: what a shipped one sorts stays so, what the person calls safe is safe, and everything
// else is critical, one call at a time, with an effect that nobody knows. INVARIANT: no word of the server makes a tool milder;
// whatever is given to a server that is reached by its address goes to that host.
import {
  type ByEffectsTool,
  type CriticalTool,
  type DeclaredEffect,
  type Definition,
  type Manifest,
  MCP_TOOLS,
  type McpStart,
  type SafeEffect,
  type SafeTool,
} from '@castellan/contract';
import { argumentsOf, carrierOf, doingWord, takesText, wordsOf } from './schema-facts.ts';
import { visible } from './visible.ts';

export interface NewModule {
  readonly name: string;
  readonly title: string;
  readonly start: McpStart;
  readonly definitions: readonly Definition[];
  /** Tools the person says are safe. What a shipped manifest calls critical stays so. */
  readonly safe: readonly string[];
  /** A shipped manifest of the same package; null: none. */
  readonly sorted: Manifest | null;
}

/** Sorts the tools of a new server. */
export function manifestFor({ name, title, start, definitions, safe, sorted }: NewModule): Manifest {
  const offered = definitions.filter(({ kind }) => kind === 'tool');
  const names = new Set([...offered.map((each) => each.name), ...Object.values(MCP_TOOLS)]);
  const kept = {
    safe: (sorted?.tools.safe ?? []).filter((tool) => names.has(tool.name)),
    critical: (sorted?.tools.critical ?? []).filter((tool) => names.has(tool.name)),
    byEffects: (sorted?.tools.byEffects ?? []).filter((tool) => names.has(tool.name)),
  };
  const done = new Set([...kept.safe, ...kept.critical, ...kept.byEffects].map((tool) => tool.name));
  const rest = offered.filter((each) => !done.has(each.name));
  const called = new Set(safe);
  const notDone = <T extends { readonly name: string }>(tools: readonly T[]): readonly T[] =>
    tools.filter((tool) => !done.has(tool.name));
  return {
    schema: 'castellan/module/v1',
    name,
    version: '1.0.0',
    title: visible(title.toWellFormed()).slice(0, 80),
    aliases: [],
    start,
    tools: {
      safe: [
        ...kept.safe,
        ...rest.filter((each) => called.has(each.name)).map((each) => safeTool(each, start)),
        ...notDone(ROOTS),
      ],
      critical: [
        ...kept.critical,
        ...rest.filter((each) => !called.has(each.name)).map((each) => criticalTool(each, start)),
        ...notDone(ASKED_BY_SERVER),
      ],
      byEffects: [...kept.byEffects, ...notDone(askedOfServer(start))],
    },
  };
}

/** The host that a call goes to; none for a process here. */
function hostOf(start: McpStart): readonly DeclaredEffect[] {
  if (start.kind === 'mcp') return [];
  const { hostname, port, protocol } = new URL(start.url);
  const target = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  return [{ kind: 'connect', target, as: 'host', optional: false }];
}

/** As for an agent's own tool that reads: keys, Castellan's own folder and other machines are never safe. */
const READS: readonly SafeEffect[] = [
  {
    kind: 'read',
    places: ['workspace', 'temp', 'system', 'none'],
    resources: ['shell-startup'],
    undoable: false,
  },
  { kind: 'read', places: ['home', 'elsewhere', 'agent-config'], undoable: false },
];

const looksAt = (from: string, optional = false): DeclaredEffect => ({ kind: 'read', from, as: 'uri', optional });

/** Safe by what is asked for: a pattern may make any address, and an argument may name any file. */
function askedOfServer(start: McpStart): readonly ByEffectsTool[] {
  const host = hostOf(start);
  const targets = host.flatMap(({ target }) => target ?? []);
  const safe: readonly SafeEffect[] = [
    ...READS,
    ...(targets.length === 0 ? [] : [{ kind: 'connect' as const, targets, undoable: false }]),
  ];
  const asked = (name: string, label: string, summary: string, ...effects: DeclaredEffect[]): ByEffectsTool => ({
    name,
    label,
    summary,
    scope: 'per-task',
    effects: [...effects, ...host],
    safe: [...safe],
  });
  return [
    asked(MCP_TOOLS.readResource, 'Read a resource', 'Read {uri}', looksAt('uri')),
    asked(MCP_TOOLS.subscribe, 'Be told of changes of a resource', 'Be told of changes of {uri}', looksAt('uri')),
    asked(
      MCP_TOOLS.getPrompt,
      'Take a prompt',
      'Take the prompt {name} with {arguments}',
      { kind: 'read', from: 'name', as: 'text', optional: false },
      looksAt('arguments', true),
    ),
    asked(
      MCP_TOOLS.complete,
      'Complete an argument',
      'Complete {argument}',
      looksAt('argument'),
      looksAt('context', true),
    ),
  ];
}

const ROOTS: readonly SafeTool[] = [
  {
    name: MCP_TOOLS.roots,
    label: 'Tell the server the folders of this session',
    effects: [{ kind: 'read', target: 'folders of the session', as: 'text', resource: 'names', optional: false }],
  },
];

const ASKED_BY_SERVER: readonly CriticalTool[] = [
  {
    name: MCP_TOOLS.sampling,
    label: 'Let the server ask the model',
    scope: 'per-call',
    effects: [
      { kind: 'spend', target: 'tokens of the model', as: 'text', optional: false },
      { kind: 'send', target: 'what the model answers', as: 'text', resource: 'message', optional: false },
    ],
  },
  {
    name: MCP_TOOLS.elicitation,
    label: 'Let the server ask you',
    summary: 'The server asks you: {message}',
    scope: 'per-call',
    effects: [{ kind: 'send', from: 'message', as: 'text', resource: 'message', optional: false }],
  },
];

/** What its name and its arguments speak of, beside what nobody knows: rules and people see where it would go. */
const criticalTool = (definition: Definition, start: McpStart): CriticalTool => ({
  ...told(definition),
  scope: 'per-call',
  effects: [
    UNKNOWN,
    ...hostOf(start),
    ...effectsFrom(definition, start.kind === 'mcp', doingWord(definition.name)?.kind ?? 'read'),
  ],
});

/** Only what it looks at, so that rules for credentials and addresses hold for it too. */
const safeTool = (definition: Definition, start: McpStart): SafeTool => ({
  ...told(definition),
  effects: [
    ...hostOf(start),
    ...effectsFrom(definition, start.kind === 'mcp', 'read').filter(
      ({ kind }) => kind === 'read' || kind === 'connect',
    ),
  ],
});

/** What nobody sorted counts as such (P7): a person may set a level for it, and no preset lets it run. */
const UNKNOWN: DeclaredEffect = { kind: 'unknown', as: 'text', optional: false };
/** More arguments than these are shown with the call itself. */
const MAX_EFFECTS = 12;

function effectsFrom(definition: Definition, local: boolean, kind: DeclaredEffect['kind']): readonly DeclaredEffect[] {
  return argumentsOf(definition)
    .filter(({ schema }) => takesText(schema))
    .flatMap(({ name, required }): readonly DeclaredEffect[] => {
      const as = carrierOf(name)?.as;
      const base = { from: name, optional: !required };
      switch (as) {
        // A server that is reached by its address has other files than this machine.
        case 'path':
          return local ? [{ ...base, kind: kind === 'delete' || kind === 'write' ? kind : 'read', as }] : [];
        case 'url':
          return [{ ...base, kind: 'connect', as }];
        case 'recipient':
          return kind === 'send' ? [{ ...base, kind, as, resource: 'message' }] : [];
        case 'shell':
        case 'sql':
          return [{ ...base, kind: 'execute', as }];
        default:
          return [];
      }
    })
    .slice(0, MAX_EFFECTS);
}

/** How a person reads it. Braces would make places of a template. */
function told(definition: Definition): { readonly name: string; readonly label: string; readonly summary?: string } {
  const label = labelOf(definition);
  const places = argumentsOf(definition)
    .filter(({ name, required, schema }) => required && schema.type === 'string' && /^[A-Za-z0-9_.-]{1,40}$/.test(name))
    .slice(0, 3)
    .map(({ name }) => `${name} {${name}}`);
  const base = { name: definition.name, label };
  return places.length === 0 ? base : { ...base, summary: `${label}: ${places.join(', ')}` };
}

/** The server's own title where it speaks of what the name says; a `delete_all` that calls itself otherwise is read by its name. */
function labelOf({ name, definition }: Definition): string {
  const words = wordsOf(name);
  const spoken = words.join(' ');
  const plain = `${spoken.charAt(0).toUpperCase()}${spoken.slice(1)}`.slice(0, 120) || name.slice(0, 120);
  const { title } = definition;
  if (typeof title !== 'string') return plain;
  const clean = visible(title.toWellFormed())
    .replace(/[{}\n\r]/g, ' ')
    .trim();
  const said = new Set(wordsOf(clean));
  return clean !== '' && clean.length <= 120 && words.every((word) => said.has(word)) ? clean : plain;
}
