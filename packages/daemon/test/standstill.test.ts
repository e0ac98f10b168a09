// The standstill alone: that it begins before anything is written, holds whatever becomes of its file, and is lifted by those alone
// who walked back from this very declaration (R3).
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { Incidents } from '../src/incidents/index.ts';
import { Panic, Standstill } from '../src/standstill/index.ts';
import { manualClock } from './fixtures.ts';

function room(path = join(tempFolder(), 'panic.json')) {
  const kept = { inForce: false, file: null as string | null, during: async () => undefined as unknown };
  const clock = manualClock();
  const open = () =>
    Standstill.open({
      clock,
      path,
      kept: {
        get: async () => kept.inForce,
        file: async () => kept.file,
        set: async (inForce, file) => {
          kept.inForce = inForce;
          kept.file = file;
          await kept.during();
        },
      },
    });
  return { path, kept, clock, open };
}

verifies(
  ['R3'],
  'nothing is let through in the step that declares it, and listeners are told before the disk is',
  async () => {
    const { open, path } = room();
    using standstill = await open();
    expect([standstill.isInForce, standstill.floors()]).toEqual([false, []]);
    const seen: unknown[] = [];
    standstill.onDeclare(() => {
      throw new Error('a room that fails');
    });
    standstill.onDeclare(() => seen.push([standstill.isInForce, existsSync(path)]));
    standstill.declare('mia saw it');
    expect(seen).toEqual([[true, false]]);
    expect(standstill.floors()).toMatchObject([{ source: 'panic', part: 'floor', outcome: 'deny' }]);
    expect([existsSync(path), standstill.fileFault]).toEqual([true, null]);
  },
);

verifies(
  ['R3'],
  'a file holds by being there: whatever it says, whatever it is; and what was removed lies there again',
  async () => {
    for (const forge of [
      (path: string) => writeFileSync(path, ''),
      (path: string) => writeFileSync(path, '{"schema":"castellan/panic/v1","over":true}'),
      (path: string) => mkdirSync(path),
      (path: string) => symlinkSync('/nowhere', path),
    ]) {
      const { path, open } = room();
      forge(path);
      using standstill = await open();
      expect(standstill.isInForce).toBe(true);
    }
    const { path, open, clock, kept } = room();
    {
      using standstill = await open();
      standstill.declare('mia saw it');
      await standstill.keep();
      rmSync(path);
      clock.advance(1000);
      expect([standstill.isInForce, existsSync(path)]).toEqual([true, true]);
      rmSync(path);
    }
    // Removed while nothing runs: the database knows. Where the database is another one, the file does.
    {
      using again = await open();
      expect([again.isInForce, existsSync(path)]).toEqual([true, true]);
    }
    kept.inForce = false;
    using restored = await open();
    expect(restored.isInForce).toBe(true);
  },
);

verifies(['R3'], 'a panic that is declared while an earlier one is lifted is not lifted with it', async () => {
  const { path, open, kept } = room();
  using standstill = await open();
  const first = standstill.declare('the first');
  expect(await standstill.lift(first - 1)).toBe('declared-again');
  // By a person, while the database is written.
  kept.during = async () => {
    kept.during = async () => undefined;
    standstill.declare('the second');
  };
  expect(await standstill.lift(first)).toBe('declared-again');
  expect([standstill.isInForce, existsSync(path), kept.inForce]).toEqual([true, true, true]);
  // By its file, from another process.
  const elsewhere: string[] = [];
  standstill.onElsewhere(() => elsewhere.push('told'));
  kept.during = async () => {
    kept.during = async () => undefined;
    writeFileSync(path, 'castellan panic');
  };
  expect(await standstill.lift(standstill.epoch)).toBe('declared-again');
  expect([standstill.isInForce, existsSync(path), kept.inForce, elsewhere]).toEqual([true, true, true, ['told']]);
  expect(await standstill.lift(standstill.epoch)).toBe('lifted');
  expect([standstill.isInForce, existsSync(path), kept.inForce]).toEqual([false, false, false]);
  expect(await standstill.lift(standstill.epoch)).toBe('not-in-force');
});

verifies(['R3'], 'a file that somebody writes while nothing stands still is a panic within a moment', async () => {
  const { path, open, clock } = room();
  using standstill = await open();
  let told = 0;
  standstill.onElsewhere(() => {
    told += 1;
  });
  writeFileSync(path, 'x');
  clock.advance(250);
  expect([standstill.isInForce, told]).toEqual([true, 1]);
  clock.advance(1000);
  expect(told).toBe(1);
  expect(readFileSync(path, 'utf8')).toContain('castellan/panic/v1');
});

verifies(
  ['R3'],
  'one that is declared while no daemon runs is another one, although an earlier one is in force',
  async () => {
    const { path, open } = room();
    {
      using standstill = await open();
      standstill.declare('mia saw it');
      await standstill.keep();
    }
    {
      using same = await open();
      expect([same.isInForce, same.isAnew]).toEqual([true, false]);
    }
    rmSync(path);
    {
      using removed = await open();
      expect([removed.isInForce, removed.isAnew]).toEqual([true, false]);
    }
    writeFileSync(path, 'castellan panic');
    using again = await open();
    expect([again.isInForce, again.isAnew]).toEqual([true, true]);
  },
);

verifies(
  ['R3'],
  'a step that fails half way is named, keeps no other from being done, and what it took is known',
  async () => {
    const { open, clock } = room();
    using standstill = await open();
    const incidents = await Incidents.open({ clock, records: { query: async () => [], record: async () => 1 } });
    let paused = 0;
    const panic = new Panic({
      ...{ clock, standstill, incidents, alarm: () => undefined, shown: (text) => text },
      agents: { list: () => [], freeze: async () => null },
      disconnect: async () => null,
      approvals: { denyAll: async () => 0 },
      cut: { network: () => 0, runs: () => 0, terminals: () => 0 },
      people: { endAll: async () => [] },
      tokens: { revokeAll: async () => [] },
      scripts: {
        async disableAll(_, took) {
          took({ script: 'backup' as never, digest: `sha256:${'a'.repeat(64)}` });
          throw new Error('`mail`: it cannot be written');
        },
      },
      schedules: {
        async pauseAll() {
          paused += 1;
        },
      },
      processes: { kill: async () => 0 },
    });
    const { incident } = await panic.declare({ kind: 'local-cli' }, { kill: false, keep: null });
    expect(incident.affected.scripts).toMatchObject([{ script: 'backup' }]);
    expect(incident.did.find(({ step }) => step === 'scripts')?.failed).toContain('`mail`');
    expect(paused).toBe(1);
  },
);
