// What `remote` of config.yaml asks for, and every reason why it cannot be had, before anything is opened. Pure.
import type { Remote } from '@castellan/contract';
import { networkFault, reachOf } from '../allow-list.ts';

export interface RemoteSettings {
  /** Where to listen. */
  readonly host: string;
  readonly port: number;
  /** In a browser's address bar: `castellan.example.org`, with a port that is not 443. */
  readonly name: string;
  readonly address: string;
  /** Paths of PEM files. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** Networks of the proxy that ends TLS; empty where we do. */
  readonly proxies: readonly string[];
  readonly allow: readonly string[];
}

export interface Fault {
  readonly text: string;
  readonly hint: string;
}

export type Wanted =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly settings: RemoteSettings }
  | { readonly kind: 'fault'; readonly fault: Fault };

const fault = (text: string, hint: string): Wanted => ({ kind: 'fault', fault: { text, hint } });

/** Where to listen for a proxy: nobody else may hear what goes over this wire, which is not encrypted any more. */
function hostForProxy(host: string, from: readonly string[]): string | Fault {
  const isHere = from.every((network) => reachOf(network.split('/', 1)[0] ?? '') === 'loopback');
  const reach = reachOf(host);
  if (isHere)
    return reach === 'loopback'
      ? host
      : reach === 'any'
        ? '127.0.0.1'
        : {
            text: `\`remote.host\` is \`${host}\`, and the proxy of \`remote.proxy\` is on this machine`,
            hint: 'remove `remote.host`: 127.0.0.1 is used',
          };
  if (reach === 'private' || reach === 'loopback') return host;
  return {
    text: 'with `remote.proxy` on another machine `remote.host` must be one private address of this one',
    hint: 'without TLS on this wire nobody but the proxy may reach it; or use `remote.tls`',
  };
}

export function wantedRemote(remote: Remote): Wanted {
  if (!remote.enabled) return { kind: 'off' };
  const { address, tls, proxy, allow, port } = remote;
  const bad = [...allow, ...(proxy?.from ?? [])].map(networkFault).find((each) => each !== null);
  if (bad !== undefined && bad !== null) return fault(`remote: ${bad}`, 'write 192.0.2.7, 10.0.0.0/8 or fd00::/8');
  if (address === null)
    return fault('`remote.enabled` needs `remote.address`', 'say what stands in the address bar: https://host.example');
  const { host: name, pathname, search, hash, username, password } = new URL(address);
  if (pathname !== '/' || search !== '' || hash !== '' || username !== '' || password !== '')
    return fault(`\`remote.address\` has more than a host and a port: \`${address}\``, `write https://${name}`);
  if (tls !== null && proxy !== null) return fault('`remote` has both `tls` and `proxy`', 'keep the one that ends TLS');
  const settings = { port, name, address: `https://${name}`, allow };
  if (tls !== null) return { kind: 'on', settings: { ...settings, host: remote.host, tls, proxies: [] } };
  if (proxy === null)
    return fault(
      '`remote` has no TLS: neither `tls` nor `proxy`',
      'give `remote.tls` a certificate and its key, or say with `remote.proxy` what ends TLS before us',
    );
  if (proxy.from.some((network) => /\/0$/.test(network)))
    return fault('`remote.proxy.from` is everybody', 'name the addresses the proxy speaks from');
  const host = hostForProxy(remote.host, proxy.from);
  if (typeof host !== 'string') return { kind: 'fault', fault: host };
  return { kind: 'on', settings: { ...settings, host, tls: null, proxies: proxy.from } };
}
