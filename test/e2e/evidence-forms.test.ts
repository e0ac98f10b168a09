// Forms of evidence: whatever a record says, it ends no field, no line and no message, and comes back out as it was put in.
import type { AttemptRecord, LedgerRecord } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Shown } from '../../packages/daemon/src/evidence/export/shown.ts';
import { cefLine, extensionValue, headerPart } from '../../packages/daemon/src/evidence/forms/cef.ts';
import { CSV_HEAD, cell, csvLine } from '../../packages/daemon/src/evidence/forms/csv.ts';
import type { Evidence } from '../../packages/daemon/src/evidence/forms/evidence.ts';
import { formsOf } from '../../packages/daemon/src/evidence/forms/forms.ts';
import { framed, MOST_SYSLOG_BYTES, syslogMessage } from '../../packages/daemon/src/evidence/forms/syslog.ts';
import { createExits } from '../../packages/daemon/src/exits/exits.ts';
import { ocsfFaults } from './support/evidence/ocsf-schema.ts';
import { otlpFaults } from './support/evidence/otlp-schema.ts';
import { readCef, readCsv, readSyslog } from './support/evidence/read-forms.ts';
import { NASTY, SAMPLES } from './support/evidence/samples.ts';

const LEAF = 'ab'.repeat(32);
const FORMS = formsOf({ version: '1.2.3', host: 'box', pid: 7 });
const evidenceOf = (record: LedgerRecord, index = 41): Evidence => ({ index, leaf: LEAF, record });
const [ATTEMPT] = SAMPLES as readonly [AttemptRecord, ...LedgerRecord[]];
const refusal = (text: string): LedgerRecord => ({
  kind: 'refusal',
  at: 1_795_764_915_000,
  who: text,
  what: text,
  text,
});
/** Any text, and often what a form gives a meaning. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...'=+-@\t\r\n"\\|],; \u2028\u0085\ufeffé=\\'.split(''), '\\n', 'a=b', '"]'), {
      maxLength: 20,
    })
    .map((parts) => parts.join('')),
);
/** What CEF and syslog do with signs that no terminal shows. */
const plain = (given: string): string => given.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, '');

