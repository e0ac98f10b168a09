// How a request fails on the wire: the codes of JSON-RPC and MCP, and ours. Messages are one line that an agent can act on.

import type { JsonValue } from '@castellan/contract';
import { ProtocolError } from '@modelcontextprotocol/server';

export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
export const INVALID_PARAMS = -32602;
export const INTERNAL = -32603;
/** Of the range for servers: the gate refused it. The message says why and what can be done. */
export const REFUSED = -32010;
/** The server of a module did not answer, or not as it must. */
export const UPSTREAM_FAILED = -32011;
/** Too much at once. */
export const TOO_MUCH = -32012;

/** A request that ends in a JSON-RPC error. */
export const fault = (code: number, message: string, data?: JsonValue): ProtocolError =>
  data === undefined ? new ProtocolError(code, message) : new ProtocolError(code, message, data);

export const invalidParams = (message: string): ProtocolError => fault(INVALID_PARAMS, message);
