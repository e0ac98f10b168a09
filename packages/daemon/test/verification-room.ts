// A room of verifications of its own: real processes, a real desk and real alarms; what it keeps is kept in memory.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, Connector, VerifyBench } from '@castellan/agents';
import type { Agent, Alarm, LedgerRecord, Verification, VerifyCheck } from '@castellan/contract';
import { createAlarms } from '../src/alarms/index.ts';
import { CanaryDesk } from '../src/approvals/canary-desk.ts';
import { entriesOf } from '../src/verification/due.ts';
import { Verifications } from '../src/verification/verifications.ts';

export const AGENT = 'agent_aaaaaa';
export const DAY = 86_400_000;

export const check = (id: string, ok: boolean, seen = 'seen'): VerifyCheck => ({
  ...{ id, surface: 'shell', situation: 'denied', title: `title of ${id}`, ok, seen },
});

type Verify = (bench: VerifyBench) => AsyncIterable<VerifyCheck>;

export interface RoomOptions {
  readonly kept?: readonly Verification[];
  readonly version?: string;
  readonly ids?: readonly string[];
  /** Where the credentials lie. */
  readonly home?: string;
}

/** A state folder in which the credential of each agent is kept. */
export function homeOf(home: string, ids: readonly string[]): string {
  for (const id of ids) {
    const folder = join(home, 'agents', id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const kept = {
      ...{ schema: 'castellan/mcp-connection/v1', agent: id, name: id },
      credential: `castellan_a_${id.slice('agent_'.length)}_${'0'.repeat(64)}`,
    };
    writeFileSync(join(folder, 'mcp.json'), JSON.stringify(kept), { mode: 0o600 });
  }
  return home;
}

/** A room of verifications with one connector whose checks are `verify`, and real processes. */
export async function room(
  verify: Verify,
  { kept = [], version = '2.0', ids = [AGENT] as readonly string[], home = '/nowhere' }: RoomOptions = {},
) {
  const rows = new Map(kept.map((each) => [each.agent, each]));
  const records: LedgerRecord[] = [];
  const told: Alarm[] = [];
  const keep = (verification: Verification) => rows.set(verification.agent, verification);
  let now = 100 * DAY;
  let fire: (() => void) | null = null;
  const clock = {
    now: () => now,
    monotonic: () => now,
    random: (bytes: number) => Buffer.alloc(bytes, 7),
    every: () => () => undefined,
    after: (_: number, run: () => void) => {
      fire = run;
      return () => {
        fire = null;
      };
    },
  };
  const agents = ids.map((id) => ({
    id,
    name: id,
    kind: 'claude-code',
    revokedAt: null,
    frozen: null,
  })) as unknown as Agent[];
  const connector = {
    name: 'claude-code',
    title: 'It',
    known: ['1.0'],
    gaps: () => [],
    verify,
  } as unknown as Connector;
  let connection = {
    scope: 'user',
    mode: 'hooks',
    ownTools: 'kept',
    hook: {},
    gateway: {},
    files: [],
  } as unknown as Connection;
  const connect = {
    as: (mode: Connection['mode']) => {
      connection = { ...connection, mode };
    },
    entries: () => entriesOf(connection),
  };
  const alarms = createAlarms({ clock: clock as never, tell: (alarm) => told.push(alarm) });
  const builder = {
    selectFrom: () => ({
      select: () => ({ execute: async () => [...rows.values()].map((row) => ({ data: JSON.stringify(row) })) }),
    }),
    insertInto: () => ({
      values: ({ data }: { data: string }) => ({
        onConflict: () => ({ execute: async () => void keep(JSON.parse(data)) }),
      }),
    }),
  };
  const it = await Verifications.open({
    machine: { home, userHome: '/', cwd: '/', env: {}, etc: '/etc' },
    port: () => 1,
    installed: { of: async () => ({ connector, connection, client: { ok: true, value: { path: '/x', version } } }) },
    parts: {
      agents: { list: () => agents, get: (id: string) => agents.find((each) => each.id === id) ?? null },
      records: { record: async (record: LedgerRecord) => records.push(record) },
      store: { db: builder },
      events: { publish: () => undefined },
      exits: { text: (text: string) => text, value: (value: unknown) => value },
      policy: { policy: { config: { verify: { everyDays: 7, onUpgrade: true } } } },
      desk: new CanaryDesk({ approvals: () => [], answer: async () => undefined }),
      ...{ clock, alarms },
    } as never,
  });
  return { it, connect, rows, records, alarms, told, later: () => fire?.(), pass: (ms: number) => (now += ms) };
}

/** How the verification of an agent ended. */
export async function ended(it: Verifications, agent: string = AGENT): Promise<Verification> {
  for (;;) {
    const standing = (await it.standings()).find((each) => each.agent === agent);
    if (standing?.verification && standing.verification.state !== 'running') return standing.verification;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
