// Whether the daemon does what it is for, and how each room stands. Pure: facts in, words out.
import type { Alarm, Health, NotReady, RoomHealth, RoomState } from '@castellan/contract';
import type { Disk } from './gauges.ts';

export interface Standing {
  readonly setUpNeeded: boolean;
  /** Why nothing can be recorded, or null. */
  readonly ledgerFailed: string | null;
  readonly panicked: boolean;
  readonly stopping: boolean;
}

/** The reason that stands before all others; null: ready. */
export function notReadyOf({ setUpNeeded, ledgerFailed, panicked, stopping }: Standing): NotReady | null {
  if (stopping) return 'stopping';
  if (panicked) return 'panic';
  if (ledgerFailed !== null) return 'ledger';
  return setUpNeeded ? 'set-up' : null;
}

export interface HealthFacts extends Standing {
  readonly version: string;
  readonly uptimeMs: number;
  readonly ledgerSize: number;
  readonly policyFaults: readonly string[];
  readonly vault: 'empty' | 'open' | 'locked' | 'damaged';
  readonly disk: Disk | null;
  readonly diskWanted: number;
  readonly pending: number;
  readonly agents: number;
  readonly frozen: number;
  readonly alarms: readonly Alarm[];
}

const MIB = 1024 * 1024;
const room = (name: string, state: RoomState, text: string): RoomHealth => ({ room: name, state, text });
const RANK: readonly RoomState[] = ['ok', 'degraded', 'failed'];

/** Rooms that tell by an alarm how they stand. */
const BY_ALARM: Readonly<Record<string, readonly Alarm['kind'][]>> = {
  hooks: ['hooks-missing', 'hooks-disabled', 'hooks-bypassed', 'not-held', 'ran-otherwise'],
  servers: ['module-changed', 'module-failed'],
  channels: ['channel-failed'],
  remote: ['remote-closed'],
  clock: ['clock-jumped'],
};

function vaultRoom({ vault }: HealthFacts): RoomHealth {
  if (vault === 'damaged') return room('vault', 'failed', 'it cannot be read');
  return vault === 'locked' ? room('vault', 'degraded', 'it is locked') : room('vault', 'ok', vault);
}

function diskRoom({ disk, diskWanted }: HealthFacts): RoomHealth {
  if (disk === null) return room('disk', 'degraded', 'its size cannot be told');
  const text = `${Math.floor(disk.free / MIB)} MiB free`;
  return room('disk', disk.free < diskWanted ? 'degraded' : 'ok', text);
}

export function healthOf(facts: HealthFacts): Health {
  const { version, uptimeMs, ledgerFailed, ledgerSize, policyFaults, pending, agents, frozen, alarms } = facts;
  const rooms = [
    ledgerFailed === null ? room('ledger', 'ok', `${ledgerSize} records`) : room('ledger', 'failed', ledgerFailed),
    room('policy', policyFaults.length === 0 ? 'ok' : 'degraded', policyFaults[0] ?? 'in force'),
    vaultRoom(facts),
    diskRoom(facts),
    room('approvals', 'ok', `${pending} waiting`),
    room('agents', frozen === 0 ? 'ok' : 'degraded', `${agents} connected, ${frozen} frozen`),
    ...Object.entries(BY_ALARM).map(([name, kinds]) => {
      const raised = alarms.find(({ kind }) => kinds.includes(kind));
      return room(name, raised === undefined ? 'ok' : 'degraded', raised?.text ?? 'no alarm is open');
    }),
    room('gate', facts.panicked || facts.setUpNeeded ? 'failed' : 'ok', notReadyOf(facts) ?? 'lets calls through'),
  ];
  const state = RANK[Math.max(...rooms.map((each) => RANK.indexOf(each.state)))] ?? 'failed';
  return { state, version, uptimeMs, rooms };
}
