// `modules/NAME.lock.json`: what a person accepted of a server. `modules/NAME.seen.json`: what it offered last where that was
// something else. INVARIANT: a lock that is not wholly as it was written, and ours alone, is no lock.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  canonicalJson,
  definitionSchema,
  differenceSchema,
  faultLine,
  instantSchema,
  jsonObjectSchema,
  type ModuleLock,
  moduleNameSchema,
  type Parsed,
  parseModuleLock,
  parserOf,
  serverIdentitySchema,
} from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import type { Seen } from '@castellan/gateway';
import { z } from 'zod';
import { sha256 } from '../digest.ts';
import { readOwnFile } from '../own-file.ts';

/** Everything a server may say (4 Mi characters, twice over as JSON text), and what stands around it. */
const MAX_BYTES = 16_777_216;

/** INVARIANT: a field for each member of `Seen`, no more and no fewer, or it does not compile: a file that is refused holds its module. */
const SEEN_FIELDS = {
  identity: serverIdentitySchema,
  server: z.strictObject({ name: z.string(), version: z.string() }),
  protocol: z.string(),
  instructions: z.string().nullable(),
  capabilities: jsonObjectSchema,
  definitions: z.array(definitionSchema),
  unusable: z.array(differenceSchema).readonly().exactOptional(),
} satisfies { readonly [K in keyof Required<Seen>]: z.ZodType<Seen[K]> };

const seenFileSchema = z.strictObject({
  schema: z.literal('castellan/module-seen/v1'),
  module: moduleNameSchema,
  at: instantSchema,
  restless: z.boolean(),
  seen: z.strictObject(SEEN_FIELDS),
});
const parseSeenFile = parserOf(seenFileSchema);

/** What was seen of a server when it was not as accepted. */
export interface SeenThen {
  readonly at: number;
  /** It changed again within a minute: nothing of it is used, whatever it offers next, until a person looks. */
  readonly restless: boolean;
  readonly seen: Seen;
}

export type Kept<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'kept'; readonly value: T }
  | { readonly kind: 'broken'; readonly why: string };

interface Named {
  readonly module: string;
  readonly definitions: readonly { readonly digest: string; readonly definition: ModuleLock['capabilities'] }[];
}

function read<T>(
  path: string,
  name: string,
  parse: (input: unknown) => Parsed<T>,
  named: (value: T) => Named,
): Kept<T> {
  const file = readOwnFile(path, { maxBytes: MAX_BYTES, mode: 'refuse' });
  if (file.kind === 'none') return file;
  if (file.kind === 'unusable') return { kind: 'broken', why: file.text };
  let json: unknown;
  try {
    json = JSON.parse(file.text);
  } catch {
    return { kind: 'broken', why: 'is no JSON' };
  }
  const parsed = parse(json);
  if (!parsed.ok) return { kind: 'broken', why: parsed.faults.map(faultLine)[0] ?? 'is not one' };
  const { module, definitions } = named(parsed.value);
  if (module !== name) return { kind: 'broken', why: `is of the module \`${module}\`` };
  // What is compared by its digest must be what the digest is of.
  if (definitions.some(({ digest, definition }) => sha256(canonicalJson(definition)) !== digest))
    return { kind: 'broken', why: 'names a definition whose digest is of something else' };
  return { kind: 'kept', value: parsed.value };
}

export class LockFiles {
  readonly #folder: string;
  /** What a file said, by the state it was in: files are looked at every few seconds and rarely change. */
  readonly #read = new Map<string, { readonly state: string; readonly said: unknown }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  lock(name: string): Kept<ModuleLock> {
    return this.#once(this.#lockPath(name), (path) => read(path, name, parseModuleLock, (lock) => lock));
  }

  seen(name: string): Kept<SeenThen> {
    return this.#once(this.#seenPath(name), (path) =>
      read(path, name, parseSeenFile, ({ module, seen }) => ({ module, definitions: seen.definitions })),
    );
  }

  /** Changes when one of a module's files may have changed. */
  stateOf(name: string): string {
    return `${stateOf(this.#lockPath(name))} ${stateOf(this.#seenPath(name))}`;
  }

  writeLock(lock: ModuleLock): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileAtomic(this.#lockPath(lock.module), `${JSON.stringify(lock, null, 2)}\n`, 0o600);
  }

  writeSeen(module: string, then: SeenThen): void {
    const file = { schema: 'castellan/module-seen/v1', module, ...then };
    writeFileAtomic(this.#seenPath(module), `${JSON.stringify(file)}\n`, 0o600);
  }

  removeLock(name: string): void {
    rmSync(this.#lockPath(name), { force: true });
  }

  removeSeen(name: string): void {
    rmSync(this.#seenPath(name), { force: true });
  }

  #lockPath(name: string): string {
    return join(this.#folder, `${name}.lock.json`);
  }

  #seenPath(name: string): string {
    return join(this.#folder, `${name}.seen.json`);
  }

  #once<T>(path: string, look: (path: string) => Kept<T>): Kept<T> {
    const state = stateOf(path);
    const before = this.#read.get(path);
    // The same path went through the same parser.
    if (before?.state === state) return before.said as Kept<T>;
    const said = look(path);
    this.#read.set(path, { state, said });
    return said;
  }
}

function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
}