test('a cell of CSV comes back as it was, and none is a formula', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
      const [row = []] = readCsv(`${cells.map(cell).join(',')}\r\n`);
      const bare = (given: string): string => given.replaceAll("'", '');
      expect(row.map(bare)).toEqual(cells.map(bare));
      for (const each of row) expect(each.trimStart()).not.toMatch(/^[=+\-@]/);
      // As a reader takes it that parts by semicolons or tabs, and knows nothing of our quotes. A line begins with our number.
      const [, ...parts] = `0,${cells.map(cell).join(',')}`.split(/[;\t\r\n]/);
      for (const each of parts) expect(each).not.toMatch(/^[\s"]*[=+\-@]/);
    }),
  );
  for (const bad of ['a;=1+1', 'a\n=1', 'a\t @SUM(A1)', 'a;"=1"', '; \u200b-1'])
    expect(cell(bad), bad).toMatch(/[;\t\n][ "\u200b]*'[=@-]/);
  expect(cell(`${';\t'.repeat(200_000)} x`)).toHaveLength(400_002);
  for (const bad of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\ufeff=1', '\u200b=1', '＝1'])
    expect(readCsv(`${cell(bad)}\r\n`)[0]?.[0]?.replace(/(?!^)'/, ''), bad).toBe(`'${bad}`);
});

test('what stands in CEF ends neither a part nor a value', () => {
  fc.assert(
    fc.property(text, text, (part, value) => {
      const line = `CEF:0|${['a', 'b', 'c', part, 'e', '5'].map(headerPart).join('|')}|msg=${extensionValue(value)} act=deny`;
      const read = readCef(line);
      expect(plain(read.header[4] ?? '').replaceAll(' ', '')).toBe(plain(part).replaceAll(' ', ''));
      expect(plain(read.extension.msg ?? '').trim()).toBe(plain(value).trim());
      expect(read.extension.act).toBe('deny');
    }),
  );
});

test('a message of syslog is one line that its grammar reads, and never too long', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.string({ maxLength: 300 }).map((each) => each.repeat(60)),
      ),
      (given) => {
        const message = syslogMessage(evidenceOf(refusal(given)), { host: 'my box ü', pid: 7 });
        const read = readSyslog(message);
        expect(message).not.toMatch(/[\r\n]/);
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MOST_SYSLOG_BYTES);
        expect(read.params).toMatchObject({ index: '41', leaf: LEAF });
        expect(JSON.parse(read.text)).toMatchObject({ kind: 'refusal' });
        expect(framed(message)).toBe(`${Buffer.byteLength(message)} ${message}`);
      },
    ),
    { numRuns: 60 },
  );
});

test.each(SAMPLES.map((record, n) => [`${n} ${record.kind}`, record] as const))('%s in every form', (_, record) => {
  const evidence = evidenceOf(record);
  const lineOf = (form: keyof typeof FORMS): string => {
    const items = FORMS[form].items(evidence, ATTEMPT);
    return items.length === 0 ? '' : FORMS[form].line(items);
  };
  for (const form of ['jsonl', 'ocsf', 'cef', 'syslog', 'otlp-logs', 'otlp-traces'] as const)
    expect(lineOf(form)).not.toMatch(/[\r\n\u0085]/);
  expect(JSON.parse(lineOf('jsonl'))).toEqual({ index: 41, leaf: LEAF, record });
  const names = CSV_HEAD.split(',');
  const [row = []] = readCsv(`${csvLine(evidence)}\r\n`);
  expect(row).toHaveLength(names.length);
  expect(JSON.parse(row[names.indexOf('record')] ?? '')).toEqual(record);
  expect(ocsfFaults(JSON.parse(lineOf('ocsf')))).toEqual([]);
  expect(readCef(cefLine(evidence, '1.2.3')).extension).toMatchObject({ externalId: '41', rt: String(record.at) });
  expect(readSyslog(lineOf('syslog')).id).toBe(record.kind);
  expect(otlpFaults('ExportLogsServiceRequest', JSON.parse(lineOf('otlp-logs')))).toEqual([]);
  if (lineOf('otlp-traces') !== '')
    expect(otlpFaults('ExportTraceServiceRequest', JSON.parse(lineOf('otlp-traces')))).toEqual([]);
});

test('the checkers go red', () => {
  const event = JSON.parse(FORMS.ocsf.items(evidenceOf(ATTEMPT), ATTEMPT)[0] ?? '') as Record<string, unknown>;
  expect(ocsfFaults({ ...event, severity_id: 42 })).toHaveLength(1);
  expect(ocsfFaults({ ...event, actor: {} })).toHaveLength(1);
  expect(ocsfFaults({ ...event, api: undefined, no_such: 1 })).toHaveLength(3);
  expect(otlpFaults('LogRecord', { timeUnixNano: 5, traceId: 'AAAA', no: 1, severityNumber: 99 })).toHaveLength(4);
});

test('spans of one call are one trace: the call, its decision, its answer, its run', () => {
  const items = SAMPLES.slice(0, 4).flatMap((record, n) => FORMS['otlp-traces'].items(evidenceOf(record, n), ATTEMPT));
  const spans = items.map((item) => JSON.parse(item) as Record<string, string>);
  expect(spans.map(({ name }) => name)).toEqual([
    'decide claude-code/Bash',
    'approval approved',
    'claude-code/Bash',
    'run claude-code/Bash',
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const call = spans[2]?.spanId;
  expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual([call, call, undefined, call]);
  expect(BigInt(spans[2]?.endTimeUnixNano ?? 0) - BigInt(spans[2]?.startTimeUnixNano ?? 0)).toBe(3_000_000_000n);
});

const FORM_NAMES = Object.keys(FORMS) as readonly (keyof typeof FORMS)[];
const SECRET = 'Zq9HunterTwo-Kd83Lm';

test.each(FORM_NAMES)('as %s no known value leaves: as it is, in other letters, cut in two', (name) => {
  const redactor = createRedactor({ known: [{ name: 'PASSWORD', value: SECRET }] });
  const shown = new Shown({ exits: createExits(redactor), redactor });
  const cases: readonly LedgerRecord[] = [
    { ...ATTEMPT, arguments: { command: `curl -u me:${SECRET} x` } },
    {
      ...ATTEMPT,
      effects: [
        {
          kind: 'connect',
          target: `${SECRET.toLowerCase()}.evil.example:443`,
          targetKind: 'host',
          place: 'public',
          certainty: 'certain',
        },
      ],
      arguments: { env: { [`X_${SECRET.toUpperCase()}`]: 1 } },
    },
    // A form writes both as `module/tool` or one after the other.
    {
      ...ATTEMPT,
      module: 'x',
      tool: 'y',
      arguments: [SECRET.slice(0, 9).toLowerCase(), SECRET.slice(9).toLowerCase()],
    },
    { kind: 'outcome', at: 1, call: ATTEMPT.call, status: 'failed', by: 'rule', text: NASTY + SECRET.toUpperCase() },
  ];
  for (const record of cases) {
    const evidence = shown.evidence({ index: 1, record, entry: new Uint8Array() });
    const items = shown.items(FORMS[name], evidence, shown.record(ATTEMPT));
    const said = FORMS[name].line(items).toLowerCase();
    expect(said).not.toContain(SECRET.toLowerCase());
    if (record.kind === 'outcome') expect(items.length).toBeGreaterThan(0);
  }
});

test('a value that is one of our own words hides no record', () => {
  const redactor = createRedactor({ known: [{ name: 'WORD', value: 'Approval' }] });
  const shown = new Shown({ exits: createExits(redactor), redactor });
  const evidence = shown.evidence({
    index: 1,
    record: { kind: 'refusal', at: 1, who: 'person:mia', what: 'an approval', text: 'kept' },
    entry: new Uint8Array(),
  });
  const [said = ''] = shown.items(FORMS.jsonl, evidence, null);
  expect(said).toContain('kept');
  expect(JSON.parse(said).record.what).not.toContain('approval');
});
