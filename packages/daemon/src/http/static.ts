// The pages, from memory. INVARIANT: what is asked for is looked up in a table that was made once from the folder of the
// build; no path of a request ever reaches the disk, so there is no way out of that folder.
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { errnoOf } from '../start-error.ts';
import { type Headers, pagePolicy } from './headers.ts';

/** What may be served at all; anything else in the folder does not exist. */
const TYPES: { readonly [extension: string]: string } = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
const PACKED: ReadonlySet<string> = new Set(['.png', '.woff2']);
/** Vite names these by what is in them. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.[a-z0-9]+$/;
const NONCE = '__CSP_NONCE__';
const NEVER_BUILT = 'The pages of Castellan have not been built yet. `npm start` builds them.\n';
/** A path of the page's own router: words, no file. The API, the broker and the MCP endpoint are not among them. */
const CLIENT_PATH = /^\/(?!v1(?:\/|$)|metrics$|model(?:\/|$)|mcp(?:\/|$)|assets(?:\/|$))[A-Za-z0-9/_-]*$/;

type Encoding = 'br' | 'gzip';
interface StaticFile {
  readonly bytes: Buffer;
  readonly headers: Headers;
  readonly etag: string;
  readonly packs: boolean;
  /** Made when somebody first asks for it. */
  readonly packed: Map<Encoding, Promise<Buffer>>;
}

const PACK: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 7 }),
};

export interface Pages {
  /** Null: never built. */
  readonly page: readonly string[] | null;
  readonly files: ReadonlyMap<string, StaticFile>;
}

function fileOf(path: string, bytes: Buffer): StaticFile {
  const extension = extname(path);
  const immutable = HASHED.test(path);
  // A service worker's own requests are judged by its own policy.
  const worker = extension === '.js' && !immutable ? { 'content-security-policy': pagePolicy(null) } : {};
  return {
    bytes,
    etag: `"${hash('sha256', bytes, 'hex').slice(0, 32)}"`,
    packs: !PACKED.has(extension),
    packed: new Map(),
    headers: {
      'content-type': TYPES[extension] ?? '',
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...worker,
    },
  };
}

/** Reads the build once. What is made anew later is served after a restart. */
export function readPages(folder: string): Pages {
  try {
    const page = readFileSync(join(folder, 'index.html'), 'utf8').split(NONCE);
    const files = new Map<string, StaticFile>();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      // A link could lead out of the folder.
      if (entry.isFile() && extname(path) in TYPES && !path.includes('/.'))
        files.set(path, fileOf(path, readFileSync(file)));
    }
    return { page, files };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { page: null, files: new Map() };
    throw error;
  }
}

/** The first of ours that the browser names without refusing it. */
function encodingOf(accepted: string): Encoding | null {
  const names = accepted
    .toLowerCase()
    .split(',')
    .filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each))
    .map((each) => each.split(';')[0]?.trim());
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : null;
}

export interface PageServer {
  /** Whether this is asked of the pages: `page` may be opened from anywhere, a file only by our page. */
  asks(message: IncomingMessage): 'page' | 'file' | null;
  answer(message: IncomingMessage, response: ServerResponse): void;
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

export function createPageServer({ page, files }: Pages, clock: Pick<Clock, 'random'>): PageServer {
  const sendPage = (response: ServerResponse): void => {
    const nonce = clock.random(16).toString('base64url');
    const [status, text, type] =
      page === null ? [503, NEVER_BUILT, 'text/plain'] : [200, page.join(nonce), 'text/html'];
    const headers = { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': pagePolicy(nonce) };
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
  };
  const sendFile = async (file: StaticFile, message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = { ...file.headers, etag: file.etag, ...(file.packs ? { vary: 'accept-encoding' } : {}) };
    if (message.headers['if-none-match'] === file.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const accepted = message.headers['accept-encoding'];
    const encoding = file.packs && typeof accepted === 'string' ? encodingOf(accepted) : null;
    const packing = encoding === null ? undefined : (file.packed.get(encoding) ?? PACK[encoding](file.bytes));
    if (encoding !== null && packing !== undefined) file.packed.set(encoding, packing);
    const bytes = packing === undefined ? file.bytes : await packing;
    const encoded = encoding === null ? {} : { 'content-encoding': encoding };
    response.writeHead(200, { ...headers, ...encoded, 'content-length': bytes.length }).end(bytes);
  };
  return {
    asks(message) {
      if (message.method !== 'GET' && message.method !== 'HEAD') return null;
      const path = pathOf(message);
      return files.has(path) ? 'file' : CLIENT_PATH.test(path) ? 'page' : null;
    },
    answer(message, response) {
      const file = files.get(pathOf(message));
      if (file === undefined) sendPage(response);
      else void sendFile(file, message, response).catch(() => response.destroy());
    },
  };
}
