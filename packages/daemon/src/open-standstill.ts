// Joins what stops everything with the rooms that hold it, and the way back with what can be given back.
import {
  type Actor,
  actorName,
  type Digest,
  type Incident,
  RUNBOOK_TEMPLATE,
  type ScriptName,
} from '@castellan/contract';
import type { AgentChanges } from './connecting/index.ts';
import type { Egress } from './egress/index.ts';
import type { Escapes } from './escapes/index.ts';
import { factorsInUse } from './identity/index.ts';
import { exposedIn, Incidents, recordsAround, reportOf } from './incidents/index.ts';
import { readOwnFile } from './own-file.ts';
import type { Schedules } from './schedule/index.ts';
import type { Scripts } from './scripts/index.ts';
import { type Operation, Panic, Recovery } from './standstill/index.ts';
import type { Parts } from './surfaces/index.ts';
import type { Terminals } from './terminals/index.ts';

export interface StandstillRooms {
  readonly parts: Parts;
  readonly changes: AgentChanges;
  readonly egress: Pick<Egress, 'cut'>;
  readonly scripts: Scripts;
  readonly schedules: Schedules;
  readonly terminals: Terminals;
  readonly escapes: Escapes;
  /** The person's own: whom to call, what to do. */
  readonly runbook: string;
}

const MOST_RUNBOOK = 64 * 1024;

export async function openStandstill(rooms: StandstillRooms): Promise<Operation> {
  const { parts } = rooms;
  const { clock, records, standstill, agents, alarms, exits, factors, store } = parts;
  const incidents = await Incidents.open({ clock, records });

  const around = (incident: Incident) => recordsAround(incident, clock.now(), records);
  const runbook = (): string | null => {
    const file = readOwnFile(rooms.runbook, { maxBytes: MOST_RUNBOOK, mode: 'repair' });
    // Nobody has written one, or nobody has changed the one that `runbook edit` begins with.
    return file.kind === 'text' && file.text.trim() !== RUNBOOK_TEMPLATE.trim() ? exits.text(file.text) : null;
  };
  const panic = new Panic({
    ...{ clock, standstill, incidents },
    shown: (text) => exits.text(text),
    alarm: (text) =>
      alarms.raise('panic', null, text, 'read what happened with `castellan incidents show`, then `castellan recover`'),
    agents,
    disconnect: (id, by) => rooms.changes.disconnect(id, by),
    approvals: { denyAll: (why) => parts.approvals.cancelAll(why) },
    cut: {
      network: () => rooms.egress.cut(),
      runs: () => rooms.scripts.runs.endAll('a panic was declared') + rooms.schedules.endAll('a panic was declared'),
      terminals: () => rooms.terminals.shut(),
    },
    people: { endAll: (keep, by) => endSignIns(parts, keep, by) },
    tokens: { revokeAll: (by) => revokeTokens(parts, by) },
    scripts: { disableAll: (by, took) => disableScripts(rooms.scripts, by, took) },
    schedules: { pauseAll: (by, took) => rooms.schedules.pauseAll(by, took) },
    processes: { kill: () => rooms.escapes.kill() },
  });
  const recovery = new Recovery({
    ...{ standstill, incidents, runbook },
    exposed: async (incident) => exposedIn((await around(incident)).records, incident.openedAt),
    factorNeeded: () => factorsInUse(factors),
    restoreScript: (name, by, factor) => restoreScript(rooms.scripts, incidents, name, by, factor),
    resumeSchedule: async (id, by) => {
      const resumed = await rooms.schedules.change(id, { paused: false }, by);
      return resumed.ok ? null : resumed.message;
    },
    released: async (by) => {
      // Nobody connects the built-in agent again.
      const own = agents.list().filter(({ kind, revokedAt }) => kind === 'castellan' && revokedAt === null);
      for (const { id } of own) if (!standstill.isInForce) await parts.canaries.thaw(id, actorName(by));
    },
    alarmOver: (by) => alarms.end('panic', null, by),
  });
  return {
    ...{ panic, recovery, incidents, runbook },
    report: async (incident) => {
      const found = await around(incident);
      return reportOf({
        ...{ incident, ...found },
        agentName: (id) => agents.get(id)?.name ?? id,
        undoable: (call) => store.undo.get(call) !== null,
      });
    },
  };
}

async function endSignIns({ people, invites }: Parts, keep: Parameters<Parts['people']['endAll']>[0], by: string) {
  const [ended] = await Promise.all([people.endAll(keep), invites.dropAll()]);
  const names: string[] = [];
  for (const { id, user, address, client, factor } of ended) {
    const who = people.users.get(user)?.name ?? user;
    names.push(who);
    const text = `a panic was declared by ${by}`;
    await people.journal.signIn('revoked', { who, from: { address, client }, factor, signIn: id, text });
  }
  return [...new Set(names)];
}

async function revokeTokens({ apiTokens, people }: Parts, by: Actor) {
  // In memory each is over in this step; what the disk does is waited for afterwards.
  const ended = await Promise.all(apiTokens.list().map(({ id }) => apiTokens.revoke(id)));
  const gone = ended.filter((token) => token !== null);
  people.changed();
  for (const { name, user } of gone)
    await people.journal.person('token-revoked', people.users.get(user)?.name ?? user, by, name);
  return gone;
}

async function disableScripts(
  { life, runs }: Scripts,
  by: Actor,
  took: (script: { readonly script: ScriptName; readonly digest: Digest }) => void,
): Promise<void> {
  const faults: string[] = [];
  for (const { script, digest } of life.names().flatMap((name) => life.approved(name) ?? [])) {
    const done = await life.disable(script, 'a panic was declared', by);
    if (done.ok) took({ script, digest });
    else faults.push(`\`${script}\`: ${done.message}`);
  }
  await runs.withdraw();
  if (faults.length > 0) throw new Error(faults.join('; '));
}

type Factor = Parameters<Scripts['life']['restore']>[2]['factor'];

async function restoreScript(
  { life }: Scripts,
  incidents: Incidents,
  name: ScriptName,
  actor: Actor,
  factor: Factor,
): Promise<string | null> {
  const found = incidents.ofPanic?.affected.scripts.find(({ script }) => script === name);
  if (found === undefined) return 'the panic did not disable it';
  const restored = await life.restore(name, found.digest, { actor, factor });
  return restored.ok ? null : restored.message;
}
