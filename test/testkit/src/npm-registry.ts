// An npm registry on loopback that a test fills: packuments and tarballs, as a real npm asks for them.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Path inside the package to its text; `package.json` is made of the other fields. */
  readonly files: Readonly<Record<string, string>>;
  readonly manifest?: Readonly<Record<string, unknown>>;
}

export interface NpmRegistry extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
  publish(published: PublishedPackage): void;
  unpublish(name: string, version: string): void;
  /** Gives other bytes from now on than the packument promises. */
  tamper(name: string, version: string): void;
  /** Answers nothing any more, and keeps the connections open. */
  hang(): void;
}

interface Stored {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly integrity: string;
  readonly shasum: string;
  tarball: Buffer;
}

/** A tar header and its content, padded (POSIX ustar). */
function entry(path: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write('0000755\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const tarballOf = (files: Readonly<Record<string, string>>): Buffer =>
  gzipSync(
    Buffer.concat([...Object.entries(files).map(([path, text]) => entry(`package/${path}`, text)), Buffer.alloc(1024)]),
  );

export async function startNpmRegistry(): Promise<NpmRegistry> {
  const packages = new Map<string, Map<string, Stored>>();
  const asked: string[] = [];
  let hangs = false;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    asked.push(path);
    if (hangs) return;
    const [, name = '', version = ''] = /^(.+)\/-\/.*?-(\d[^/]*)\.tgz$/.exec(path) ?? [];
    const stored = packages.get(name)?.get(version);
    if (stored !== undefined) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(stored.tarball);
      return;
    }
    const versions = packages.get(path);
    response.setHeader('content-type', 'application/json');
    if (versions === undefined || versions.size === 0) {
      response.writeHead(404).end('{"error":"not_found"}');
      return;
    }
    const dist = (each: string, { integrity, shasum }: Stored) => {
      const tarball = `${url}${path}/-/${path.replace(/^.*\//, '')}-${each}.tgz`;
      return { tarball, integrity, shasum };
    };
    response.end(
      JSON.stringify({
        name: path,
        'dist-tags': { latest: [...versions.keys()].at(-1) },
        versions: Object.fromEntries(
          [...versions].map(([each, one]) => [each, { ...one.manifest, dist: dist(each, one) }]),
        ),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    asked,
    publish({ name, version, files, manifest: more = {} }) {
      const manifest = { name, version, ...more };
      const tarball = tarballOf({ 'package.json': JSON.stringify(manifest), ...files });
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
      const shasum = createHash('sha1').update(tarball).digest('hex');
      const versions = packages.get(name) ?? new Map<string, Stored>();
      packages.set(name, versions.set(version, { manifest, tarball, integrity, shasum }));
    },
    unpublish: (name, version) => void packages.get(name)?.delete(version),
    tamper(name, version) {
      const stored = packages.get(name)?.get(version);
      if (stored === undefined) throw new Error(`\`${name}@${version}\` was never published`);
      stored.tarball = tarballOf({ 'package.json': JSON.stringify(stored.manifest), 'other.js': 'process.exit(1);' });
    },
    hang: () => {
      hangs = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
