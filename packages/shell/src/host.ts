// Hosts as a connection would see them: punycode, every spelling of an IP address normalised, and where the host lies.
// A host is read by the platform's URL parser, so that no spelling means one thing here and another to the client.
import type { Place } from '@castellan/contract';

/** The part of the WHATWG URL that is used: there in Node and in browsers, and in no ECMAScript library. */
interface ParsedUrl {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
}
type UrlConstructor = { parse(url: string, base?: string): ParsedUrl | null };
const Url = (globalThis as unknown as { readonly URL: UrlConstructor }).URL;

export interface Host {
  readonly host: string;
  readonly port: string;
  readonly place: Extract<Place, 'loopback' | 'private' | 'metadata' | 'public' | 'unresolved'>;
  /** What a person should know about the spelling. */
  readonly note?: string;
}

export type ReadUrl =
  | { readonly kind: 'host'; readonly scheme: string; readonly host: Host }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'invalid'; readonly note: string };

const DEFAULT_PORTS: { readonly [scheme: string]: string } = {
  http: '80',
  https: '443',
  ws: '80',
  wss: '443',
  ftp: '21',
  ssh: '22',
};

/** A URL as browsers read it. Text that has no scheme is invalid: nobody guesses. */
export function readUrl(text: string): ReadUrl {
  const url = Url.parse(text);
  if (url === null) return { kind: 'invalid', note: 'not a URL' };
  const scheme = url.protocol.slice(0, -1).toLowerCase();
  if (scheme === 'file') {
    if (url.hostname !== '' && url.hostname !== 'localhost')
      return { kind: 'invalid', note: 'a file on another machine' };
    try {
      return { kind: 'file', path: decodeURIComponent(url.pathname) };
    } catch {
      return { kind: 'invalid', note: 'not a file URL' };
    }
  }
  if (url.hostname === '') return { kind: 'invalid', note: `\`${scheme}:\` names no host` };
  const userinfo =
    url.username !== '' || url.password !== '' ? 'the text before `@` is a user name, not the host' : undefined;
  const host = readHost(url.hostname);
  if (host === undefined) return { kind: 'invalid', note: 'not a host' };
  const port = url.port !== '' ? url.port : (DEFAULT_PORTS[scheme] ?? '');
  const note = userinfo ?? host.note;
  return { kind: 'host', scheme, host: { ...host, port, ...(note === undefined ? {} : { note }) } };
}

/** `host`, `host:port` or `[v6]:port`, in any spelling. Nothing when it is no host. */
export function readHost(text: string): Host | undefined {
  const trimmed = text.trim();
  const bare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(trimmed) ? `[${trimmed}]` : trimmed;
  if (bare === '' || /[\s/\\@?#]/.test(bare)) return undefined;
  // http is a scheme whose hosts are normalised; another one would keep the text as it is.
  const url = Url.parse(`http://${bare}/`);
  if (url === null || url.username !== '') return undefined;
  const host = unmapped(url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''));
  const written = bare
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .replace(/\.$/, '');
  const port = /:80$/.test(bare) && url.port === '' ? '80' : url.port;
  const note = written === host ? {} : { note: `written as \`${written.slice(0, 100)}\`` };
  return { host, port, place: placeOfHost(host), ...note };
}

/** `::ffff:127.0.0.1` reaches the IPv4 address it holds, so it is that address. */
function unmapped(host: string): string {
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)?.slice(1);
  if (groups === undefined) return host;
  return groups
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

/** How a host is written in an effect. */
export function hostTarget({ host, port }: Pick<Host, 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === '' ? name : `${name}:${port}`;
}

const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.azure.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);
const METADATA_ADDRESSES = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd20:ce::254',
]);

