// What servers of modules run in, for tests: real processes and connections, and a host that remembers what it was told.
import { randomBytes } from 'node:crypto';
import type { Definition, McpStart, ModuleLock, Session } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { onTestFinished } from 'vitest';
import type { Judged, McpClock, Seen, ServedModule, ServerNote, UpstreamHost } from '../../src/mcp/host.ts';
import { type Answer, type Upstream, Upstreams } from '../../src/mcp/upstream/index.ts';

/** @param faster how many seconds of a test are one of a clock on the wall: pauses that would be long are short. */
export const clockOf = (faster = 1): McpClock => ({
  now: () => Date.now() * faster,
  monotonic: () => performance.now() * faster,
  after: (ms, run) => {
    const timer = setTimeout(run, ms / faster);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms / faster);
    return () => clearInterval(timer);
  },
  random: (bytes) => randomBytes(bytes),
});

interface WorldOptions {
  readonly faster?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly judge?: (module: string, seen: Seen) => Judged;
  readonly ownPorts?: readonly number[];
  readonly ca?: string;
  readonly host?: Partial<UpstreamHost>;
}

export interface World {
  readonly upstreams: Upstreams;
  readonly workspace: string;
  /** Where processes stand whose manifest names no folder. */
  readonly servers: string;
  readonly notes: readonly ServerNote[];
  /** What was judged, in order. */
  readonly judged: readonly (readonly [module: string, seen: Seen])[];
  /** A module whose lock is what its server says when it is looked at; or none was made. */
  accept(module: string, start: McpStart, identity?: ModuleLock['identity']): Promise<void>;
  open(module: string, session?: string, agent?: string): Promise<Upstream>;
  echo(server: Upstream, text: string): Promise<Answer>;
  session(id?: string, agent?: string): Session;
  changed(module: string): void;
  readonly modules: Map<string, ServedModule>;
}

/** Ends with the test, and everything it started with it. */
export function upstreamWorld(options: WorldOptions = {}): World {
  const workspace = tempFolder();
  const servers = tempFolder();
  const notes: ServerNote[] = [];
  const judged: (readonly [string, Seen])[] = [];
  const modules = new Map<string, ServedModule>();
  const listeners = new Set<(module: string) => void>();
  const { secrets = {}, judge = () => ({ kind: 'serve' }) as const, ca } = options;
  const host: UpstreamHost = {
    clock: clockOf(options.faster),
    env: { PATH: process.env.PATH ?? '', HOME: workspace, ...options.env },
    modules: {
      all: () => [...modules.values()],
      get: (name) => modules.get(name) ?? null,
      judge: (module, seen) => {
        judged.push([module, seen]);
        return judge(module, seen);
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    folder: () => servers,
    walls: () => null,
    fillIn: async (_module, values) => ({
      ok: true,
      values: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          value.replace(/\$\{secret:([A-Z_]+)\}/g, (_all, secret: string) => secrets[secret] ?? ''),
        ]),
      ),
    }),
    hideText: (text) => Object.values(secrets).reduce((left, secret) => left.replaceAll(secret, '«hidden»'), text),
    note: (note) => notes.push(note),
    wantsSignIn: () => {},
    signIn: () => undefined,
    ...options.host,
  };
  const upstreams = new Upstreams(host, {
    version: '0.0.0',
    ownPorts: () => options.ownPorts ?? [],
    ...(ca !== undefined && { ca }),
  });
  onTestFinished(() => upstreams[Symbol.asyncDispose]());
  const session = (id = 'ses-1', agent = 'agent-1'): Session => ({ id, agent, workspace }) as unknown as Session;
  return {
    upstreams,
    workspace,
    servers,
    notes,
    judged,
    modules,
    session,
    async accept(module, start, identity) {
      const looked = await upstreams.look(
        { module, start, folder: servers, walls: null },
        new AbortController().signal,
      );
      const seen = looked.kind === 'seen' ? looked.seen : null;
      const nobody = { kind: 'process', command: '/', digest: `sha256:${'0'.repeat(64)}` } as const;
      const offered: readonly Definition[] = seen?.definitions ?? [];
      modules.set(module, {
        name: module,
        title: module,
        start,
        offered,
        lock: {
          schema: 'castellan/module-lock/v1',
          module,
          identity: identity ?? seen?.identity ?? nobody,
          server: { name: '', version: '', ...seen?.server },
          instructions: seen?.instructions ?? null,
          capabilities: { ...seen?.capabilities },
          definitions: [...offered],
          acceptedAt: 1 as ModuleLock['acceptedAt'],
          acceptedBy: 'nobody',
        },
      });
    },
    async open(module, id, agent) {
      const opened = await upstreams.open(session(id, agent), module);
      if (opened.kind === 'unavailable') throw new Error(`${opened.state}: ${opened.why}`);
      return opened;
    },
    echo: (server, text) => server.request('tools/call', { name: 'echo', arguments: { text } }),
    changed: (module) => {
      for (const listener of listeners) listener(module);
    },
  };
}

/** What a tool said, where it said something. */
export const said = (answer: Answer): string | null => {
  if (answer.kind !== 'result') return null;
  const [first] = answer.result.content as readonly { readonly text?: string }[];
  return first?.text ?? null;
};
