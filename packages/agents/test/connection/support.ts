// A machine of one person, a daemon that only knows agents, and what lies in every folder but our own.
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, type AgentId, agentIdSchema } from '@castellan/contract';
import { inRoot, tempFolder } from '@castellan/testkit';
import type { ConnectClient, ConnectOptions } from '../../src/connection/options.ts';
import type { Connector } from '../../src/connector.ts';
import type { Machine } from '../../src/machine.ts';

export interface Daemon {
  readonly client: ConnectClient;
  /** Those whose credential is good. */
  alive(): readonly AgentId[];
  readonly changes: number;
}

const away = { ok: false, error: { kind: 'unreachable', message: 'it does not answer', hint: 'start it' } } as const;

/** @param power false: it does not answer just now. It throws where the process is dead. */
export function fakeDaemon(power: () => boolean = () => true): Daemon {
  const agents: Agent[] = [];
  let made = 0;
  let changes = 0;
  const change = (id: string, more: Partial<Agent>) => {
    const at = agents.findIndex((one) => one.id === id && one.revokedAt === null);
    const found = agents[at];
    changes += 1;
    if (found === undefined) {
      const error = { error: 'not_found', message: 'no such agent' } as const;
      return { ok: false as const, error: { kind: 'api' as const, status: 404, error } };
    }
    const next = { ...found, ...more };
    agents[at] = next;
    return { ok: true as const, value: next };
  };
  return {
    client: {
      agents: async () => {
        if (!power()) return away;
        return { ok: true, value: { agents: agents.filter(({ revokedAt }) => revokedAt === null) } };
      },
      connect: async ({ body }) => {
        if (!power()) return away;
        made += 1;
        changes += 1;
        const tail = `abcde${made}`;
        const agent: Agent = {
          ...{ id: agentIdSchema.parse(`agent_${tail}`), kind: body.kind, name: body.name },
          ...{ watched: body.watched ?? [], hookTimeoutSeconds: body.hookTimeoutSeconds, tools: body.tools ?? false },
          ...{ createdAt: 1000, lastSeenAt: null, revokedAt: null, frozen: null },
        };
        agents.push(agent);
        return { ok: true, value: { agent, credential: `castellan_a_${tail}_${String(made % 10).repeat(64)}` } };
      },
      changeAgent: async ({ params, body }) => {
        if (!power()) return away;
        return change(params.id, body as Partial<Agent>);
      },
      disconnect: async ({ params }) => {
        if (!power()) return away;
        return change(params.id, { revokedAt: 2000 });
      },
    },
    alive: () => agents.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id),
    get changes() {
      return changes;
    },
  };
}

export function freshMachine(): Machine {
  const root = tempFolder();
  const [userHome, cwd, etc, home] = ['user', 'project', 'etc', 'state'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [userHome, cwd, etc]) mkdirSync(folder);
  return { home, userHome, cwd, etc, env: { PATH: '/usr/bin:/bin', HOME: userHome } };
}

export const optionsOf = (machine: Machine, daemon: Daemon, more: Partial<ConnectOptions> = {}): ConnectOptions => ({
  machine,
  client: daemon.client,
  name: 'it',
  port: 9999,
  socket: join(machine.home, 'daemon.sock'),
  timeoutSeconds: 600,
  now: 1000,
  hook: { file: process.execPath, args: [inRoot('packages', 'agents', 'bin', 'castellan-hook.mjs')], env: {} },
  ...more,
});

/** As if its client were installed; what only the client itself can do is left out. */
export function installed({ settle: _, ...connector }: Connector): Connector {
  const client = { path: '/opt/client', version: connector.known.at(-1) ?? null };
  return { ...connector, detect: async () => ({ ok: true, value: client }) };
}

/** Everything below the person's folders: kind, mode and bytes. */
export const everything = ({ userHome, cwd, etc }: Machine): Readonly<Record<string, string>> =>
  Object.fromEntries([userHome, cwd, etc].flatMap((folder) => [...walk(folder)]));

function* walk(path: string): Generator<readonly [string, string]> {
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o777).toString(8);
  if (stat.isSymbolicLink()) yield [path, `link ${readlinkSync(path)}`];
  else if (stat.isDirectory()) {
    yield [path, `folder ${mode}`];
    for (const name of readdirSync(path).toSorted()) yield* walk(join(path, name));
  } else yield [path, `file ${mode} ${readFileSync(path).toString('base64')}`];
}
