// Evidence leaves a real daemon in seven forms: each is read by something that is not ours or by the schema its authors publish, and
// each compares with the ledger's own files. Whoever tries to keep others out, or to carry a secret out with it, does not.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { leafHash, readEntries } from '@castellan/ledger';
import { bareEnvironment, inRoot, type ProcessResult, runProcess, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ocsfFaults } from './support/evidence/ocsf-schema.ts';
import { otlpFaults } from './support/evidence/otlp-schema.ts';
import { readCef, readCsv, readSyslog } from './support/evidence/read-forms.ts';
import { browser, somebody } from './support/people.ts';
import { DELETE, MAIL, ofKind, until, type World, world } from './support/world.ts';

const FORMS = ['jsonl', 'csv', 'ocsf', 'cef', 'syslog', 'otlp-logs', 'otlp-traces'] as const;
type Form = (typeof FORMS)[number];
const SECRET = 'Zq9HunterTwo-Kd83Lm';

let it: World;
beforeAll(async () => {
  it = await world({ deny: ['claude-code/WebFetch'] });
  const agent = await it.connect('claude');
  await agent.pre('Read', { file_path: '/tmp/=HYPERLINK("x").txt' }, { id: 'toolu_read' });
  await agent.post('Read', { file_path: '/tmp/=HYPERLINK("x").txt' }, 'toolu_read');
  await agent.pre('WebFetch', { url: `https://${SECRET}.example.org/${SECRET}`, prompt: '=1+1, "\\|]\nCEF:0|x' });
  const asked = agent.pre(DELETE, { id: 'm1' }, { id: 'toolu_delete', server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  await it.approve(approval);
  await asked;
  await agent.post(DELETE, { id: 'm1' }, 'toolu_delete', { server: MAIL });
  await until('the outcomes', async () => (ofKind(await it.records(), 'outcome').length >= 3 ? true : undefined));
});
afterAll(() => it[Symbol.asyncDispose]());

async function exported(as: Form, q = ''): Promise<string> {
  const reply = await it.daemon.request('GET', `/v1/export?as=${as}&q=${encodeURIComponent(q)}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.text;
}
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

interface Line {
  readonly index: number;
  readonly leaf: string;
  readonly record: { readonly kind: string; readonly [name: string]: unknown };
}

verifies(
  ['L6'],
  'seven forms, each read by a consumer or the official schema, each telling what the ledger holds',
  async () => {
    const jsonl = linesOf(await exported('jsonl')).map((line) => JSON.parse(line) as Line);
    const kinds = new Set(jsonl.map(({ record }) => record.kind));
    for (const kind of ['daemon', 'policy', 'agent', 'session', 'attempt', 'approval', 'outcome', 'sign-in'])
      expect([...kinds]).toContain(kind);
    // Against the files alone: every record there is, by its number and its leaf.
    const leaves = new Map<number, string>();
    for await (const { index, entry } of readEntries(join(it.daemon.home, 'ledger')))
      leaves.set(index, Buffer.from(leafHash(entry)).toString('hex'));
    expect(jsonl.map(({ index }) => index)).toEqual(Array.from({ length: jsonl.length }, (_, n) => n));
    for (const { index, leaf } of jsonl) expect(leaf).toBe(leaves.get(index));

    const rows = readCsv(await exported('csv'));
    expect(rows.length - 1).toBeGreaterThanOrEqual(jsonl.length);
    for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);

    for (const line of linesOf(await exported('ocsf'))) expect(ocsfFaults(JSON.parse(line)), line).toEqual([]);

    const cef = linesOf(await exported('cef')).map(readCef);
    const denied = cef.find(({ extension }) => extension.act === 'deny');
    expect(denied?.header.slice(0, 3)).toEqual(['CEF:0', 'Castellan', 'castellan']);
    expect(denied?.extension).toMatchObject({ outcome: 'failure', reason: expect.stringContaining('user-deny') });

    const syslog = linesOf(await exported('syslog')).map(readSyslog);
    expect(syslog.filter(({ id }) => id === 'attempt').map(({ params }) => params.verdict)).toEqual(
      jsonl.flatMap(({ record }) =>
        record.kind === 'attempt' ? [(record.verdict as { outcome: string }).outcome] : [],
      ),
    );

    for (const line of linesOf(await exported('otlp-logs')))
      expect(otlpFaults('ExportLogsServiceRequest', JSON.parse(line)), line).toEqual([]);
    const requests = linesOf(await exported('otlp-traces')).map((line) => JSON.parse(line) as never);
    for (const each of requests) expect(otlpFaults('ExportTraceServiceRequest', each)).toEqual([]);
    const spans = requests.flatMap(
      ({
        resourceSpans,
      }: {
        resourceSpans: readonly { scopeSpans: readonly { spans: readonly Record<string, string>[] }[] }[];
      }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
    const call = spans.find(({ name }) => name === 'mail/delete');
    const below = spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId).map(({ name }) => name);
    expect(below).toEqual(expect.arrayContaining(['decide mail/delete', 'approval approved']));

    // Each of them was itself recorded, with whoever asked.
    const exports = ofKind(await it.records(), 'export').filter(({ change }) => change === 'began');
    expect(exports.map(({ as, by }) => `${as} ${by}`)).toEqual(FORMS.map((form) => `${form} person:mia`));
  },
);

test.skipIf(!existsSync('/usr/bin/jq') || !existsSync('/usr/bin/python3'))(
  'jq and the csv module of Python read what was exported (skipped where they are not installed)',
  async () => {
    const [jsonl, csv] = [await exported('jsonl'), await exported('csv')];
    const counted = execFileSync('/usr/bin/jq', ['-s', 'map(.record.kind) | length'], { input: jsonl });
    expect(Number(counted)).toBe(linesOf(jsonl).length);
    const script =
      'import csv,sys,json,io\nr=list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(),newline=""),strict=True))\nprint(json.dumps(r))';
    const read = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], { input: csv }).toString()) as unknown;
    expect(read).toEqual(readCsv(csv));
  },
);

verifies(['L6', 'X2'], 'a secret that was named afterwards leaves in no form, in no letters', async () => {
  expect((await exported('jsonl')).toLowerCase()).toContain(SECRET.toLowerCase());
  await it.daemon.request('POST', '/v1/secrets', { body: { name: 'PASSWORD', value: SECRET } });
  for (const form of FORMS) {
    const text = await exported(form);
    expect(text.toLowerCase().includes(SECRET.toLowerCase()), form).toBe(false);
    expect(text, form).not.toBe('');
  }
  expect(await exported('jsonl')).toContain('[REDACTED:PASSWORD]');
});

verifies(['L6', 'A12'], 'a viewer and an agent export nothing', async () => {
  const mia = await browser(it.daemon);
  const vera = await somebody(it.daemon, mia.send, 'vera', 'viewer');
  const refused = await vera.browser.send('GET', '/v1/export?as=jsonl');
  expect(refused.status, refused.text).toBe(403);
  const agent = await it.connect('other');
  expect((await it.daemon.request('GET', '/v1/export?as=jsonl', { token: agent.credential })).status).toBe(403);
  expect((await it.daemon.request('GET', '/v1/export?as=xlsx')).status).toBe(400);
});

verifies(['L6'], 'only what a query finds is exported, and one that says nothing is a fault', async () => {
  const denied = linesOf(await exported('jsonl', 'kind:attempt verdict:deny')).map((line) => JSON.parse(line) as Line);
  expect(denied.map(({ record }) => record.tool)).toEqual(['WebFetch']);
  const fault = await it.daemon.request('GET', '/v1/export?as=jsonl&q=verdct:deny');
  expect(fault.status, fault.text).toBe(400);
  expect(fault.text).toContain('verdct');
});

verifies(['L6'], 'the command writes a file that is whole, for its owner alone, and says what is wrong', async () => {
  const { home } = it.daemon;
  const folder = tempFolder();
  const castellan = (...args: readonly string[]): Promise<ProcessResult> =>
    runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args], {
      env: { ...bareEnvironment(home), CASTELLAN_HOME: home },
      cwd: folder,
      timeout: 60_000,
    });
  const made = await castellan('export', 'kind:attempt', '--as', 'csv', '--out', 'calls.csv');
  expect(made.code, made.stderr).toBe(0);
  expect(readCsv(readFileSync(join(folder, 'calls.csv'), 'utf8')).length).toBeGreaterThan(3);
  const shown = await castellan('export', 'kind:daemon');
  expect(linesOf(shown.stdout).map((line) => (JSON.parse(line) as Line).record.kind)).toEqual(['daemon']);
  const wrong = await castellan('export', 'verdct:deny', '--out', 'none.jsonl');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('verdct');
  expect(existsSync(join(folder, 'none.jsonl'))).toBe(false);
  expect((await castellan('forwards')).stdout).toContain('nothing is forwarded');
});

/** Asks and reads nothing. */
function stalled(
  daemon: World['daemon'],
  token: string,
): Promise<{ readonly asked: ClientRequest; readonly reply: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath: daemon.socket,
      path: '/v1/export?as=otlp-logs',
      agent: false,
      headers: { host: 'localhost', authorization: `Bearer ${token}` },
    });
    asked.once('response', (reply) => resolve({ asked, reply }));
    asked.once('error', reject);
    asked.end();
  });
}

verifies(
  ['L6', 'D1'],
  'exports that nobody reads keep nobody out: one has two at once, and broken off they are given back',
  async () => {
    const agent = await it.connect('writer');
    const content = 'a line of a file that is not interesting\n'.repeat(6000);
    for (let n = 0; n < 6; n += 1) await agent.pre('Write', { file_path: `/tmp/file-${n}.txt`, content });
    const token = it.daemon.state.token;
    const open = [await stalled(it.daemon, token), await stalled(it.daemon, token)];
    expect(open.map(({ reply }) => reply.statusCode)).toEqual([200, 200]);
    const third = await stalled(it.daemon, token);
    expect(third.reply.statusCode).toBe(429);
    third.asked.destroy();
    // Whoever else asks is answered meanwhile: another person, and the gate.
    expect(linesOf(await exported('jsonl', 'kind:daemon'))).toHaveLength(1);
    expect((await agent.pre('Read', { file_path: '/tmp/notes.txt' })).verdict).toBe('allow');
    for (const { asked } of open) asked.destroy();
    await expect
      .poll(async () => {
        const again = await stalled(it.daemon, token);
        const status = again.reply.statusCode;
        again.asked.destroy();
        return status;
      })
      .toBe(200);
    await until('what was broken off on record', async () => {
      const broken = ofKind(await it.records(), 'export').filter(({ change }) => change === 'broken-off');
      return broken.length >= 2 && broken.every(({ by }) => by === 'program:local') ? true : undefined;
    });
  },
);
