// The SDK's server for one connection or (2026-07-28) one request of a client. INVARIANT: whatever is asked comes through
// `answer`, and what it throws beyond a JSON-RPC error of ours is told to nobody.

import type { JsonObject, JsonValue } from '@castellan/contract';
import {
  type jsonSchemaValidator,
  Server as Protocol,
  ProtocolError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { fault, INTERNAL, invalidParams, METHOD_NOT_FOUND } from './faults.ts';
import { instructionsFor } from './instructions.ts';
import { HELD_MS } from './limits.ts';
import { LOG_LEVELS } from './logs.ts';
import { isObject } from './object.ts';
import { complete, getPrompt, listPrompts } from './prompts.ts';
import { listResources, listTemplates, readResource } from './resources.ts';
import type { Line } from './run.ts';
import type { Seat } from './seat.ts';
import { callTool, listTools } from './tools.ts';

/** Before them sessions had another transport. The 2026-07-28 revision is served beside these. */
export const LEGACY_REVISIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26'];
export const MODERN_REVISION = '2026-07-28';

const NO_VALIDATOR: jsonSchemaValidator = {
  getValidator: () => () => ({ valid: false, data: undefined, errorMessage: 'nothing is checked here' }),
};

const CAPABILITIES = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
};

/** @param greets whether the client will be told our instructions: looking through them for secrets takes time. */
export function serverFor(seat: Seat, era: 'legacy' | 'modern', greets = true): Server {
  const { gate, version } = seat.host;
  // No server of connections: it reads and writes messages.
  const server = new Protocol(
    { name: 'castellan', title: 'Castellan', version },
    {
      capabilities: CAPABILITIES,
      ...(greets && { instructions: instructionsFor(seat.catalogue, gate) }),
      // Answers are checked here, and schemas by the definitions they are of: the SDK's own validator would be made each time.
      jsonSchemaValidator: NO_VALIDATOR,
      supportedProtocolVersions: [...LEGACY_REVISIONS],
    },
  );
  // Handlers set by method are checked twice by the SDK and their results copied; this one is not, and checks itself.
  server.fallbackRequestHandler = (request, ctx) => {
    const params = isObject(request.params as JsonObject | undefined) ? (request.params as JsonObject) : {};
    return told(() => answer(seat, lineOf(server, era, ctx), request.method, params));
  };
  server.setRequestHandler('logging/setLevel', (request) => {
    const { level } = request.params;
    if (!LOG_LEVELS.includes(level)) throw invalidParams('there is no such level');
    seat.level = level;
    for (const upstream of seat.servers()) seat.logs.setLevel(upstream, level);
    return {};
  });
  server.setNotificationHandler('notifications/roots/list_changed', () => seat.rootsChanged());
  server.onerror = () => {};
  return server;
}

/** What a client of 2026-07-28 may ask: anything else is not found, by HTTP too. */
export const MODERN_METHODS: ReadonlySet<JsonValue | undefined> = new Set([
  'server/discover',
  'subscriptions/listen',
  'tools/call',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
]);

function answer(seat: Seat, line: Line, method: string, params: JsonObject): Promise<JsonObject> {
  switch (method) {
    case 'tools/call':
      return callTool(seat, line, params);
    case 'tools/list':
      return listTools(seat, params);
    case 'resources/list':
      return listResources(seat, params);
    case 'resources/templates/list':
      return listTemplates(seat, params);
    case 'resources/read':
      return readResource(seat, line, params);
    case 'resources/subscribe':
      return seat.subscriptions.add(line, uriOf(params)).then(() => ({}));
    case 'resources/unsubscribe':
      seat.subscriptions.remove(uriOf(params));
      return Promise.resolve({});
    case 'prompts/list':
      return listPrompts(seat, params);
    case 'prompts/get':
      return getPrompt(seat, line, params);
    case 'completion/complete':
      return complete(seat, line, params);
    default:
      throw fault(METHOD_NOT_FOUND, 'Method not found');
  }
}

function uriOf(params: JsonObject): string {
  if (typeof params.uri !== 'string') throw invalidParams('`uri` is not a text');
  return params.uri;
}

/** What is thrown beyond our own faults is a bug, and its words stay here. */
async function told(run: () => Promise<JsonObject>): Promise<{ [key: string]: unknown }> {
  try {
    return { ...(await run()) };
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw fault(INTERNAL, 'the gateway failed; the call may or may not have been made');
  }
}

function lineOf(server: Server, era: 'legacy' | 'modern', ctx: ServerContext): Line {
  const { mcpReq } = ctx;
  const token = mcpReq._meta?.progressToken;
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const declared =
    era === 'modern' ? envelope['io.modelcontextprotocol/clientCapabilities'] : server.getClientCapabilities();
  const level = envelope['io.modelcontextprotocol/logLevel'];
  const state: unknown = mcpReq.requestState();
  if (state !== undefined && typeof state !== 'string') throw invalidParams('`requestState` is not a text');
  return {
    era,
    revision: era === 'modern' ? MODERN_REVISION : (server.getNegotiatedProtocolVersion() ?? ''),
    capabilities: (declared ?? {}) as JsonObject,
    signal: mcpReq.signal,
    progressToken: typeof token === 'string' || typeof token === 'number' ? token : undefined,
    logLevel: typeof level === 'string' ? level : undefined,
    state: era === 'modern' ? state : undefined,
    responses: era === 'modern' ? (mcpReq.inputResponses as JsonObject | undefined) : undefined,
    notify: (method, params) => {
      mcpReq.notify({ method, params }).catch(() => undefined);
    },
    ask: async (method, params, signal) => {
      if (era === 'modern') throw fault(METHOD_NOT_FOUND, 'the client cannot be asked during this request');
      const request = { method: method as 'elicitation/create', params };
      return (await mcpReq.send(request, { signal, timeout: HELD_MS })) as JsonObject;
    },
  };
}
