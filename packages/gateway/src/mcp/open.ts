// The way in to the endpoint for whoever mounts it: the library of the protocol is loaded with the first client and not with
// the daemon, which starts without it.
import type { EndpointHost, McpEndpoint } from './endpoint/index.ts';

/** The MCP server that clients talk to, over what it stands on. */
export async function openMcp(host: EndpointHost): Promise<McpEndpoint> {
  const endpoint = await import('./endpoint/index.ts');
  return endpoint.openMcp(host);
}
