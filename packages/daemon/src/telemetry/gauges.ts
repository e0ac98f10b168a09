// What is measured when somebody asks: this process, its disk, and how full the rooms are.
import { readdirSync, statfsSync } from 'node:fs';
import { type Family, gauge } from './meter.ts';

export interface Disk {
  /** Bytes this user may still write. */
  readonly free: number;
  readonly size: number;
}

/** null: it cannot be told. */
export function diskOf(folder: string): Disk | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return null;
  }
}

/** null: this system does not say. */
function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

/** How long the event loop kept those waiting who were due, in milliseconds. */
export interface LoopDelay {
  readonly p99: number;
  readonly max: number;
}

export interface Levels {
  readonly pending: number;
  readonly sessions: number;
  readonly agents: number;
  readonly frozen: number;
  readonly alarms: number;
  readonly ledgerSize: number;
  readonly ledgerFailed: boolean;
  readonly ready: boolean;
}

export interface GaugesHost {
  readonly folder: string;
  readonly version: string;
  readonly startedAt: number;
  readonly levels: () => Levels;
  readonly loop: () => LoopDelay;
}

export function gauges({ folder, version, startedAt, levels, loop }: GaugesHost): readonly Family[] {
  const now = levels();
  const disk = diskOf(folder);
  const files = openFiles();
  const { p99, max } = loop();
  const told = (value: number | null | undefined, make: (value: number) => Family): readonly Family[] =>
    value === null || value === undefined ? [] : [make(value)];
  return [
    {
      ...{ name: 'castellan_build_info', help: 'The program that runs.', unit: '1', labels: ['version'] },
      value: { type: 'gauge', samples: [{ labels: [version], value: 1 }] },
    },
    gauge('castellan_ready', 'Whether calls are let through at all.', '1', now.ready ? 1 : 0),
    gauge('castellan_pending_approvals', 'Questions that wait for a person.', '1', now.pending),
    gauge('castellan_sessions', 'Sessions of agents that are open.', '1', now.sessions),
    gauge('castellan_agents', 'Agents that are connected.', '1', now.agents),
    gauge('castellan_frozen_agents', 'Agents that are frozen.', '1', now.frozen),
    gauge('castellan_open_alarms', 'Alarms that are open.', '1', now.alarms),
    gauge('castellan_ledger_records', 'Records in the ledger.', '1', now.ledgerSize),
    gauge('castellan_ledger_failed', 'Whether nothing can be recorded now.', '1', now.ledgerFailed ? 1 : 0),
    ...told(disk?.free, (value) => gauge('castellan_disk_free_bytes', 'Free on the disk of the state.', 'By', value)),
    ...told(disk?.size, (value) => gauge('castellan_disk_size_bytes', 'Size of the disk of the state.', 'By', value)),
    gauge('castellan_event_loop_delay_p99_seconds', 'Delay of the event loop since asked last.', 's', p99 / 1000),
    gauge('castellan_event_loop_delay_max_seconds', 'Longest delay since asked last.', 's', max / 1000),
    gauge('process_resident_memory_bytes', 'Memory of the daemon.', 'By', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When the daemon started, since 1970.', 's', startedAt / 1000),
    ...told(files, (value) => gauge('process_open_fds', 'Descriptors that are open.', '1', value)),
  ];
}
