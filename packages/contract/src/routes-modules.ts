// Routes of the gateway: modules that are MCP servers, and the endpoint where agents reach them.
import {
  moduleAcceptSchema,
  moduleAddSchema,
  moduleListSchema,
  moduleMovedSchema,
  modulePlanRequestSchema,
  modulePlanSchema,
  moduleSignInSchema,
  moduleSummarySchema,
  moduleViewSchema,
} from './module.ts';
import type { Route } from './route.ts';

/** What a tool may be given and may give, in one message. */
export const MAX_MCP_MESSAGE_BYTES = 4_194_304;

export const MODULE_ROUTES = {
  modules: {
    method: 'GET',
    path: '/v1/modules',
    permission: 'modules:read',
    summary: 'modules, with the state of their servers',
    response: moduleListSchema,
  },
  module: {
    method: 'GET',
    path: '/v1/modules/:name',
    permission: 'modules:read',
    summary: 'one module: what it offers, what differs from what was accepted, health, last calls',
    response: moduleViewSchema,
  },
  planModule: {
    method: 'POST',
    path: '/v1/modules/plan',
    permission: 'modules:write',
    summary: 'what adding a server would mean; starts it only where asked to look',
    body: modulePlanRequestSchema,
    response: modulePlanSchema,
  },
  addModule: {
    method: 'POST',
    path: '/v1/modules',
    permission: 'modules:write',
    summary: 'add a server as it was planned and looked at',
    body: moduleAddSchema,
    response: moduleSummarySchema,
  },
  removeModule: {
    method: 'DELETE',
    path: '/v1/modules/:name',
    permission: 'modules:write',
    summary: 'stop a server and forget what was accepted of it',
    response: moduleSummarySchema,
  },
  acceptModule: {
    method: 'POST',
    path: '/v1/modules/:name/accept',
    permission: 'modules:write',
    summary: 'accept what a server offers now, as it was shown',
    body: moduleAcceptSchema,
    response: moduleViewSchema,
  },
  restartModule: {
    method: 'POST',
    path: '/v1/modules/:name/restart',
    permission: 'modules:write',
    summary: 'stop the running servers of a module; the next call starts them',
    response: moduleSummarySchema,
  },
  signInModule: {
    method: 'POST',
    path: '/v1/modules/:name/sign-in',
    permission: 'modules:write',
    summary: 'begin an OAuth sign-in to a server',
    response: moduleSignInSchema,
  },
  signOutModule: {
    method: 'POST',
    path: '/v1/modules/:name/sign-out',
    permission: 'modules:write',
    summary: 'forget the tokens of a server',
    response: moduleSummarySchema,
  },
  moduleCallback: {
    method: 'GET',
    path: '/v1/modules/oauth/callback/:issuer',
    permission: 'public',
    summary: 'where an authorization server sends the browser back; the state names the sign-in that began it',
  },
  moduleMoved: {
    method: 'POST',
    path: '/v1/modules/moved',
    permission: 'modules:write',
    summary: "note that a client's server was moved behind the gateway, or back",
    body: moduleMovedSchema,
  },
  mcp: {
    method: 'POST',
    path: '/mcp',
    permission: 'mcp:use',
    summary: 'MCP over Streamable HTTP: every module, names as `module__tool`',
    maxBodyBytes: MAX_MCP_MESSAGE_BYTES,
  },
  mcpStream: {
    method: 'GET',
    path: '/mcp',
    permission: 'mcp:use',
    summary: 'messages of the gateway to a session',
  },
  mcpEnd: { method: 'DELETE', path: '/mcp', permission: 'mcp:use', summary: 'end a session' },
  mcpModule: {
    method: 'POST',
    path: '/mcp/:module',
    permission: 'mcp:use',
    summary: 'MCP over Streamable HTTP: one module, names as its server says them',
    maxBodyBytes: MAX_MCP_MESSAGE_BYTES,
  },
  mcpModuleStream: {
    method: 'GET',
    path: '/mcp/:module',
    permission: 'mcp:use',
    summary: 'messages of the gateway to a session of one module',
  },
  mcpModuleEnd: {
    method: 'DELETE',
    path: '/mcp/:module',
    permission: 'mcp:use',
    summary: 'end a session of one module',
  },
  mcpSocket: {
    method: 'GET',
    path: '/v1/mcp',
    permission: 'mcp:use',
    summary: 'MCP over a WebSocket, one message a frame: what `castellan mcp` speaks',
  },
} as const satisfies Record<string, Route>;
