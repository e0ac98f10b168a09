// Part of the plug-in for OpenCode (plugin.mjs): whose a tool is. OpenCode names a tool of a server `SERVER_TOOL`, and tells
// nothing more of it.
import { isDeepStrictEqual } from 'node:util';
import { soon } from './daemon.mjs';
import { isObject, plain } from './values.mjs';
import { CONNECTION, OWN } from './words.mjs';

/** As OpenCode spells a server's name in its tools. */
const spelt = (name) => name.replace(/[^a-zA-Z0-9_-]/g, '_');

export function serversOf({ client }) {
  const servers = new Map(); // server of tools → whether it is the user's own
  let gateway = false;
  return {
    /** Our own gateway is what `connect` wrote, to the letter, and nobody else's name begins like its. */
    async read(mcp = {}, gatewayOnly = false) {
      const own = mcp[OWN];
      const { file, args, env } = CONNECTION.gateway;
      gateway =
        own?.type === 'local' &&
        (gatewayOnly || own.cwd === undefined) &&
        isDeepStrictEqual(plain(own.command), [file, ...args]) &&
        isDeepStrictEqual(plain(own.environment ?? {}), env) &&
        !Object.keys(mcp).some((name) => name !== OWN && /^castellan(_|$)/.test(spelt(name)));
      if (gatewayOnly) return;
      const data = (await soon(() => client._client.get({ url: '/global/config' })))?.data;
      for (const [name, server] of Object.entries(mcp))
        servers.set(
          spelt(name),
          isObject(data?.mcp?.[name]) && isDeepStrictEqual(plain(server), plain(data.mcp[name])),
        );
    },
    /** The longest name that fits. */
    of(tool) {
      const fits = [...servers.keys()]
        .filter((name) => tool.startsWith(`${name}_`))
        .sort((a, b) => b.length - a.length);
      return fits.length === 0
        ? {}
        : { mcp_server: { name: fits[0], source: servers.get(fits[0]) ? 'user' : 'project' } };
    },
    /** A tool of our own gateway, which decides it itself. In doubt it is none. */
    async isGateways(tool) {
      if (!gateway || !tool.startsWith(`${OWN}_`)) return false;
      const data = (await soon(() => client.tool.ids()))?.data;
      return Array.isArray(data) && !data.includes(tool);
    },
  };
}
