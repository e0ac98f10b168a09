// Who is connected where: the TCP connections of this machine's own network, and which process holds which. Linux only. Another
// network namespace has a list of its own, which is not looked at: what is confined reaches nothing but the way out.
import { opendirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { BlockList } from 'node:net';

export interface SeenConnection {
  /** Of the socket: who holds it says the same number. */
  readonly inode: number;
  readonly address: string;
  readonly port: number;
}

const ESTABLISHED = '01';
const SYN_SENT = '02';
/** More sockets than any program that is looked at has; whoever has more is seen in part. */
const MOST_DESCRIPTORS = 4096;

/** The far ends of every connection that is open or being opened. */
export async function openConnections(root = '/proc'): Promise<readonly SeenConnection[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`${root}/self/net/${name}`, 'latin1').catch(() => '')),
  );
  return tables.flatMap((table) => table.split('\n').slice(1).flatMap(parseConnection));
}

/** One line of `/proc/net/tcp` or `tcp6`; nothing: it is no connection to anybody. */
export function parseConnection(line: string): readonly SeenConnection[] {
  const fields = line.trim().split(/\s+/);
  const [remote = '', state = '', inode = ''] = [fields[2], fields[3], fields[9]];
  if (state !== ESTABLISHED && state !== SYN_SENT) return [];
  const [host = '', port = ''] = remote.split(':');
  const address = addressOf(host);
  const found = { inode: Number(inode), address: address ?? '', port: Number.parseInt(port, 16) };
  return address === null || !(found.inode > 0) || !(found.port > 0) ? [] : [found];
}

/** The kernel writes addresses as words of four bytes, each the other way round; as every machine that we are built for does. */
function addressOf(hex: string): string | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return null;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed(),
  );
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  if (bytes.length === 4 || mapped) return bytes.slice(-4).join('.');
  const words = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}

/** The numbers of the sockets that a process holds; none where it has ended or is not ours to see. */
export function socketsOf(pid: number, root = '/proc'): readonly number[] {
  const found: number[] = [];
  try {
    using folder = opendirSync(`${root}/${pid}/fd`, { bufferSize: 256 });
    for (let looked = 0; looked < MOST_DESCRIPTORS; looked += 1) {
      const entry = folder.readSync();
      if (entry === null) break;
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`${root}/${pid}/fd/${entry.name}`))?.[1];
      if (inode !== undefined) found.push(Number(inode));
    }
  } catch {
    // It ended while we looked, or is not ours to see.
  }
  return found;
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');

/** Whether it is this machine itself. */
export const isLoopback = (address: string): boolean => own.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
