// The variables and functions a condition may use. No clock, no randomness, no I/O: the same call gives the same answer.
import { Environment } from '@marcbachmann/cel-js';
import { inHosts } from './hosts.ts';
import { CelCall, CelConfig, CelEffect, CelFlow, CelModule, CelSession } from './values.ts';

/** Limits on one condition, so that parsing and checking it is bounded whoever wrote it. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 64, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 8 };

/**
 * Whether a text matches a pattern in which `*` stands for any text. Each piece is searched once, left to right, so the
 * cost is that of `indexOf`; there is no backtracking to provoke.
 */
export function like(text: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return text === pattern;
  const first = pattern.slice(0, star);
  // Of thousands of pairs at each start most differ here: nothing is cut into pieces for them.
  if (!text.startsWith(first)) return false;
  const pieces = pattern.split('*');
  const last = pieces.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

export const environment = new Environment({ limits: LIMITS })
  .registerType('Call', {
    ctor: CelCall,
    fields: {
      agent: 'string',
      task: 'string',
      session: 'string',
      module: 'string',
      tool: 'string',
      name: 'string',
      args: 'map<string, dyn>',
      cwd: 'string',
      workspace: 'string',
      origin: 'string',
      script: 'string',
      subagent: 'bool',
    },
  })
  .registerType('Effect', {
    ctor: CelEffect,
    fields: {
      kind: 'string',
      target: 'string',
      target_kind: 'string',
      place: 'string',
      certainty: 'string',
      recursive: 'bool',
      resource: 'string',
      undoable: 'bool',
      note: 'string',
    },
  })
  .registerType('Flow', {
    ctor: CelFlow,
    fields: {
      label: 'string',
      source: 'string',
      argument: 'string',
      encoded: 'bool',
      whole: 'bool',
      length: 'int',
      encodings: 'list<string>',
    },
  })
  .registerType('Session', {
    ctor: CelSession,
    fields: {
      interactive: 'bool',
      flows: 'list<Flow>',
      seen: 'list<string>',
      fresh: 'list<string>',
      page_host: 'string',
      page_credentials: 'bool',
    },
  })
  .registerType('Config', {
    ctor: CelConfig,
    fields: {
      browser_hosts: 'list<string>',
      browser_blocked: 'list<string>',
      cloud_services: 'list<string>',
      own_ports: 'list<string>',
    },
  })
  .registerType('Module', {
    ctor: CelModule,
    fields: { name: 'string', title: 'string', version: 'string', known: 'bool', tool_class: 'string' },
  })
  .registerVariable('call', 'Call')
  .registerVariable('effects', 'list<Effect>')
  .registerVariable('session', 'Session')
  .registerVariable('module', 'Module')
  .registerVariable('config', 'Config')
  .registerFunction('string.like(string): bool', { handler: like, async: false })
  .registerFunction('string.inHosts(list<string>): bool', { handler: inHosts, async: false })
  .registerFunction('string.lower(): string', { handler: (text: string) => text.toLowerCase(), async: false });
