// How many records a second leave in each form, as an export makes them: redacted with known secrets and the detector, put into the
// form, looked at once more; reading and decoding of the ledger left out, and writing too. Beside it, in the same run, what copies
// the same JSONL without looking at any of it: `jq -c .`. `longest`: how long everything else ever waited for a turn.
import { spawnSync } from 'node:child_process';
import { EXPORT_FORMS, type LedgerRecord } from '../packages/contract/src/index.ts';
import { Shown } from '../packages/daemon/src/evidence/export/shown.ts';
import { walk } from '../packages/daemon/src/evidence/export/walk.ts';
import { formsOf } from '../packages/daemon/src/evidence/forms/forms.ts';
import { createExits } from '../packages/daemon/src/exits/exits.ts';
import { createDetector, createRedactor } from '../packages/secrets/src/index.ts';
import { SAMPLES } from '../test/e2e/support/evidence/samples.ts';
import { report } from './lib/spread.ts';

const QUICK = process.argv.includes('--quick');
const RECORDS = QUICK ? 2_000 : 50_000;
const ROUNDS = QUICK ? 1 : 3;
/** An export never holds up what waits for a decision for longer. */
const MOST_WAIT_MS = 25;

/** Calls as they are: no two alike, so that nothing is known from the one before. */
function recordOf(n: number): LedgerRecord {
  const record = SAMPLES[n % SAMPLES.length] as LedgerRecord;
  if (record.kind !== 'attempt') return { ...record, at: record.at + n };
  const command = `npm run build -- --filter=package-${n} && git commit -m "step ${n} of the release" src/file-${n}.ts`;
  return { ...record, at: record.at + n, arguments: { command, description: `builds package ${n}` } };
}

const entries = Array.from({ length: RECORDS }, (_, index) => {
  const record = recordOf(index);
  return { index, record, entry: Buffer.from(JSON.stringify(record)) };
});
const redactor = createRedactor({
  known: Array.from({ length: 20 }, (_, n) => ({ name: `SECRET_${n}`, value: `Zq${n}-HunterTwo-${n * 7919}-Kd83` })),
  detector: createDetector({ floor: 'likely' }),
});
const shown = new Shown({ exits: createExits(redactor), redactor });
const forms = formsOf({ version: '1.0.0', host: 'bench', pid: 1 });
const records = {
  async *read(from: number, to: number) {
    yield* entries.slice(from, to);
  },
  query: async () => [],
};
const clock = { monotonic: () => performance.now() };

interface Row {
  readonly form: string;
  readonly 'records/s': number;
  readonly 'MB/s': number;
  readonly 'longest ms': number;
}

const rows: Row[] = [];
const row = (form: string, seconds: number, bytes: number, longest: number): void =>
  void rows.push({
    form,
    'records/s': Math.round(RECORDS / seconds),
    'MB/s': Number((bytes / 1e6 / seconds).toFixed(1)),
    'longest ms': Number(longest.toFixed(1)),
  });

let jsonl = '';
for (const form of EXPORT_FORMS) {
  let best = Number.POSITIVE_INFINITY;
  let bytes = 0;
  let longest = 0;
  // Once unmeasured: what runs first pays for the detector and the compiler.
  for (let round = -1; round < ROUNDS; round += 1) {
    if (round === 0) longest = 0;
    const parts: string[] = [];
    let last = performance.now();
    const ticking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const begin = performance.now();
    for await (const { items } of walk(
      { records, clock, shown },
      { form: forms[form], from: 0, to: RECORDS, select: null },
    ))
      if (items.length > 0) parts.push(forms[form].line(items));
    if (round >= 0) best = Math.min(best, (performance.now() - begin) / 1000);
    clearInterval(ticking);
    const text = parts.join('\n');
    bytes = Buffer.byteLength(text);
    if (form === 'jsonl') jsonl = text;
  }
  row(form, best, bytes, longest);
}

const begin = performance.now();
const jq = spawnSync('jq', ['-c', '.'], { input: jsonl, maxBuffer: 1 << 30 });
if (jq.status === 0) row('peer: jq -c .', (performance.now() - begin) / 1000, jq.stdout.length, 0);
else console.log('absent: jq');

report('export', rows, [
  {
    text: `an export lets everything else have its turn within ${MOST_WAIT_MS} ms: ${Math.max(...rows.map((each) => each['longest ms']))} ms`,
    kept: rows.every((each) => each['longest ms'] <= MOST_WAIT_MS),
  },
]);
