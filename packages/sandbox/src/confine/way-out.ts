// The way out as a confined program sees it: ports of its own loopback, and the variables by which programs find a proxy.
import type { ConfinedNetwork, Forward } from './spec.ts';

/** Where the egress proxy stands inside. */
const PORT = 3128;
const USER = /^[\w-]{1,100}$/;

/** Ports inside with what they lead to. */
export function forwardsOf(network: ConfinedNetwork): readonly Forward[] {
  if (typeof network === 'string') return [];
  return [...(network.egress === null ? [] : [{ port: PORT, socket: network.egress }]), ...network.forwards];
}

/** In both cases of letters: programs do not agree on which of them counts. */
export function proxyVariables(network: ConfinedNetwork): Readonly<Record<string, string>> {
  if (typeof network === 'string' || network.egress === null) return {};
  const { user } = network;
  if (user !== undefined && !USER.test(user))
    throw new TypeError('a user of the proxy has letters, digits, `_` and `-`');
  // Some programs send a name only together with a word.
  const proxy = `http://${user === undefined ? '' : `${user}:run@`}127.0.0.1:${PORT}`;
  const own = 'localhost,127.0.0.1,::1';
  return {
    ...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: own },
    ...{ http_proxy: proxy, https_proxy: proxy, all_proxy: proxy, no_proxy: own },
    NODE_USE_ENV_PROXY: '1',
  };
}
