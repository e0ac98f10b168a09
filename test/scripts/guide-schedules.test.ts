// docs/guide/schedules.md: its tables are what the real daemon says of expressions and of the nights on which clocks are set.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, type RunningDaemon, startDaemon, tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { checkBlock, table } from './support/checked-blocks.ts';

const GUIDE = inRoot('docs', 'guide', 'schedules.md');
const EXPRESSIONS = [
  '30 7 * * 1-5',
  '*/15 9-17 * * MON-FRI',
  '0 9,17 * * *',
  '0 */6 * * *',
  '0 0 1 * *',
  '0 0 L * *',
  '0 8 * * 1#1',
  '0 12 13 * 5',
  '0 12 13 * +5',
  '*/10 * * * * *',
  '@weekly',
];
/** Just before the clocks are set, in the order of time: the daemon's clock never goes back. */
const NIGHTS = [
  ['America/New_York', '2031-03-09T05:00:00Z', 'forward', ['30 2 * * *', '*/30 * * * *']],
  ['Europe/Berlin', '2031-03-29T23:30:00Z', 'forward', ['30 2 * * *', '*/30 * * * *']],
  ['Australia/Lord_Howe', '2031-04-05T14:20:00Z', 'back', ['45 1 * * *', '*/15 * * * *']],
  ['Australia/Lord_Howe', '2031-10-04T15:00:00Z', 'forward', ['15 2 * * *', '*/15 * * * *']],
  ['Europe/Berlin', '2031-10-25T23:30:00Z', 'back', ['30 2 * * *', '*/30 * * * *']],
  ['America/New_York', '2031-11-02T04:20:00Z', 'back', ['30 1 * * *', '*/30 * * * *']],
] as const;

interface Preview {
  readonly words: string;
  readonly next: readonly number[];
}
async function preview({ request, state }: RunningDaemon, cron: string, timeZone: string): Promise<Preview> {
  const reply = await request('POST', '/v1/schedules/preview', { token: state.token, body: { cron, timeZone } });
  expect(reply.status, reply.text).toBe(200);
  return reply.json() as Preview;
}
/** `Sun 03:00 +02:00`. */
function at(instant: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' },
  }).formatToParts(instant);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('weekday')} ${of('hour')}:${of('minute')} ${of('timeZoneName').replace('GMT', '')}`;
}

verifies(
  ['S9'],
  'the guide says what expressions mean and when they are due on nights on which clocks are set, in three zones',
  async () => {
    const offset = join(tempFolder(), 'offset');
    writeFileSync(offset, '0');
    const hook = inRoot('test', 'e2e', 'support', 'fake-clock.mjs');
    await using daemon = await startDaemon({ env: { CLOCK_OFFSET: offset, NODE_OPTIONS: `--import ${hook}` } });
    const words: string[][] = [];
    for (const cron of EXPRESSIONS) words.push([`\`${cron}\``, (await preview(daemon, cron, 'UTC')).words]);
    checkBlock(GUIDE, 'words', table(['expression', 'due'], words));
    const rows: string[][] = [];
    for (const [zone, from, way, expressions] of NIGHTS) {
      writeFileSync(offset, String(Date.parse(from) - Date.now()));
      for (const cron of expressions) {
        const { next } = await preview(daemon, cron, zone);
        const times = next.slice(0, cron.startsWith('*') ? 5 : 2).map((each) => at(each, zone));
        rows.push([zone, way, `\`${cron}\``, times.join(', ')]);
      }
    }
    checkBlock(GUIDE, 'clocks', table(['zone', 'clocks go', 'expression', 'due at (local time, offset)'], rows));
  },
  { timeout: 120_000 },
);