function placeOfHost(host: string): Host['place'] {
  if (METADATA_NAMES.has(host) || METADATA_ADDRESSES.has(host)) return 'metadata';
  if (host.includes(':')) return placeOfIpv6(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return placeOfIpv4(host.split('.').map(Number));
  if (THIS_MACHINE.test(host)) return 'loopback';
  const carried = CARRIERS.exec(host)?.[1];
  if (carried !== undefined) return placeOfCarried(carried);
  // Names that only this network knows; what they lead to is decided by its resolver.
  if (!host.includes('.') || /\.(?:local|internal|lan|home|intranet|corp|home\.arpa)$/.test(host)) return 'unresolved';
  return 'public';
}

/** Names that lead to this machine wherever they are asked for. */
const THIS_MACHINE =
  /^(?:(?:.*\.)?localhost|localhost\.localdomain|localhost[46](?:\.localdomain[46])?|ip6-(?:localhost|loopback)|(?:.*\.)?(?:lvh\.me|localtest\.me|lacolhost\.com|vcap\.me))$/;
/** Domains whose names carry the address they lead to. */
const CARRIERS =
  /^(?:(.*)\.)?(?:nip\.io|sslip\.io|xip\.io|traefik\.me|local-ip\.(?:co|sh)|localip\.(?:co|sh)|ip\.addr\.tools)$/;

/** `app.10-0-0-1.nip.io`, `10.0.0.1.nip.io`, `7f000001.nip.io`: the last address in it counts. What carries none could be any. */
function placeOfCarried(name: string): Host['place'] {
  const last = (pattern: RegExp): RegExpExecArray | undefined => [...name.matchAll(pattern)].at(-1);
  const dotted = last(/(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})(?=$|\.)/g)?.slice(1);
  const hex = last(/(?:^|[.-])([0-9a-f]{8})(?=$|\.)/g)?.[1];
  const parts = dotted?.map(Number) ?? hex?.match(/../g)?.map((pair) => Number.parseInt(pair, 16));
  if (parts === undefined || parts.some((part) => part > 255)) return 'unresolved';
  // Two addresses in one name: which of them counts is the server's to say.
  if (dotted !== undefined && hex !== undefined) return 'unresolved';
  const place = placeOfIpv4(parts);
  return place === 'public' ? 'unresolved' : place;
}

function placeOfIpv4([a = 0, b = 0, c = 0, d = 0]: readonly number[]): Host['place'] {
  if (METADATA_ADDRESSES.has(`${a}.${b}.${c}.${d}`)) return 'metadata';
  if (a === 127 || a === 0) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'private';
  if ((a === 169 && b === 254) || (a === 100 && b >= 64 && b <= 127) || a >= 224) return 'private';
  // For protocols, for measurements, for documents: no machine on the public network has one.
  if ((a === 192 && b === 0 && (c === 0 || c === 2)) || (a === 198 && (b === 18 || b === 19))) return 'private';
  if ((a === 198 && b === 51 && c === 100) || (a === 203 && b === 0 && c === 113)) return 'private';
  return 'public';
}

/** The URL parser gives IPv6 in its shortest form, so prefixes can be compared as text after filling it up again. */
function placeOfIpv6(host: string): Host['place'] {
  const [head = '', tail] = host.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  const [first = 0, second = 0] = groups;
  const embedded = [6, 7].flatMap((index) => [(groups[index] ?? 0) >> 8, (groups[index] ?? 0) & 255]);
  const zeroTo = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  if (zeroTo(7) && (groups[7] === 1 || groups[7] === 0)) return 'loopback';
  // IPv4 inside IPv6: mapped, compatible, translated (NAT64) and 6to4 all reach the IPv4 address.
  if (zeroTo(6) || (zeroTo(5) && groups[5] === 0xffff)) return placeOfIpv4(embedded);
  if (first === 0x64 && second === 0xff9b) return placeOfIpv4(embedded);
  if (first === 0x2002) return placeOfIpv4([1, 2].flatMap((i) => [(groups[i] ?? 0) >> 8, (groups[i] ?? 0) & 255]));
  if (first === 0x2001 && second === 0xdb8) return 'private';
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00) return 'private';
  return 'public';
}
