// Sessions that nobody said goodbye of: they end by themselves, never one that is at work or waits for a person, and what an end
// closes stays closed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentId, GrantRequest, LedgerRecord, Session, SessionId } from '@castellan/contract';
import { expect, onTestFinished, test } from 'vitest';
import { loadGrants } from '../src/grants/index.ts';
import { openStore } from '../src/store/index.ts';
import { IDLE_MS, IdleSessions } from '../src/surfaces/idle-sessions.ts';
import { McpSessions } from '../src/surfaces/mcp-sessions.ts';
import { loadWork, type Work } from '../src/work/index.ts';
import { manualClock } from './fixtures.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const AGENT = 'agent_aaaaaaaa' as AgentId;

async function room() {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-idle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore(join(folder, 'castellan.db'), (text) => text);
  onTestFinished(() => store[Symbol.asyncDispose]());
  const clock = manualClock(NOW);
  const ended: string[] = [];
  const records: LedgerRecord[] = [];
  const waiting = new Set<SessionId>();
  const over = async (work: Work) => {
    const grants = await loadGrants(store, clock);
    const idle = new IdleSessions({
      parts: {
        clock,
        work,
        grants,
        limits: { waits: ({ id }: Session) => waiting.has(id) },
        records: { record: async (record: LedgerRecord) => records.push(record) },
      } as unknown as ConstructorParameters<typeof IdleSessions>[0]['parts'],
      calls: {
        async endSession({ id, externalId }, why) {
          await work.end(id);
          ended.push(`${externalId}: ${why}`);
        },
      },
    });
    onTestFinished(() => idle[Symbol.dispose]());
    return { idle, grants };
  };
  const work = await loadWork(store, clock);
  const begin = async (externalId: string, task?: string): Promise<Session> =>
    (await work.session({ agent: AGENT, externalId, cwd: '/project', interactive: true, task })).session;
  return { store, clock, work, begin, ended, records, waiting, over };
}

test('a session without a sign of life for three days ends, its task with the last one; what is at work, connected or held stays', async () => {
  const it = await room();
  const { idle } = await it.over(it.work);
  const [killed, other, asked, connected] = [
    await it.begin('killed', 'shared'),
    await it.begin('at work', 'shared'),
    await it.begin('out of budget'),
    await it.begin('mcp'),
  ];
  expect(other.task).toBe(killed.task);
  it.waiting.add(asked.id);
  it.work.hold(connected.id);
  it.clock.advance(IDLE_MS - HOUR);
  it.work.seen(other.id);
  await idle.look();
  expect(it.ended).toEqual([]);
  it.clock.advance(HOUR + 1);
  await idle.look();
  expect(it.ended).toEqual(['killed: no sign of life for three days']);
  expect(it.work.task(killed.task)).not.toBeNull();
  it.clock.advance(IDLE_MS);
  it.waiting.clear();
  await idle.look();
  expect(it.ended).toHaveLength(3);
  expect(it.work.open().sessions.map(({ externalId }) => externalId)).toEqual(['mcp']);
  expect(it.work.task(killed.task)).toBeNull();
  // It comes back as another, in the workspace it had.
  const again = await it.work.session({ agent: AGENT, externalId: 'killed', cwd: '/', interactive: true });
  expect(again).toMatchObject({ fresh: true, session: { workspace: '/project' } });
  expect(again.session.task).not.toBe(killed.task);
});

test('a restart makes no session younger, and ends the task and the grants that a crash left behind', async () => {
  const it = await room();
  const first = await it.over(it.work);
  await it.begin('killed');
  const alive = await it.begin('alive');
  it.clock.advance(IDLE_MS - HOUR);
  it.work.seen(alive.id);
  await first.idle.look();
  const left = await it.begin('left');
  const scope = { kind: 'task', task: left.task } as const;
  const wish = { agent: AGENT, module: 'm', tool: 't', minutes: 10_000, uses: 5, scope };
  await first.grants.enact(first.grants.prepare(wish as GrantRequest, 'person:mia', 'x'));
  // Its session ended, and the machine failed before its task had.
  await it.store.db.deleteFrom('sessions').where('id', '=', left.id).execute();
  it.clock.advance(2 * HOUR);
  const work = await loadWork(it.store, it.clock);
  const second = await it.over(work);
  expect(work.open().tasks.map(({ id }) => id)).toContain(left.task);
  await second.idle.look();
  expect(it.ended).toEqual(['killed: no sign of life for three days']);
  expect(work.open().tasks.map(({ id }) => id)).toEqual([alive.task]);
  expect(it.records).toMatchObject([{ kind: 'grant', change: 'ended', by: 'task ended' }]);
});

test('a connection whose end could not be recorded holds its session no longer', async () => {
  const it = await room();
  const { idle } = await it.over(it.work);
  let isFull = false;
  const record = async (): Promise<number> => {
    if (isFull) throw new Error('the disk is full');
    return 0;
  };
  await using sessions = new McpSessions({
    parts: {
      ...{ clock: it.clock, work: it.work, redactor: { text: (text: string) => text }, records: { record } },
      ...{ facts: { home: '/' }, folders: { sessionWorkspace: () => '/project' } },
    },
    calls: { endSession: record },
    ending: async () => undefined,
    ended: async () => undefined,
  } as unknown as ConstructorParameters<typeof McpSessions>[0]);
  const place = { workspace: '/project', said: {}, note: '' } as unknown as Parameters<McpSessions['connection']>[1];
  const connection = sessions.connection(AGENT, place);
  const session = await connection.session();
  isFull = true;
  await expect(connection.end('the connection closed')).rejects.toThrow('full');
  await expect(sessions.connection(AGENT, place).session()).rejects.toThrow('full');
  expect(it.work.open().sessions).toHaveLength(2);
  it.clock.advance(IDLE_MS + HOUR);
  await idle.look();
  expect(it.ended).toHaveLength(2);
  expect(it.work.get(session.id)).toBeNull();
});
