// A script that wants a secret for itself: to hold it, to print it, to send it elsewhere, to have another's.
import type { ScriptRun } from '@castellan/contract';
import { json, startModelServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { filesOf } from '../e2e/support/leak/exits.ts';
import { script, scriptWorld } from '../e2e/support/script-server.ts';
import { ofKind } from '../e2e/support/world.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
const OTHER = 'hT6wB3xN8cV5yM1qZ4dF';
const OK = json({ fine: true });
const told = ({ error, outcome }: ScriptRun): string => `${error?.code ?? outcome}: ${error?.message ?? ''}`;
const get = (host: string, key: string): string => `return http.get("http://${host}/", headers={"x": ${key}}).status`;

verifies(
  ['S5', 'S3', 'X1'],
  'OpenPact gave every script every secret: here a script has those that it declares, a person approved, and let it use there',
  async () => {
    await using elsewhere = await startModelServer(OK);
    const far = `127.0.0.1:${elsewhere.port}`;
    await using at = await scriptWorld(OK, { scripts: { privateHosts: [far] } });
    const here = { kind: 'host', name: at.host };
    await at.keep('API_KEY', KEY);
    await at.keep('ITS_OWN', OTHER, [here, { kind: 'script', name: 'its-own' }]);
    await at.keep('OF_MODULE', 'mR2kD9sV4nX7', [here, { kind: 'module', name: 'notes' }]);
    const run = async (name: string, header: Readonly<Record<string, string>>, ...lines: readonly string[]) => {
      await at.approved(name, script(header, ...lines));
      return at.desk.run(name, ['ITS_OWN']);
    };
    // Not declared: it cannot even be proposed; by a name that is made as it runs, it is not there.
    const literal = await at.desk.post('', {
      name: 'literal',
      source: script({ hosts: at.host }, get(at.host, 'secrets.get("API_KEY")')),
    });
    expect(literal.status, literal.text).toBe(400);
    const made = await run('made', { hosts: at.host, secrets: 'API_KEY' }, get(at.host, 'secrets.get(args[0])'));
    expect(made.outcome).toBe('failed');
    // Declared and approved, and still another's.
    const stolen = await run('stolen', { hosts: at.host, secrets: 'ITS_OWN' }, get(at.host, 'secrets.get("ITS_OWN")'));
    expect(told(stolen)).toMatch(/call_refused: .*may not be used for script `stolen`/);
    const module = await run(
      'module',
      { hosts: at.host, secrets: 'OF_MODULE' },
      get(at.host, 'secrets.get("OF_MODULE")'),
    );
    expect(told(module)).toContain('may not be used for what is no module');
    // Its own, and to another host than it may go.
    const sent = await run('sent', { hosts: far, secrets: 'API_KEY' }, get(far, 'secrets.get("API_KEY")'));
    expect(told(sent)).toContain('may not go to host');
    const none = await run('none', { hosts: at.host, secrets: 'NOT_THERE' }, get(at.host, 'secrets.get("NOT_THERE")'));
    expect(told(none)).toContain('no such secret');
    expect(elsewhere.seen).toEqual([]);
    expect(at.server.seen).toEqual([]);
    const own = await run('its-own', { hosts: at.host, secrets: 'ITS_OWN' }, get(at.host, 'secrets.get("ITS_OWN")'));
    expect(own.result).toBe(200);
    expect(at.server.seen.map(({ headers }) => headers.x)).toEqual([OTHER]);
    const records = ofKind(await at.it.records(), 'secret');
    expect(records.filter(({ change }) => change === 'used')).toMatchObject([
      { secret: 'ITS_OWN', by: 'script:its-own' },
    ]);
    expect(records.filter(({ change }) => change === 'refused').map(({ by }) => by)).toEqual([
      'script:stolen',
      'script:module',
      'script:sent',
      'script:none',
    ]);
  },
  { timeout: 180_000 },
);

verifies(
  ['S8', 'X2'],
  'a server that says a secret again in every disguise tells the script nothing, nor whoever reads the run, nor a file',
  async () => {
    const forms = (value: string): Readonly<Record<string, string>> => ({
      plain: value,
      base64: Buffer.from(`x${value}`).toString('base64'),
      url64: Buffer.from(`{"k":"${value}"}`).toString('base64url'),
      hex: Buffer.from(value).toString('hex'),
      json: JSON.stringify({ inner: JSON.stringify({ value }) }),
      url: encodeURIComponent(`a&${value}`),
      split: `${value}`,
    });
    await using at = await scriptWorld((response, { url }) => {
      const body =
        url === '/bytes' ? Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(KEY)]) : JSON.stringify(forms(KEY));
      response.writeHead(200, { 'x-key': KEY, [`x-${KEY.toLowerCase()}`]: 'name' }).end(body);
    });
    await at.keep('API_KEY', KEY);
    const source = script(
      { hosts: at.host, secrets: 'API_KEY' },
      `reply = http.get("http://${at.host}" + args[0], params={"k": secrets.get("API_KEY")})`,
      'print(reply.body)',
      'log.error(reply.headers, reply.url)',
      'if args[1] == "fail":',
      '    fail("it said", reply.body)',
      'chars = [c for c in reply.body.elems()] if type(reply.body) == "string" else []',
      'return [reply.body if type(reply.body) == "string" else str(reply.body), "-".join(chars)[:200], str(reply.headers)]',
    );
    await at.approved('listen', source);
    const runs: ScriptRun[] = [];
    for (const args of [
      ['/', ''],
      ['/', 'fail'],
      ['/bytes', ''],
    ])
      runs.push(await at.desk.run('listen', args));
    expect(at.server.seen[0]?.url, runs.map(told).join('\n')).toContain(KEY);
    expect(runs[0]?.error).toBeNull();
    expect(runs.map(told).map((text) => text.split(':')[0])).toEqual(['succeeded', 'program_failed', 'succeeded']);
    const pages = await Promise.all(
      ['/v1/runs', `/v1/runs/${runs[1]?.id}`, '/v1/scripts', '/v1/scripts/listen', '/v1/ledger?limit=1000'].map(
        async (path) => (await at.it.daemon.request('GET', path)).text,
      ),
    );
    await at.it.daemon.stop();
    const left = [
      ...runs.map((run) => JSON.stringify(run)),
      ...pages,
      ...filesOf(at.it.daemon.home).map(({ text }) => text),
    ];
    const needles = [
      KEY,
      KEY.toLowerCase(),
      Buffer.from(KEY).toString('hex'),
      Buffer.from(KEY).toString('base64').slice(0, 20),
      KEY.split('').join('-'),
    ];
    for (const needle of needles)
      expect(
        left.filter((text) => text.includes(needle)),
        needle,
      ).toEqual([]);
    expect(left.join('')).toContain('[REDACTED:API_KEY]');
  },
  { timeout: 180_000 },
);

verifies(
  ['S5', 'S8'],
  'a secret has no length, no letters, no order and no truth: every way of learning it bit by bit is an ordinary error',
  async () => {
    await using at = await scriptWorld(OK);
    await at.keep('API_KEY', KEY);
    const body = `http.get("http://${at.host}/", headers={"x": key}) if len(args) > 5 else None`;
    for (const [at_, line] of [
      'len(key)',
      'key[0]',
      'key[1:3]',
      '[c for c in key.elems()]',
      'list(key)',
      'key.startswith("p")',
      'key < "z"',
      'sorted([key, "a"])',
      'hash(key)',
      'json.encode(key)',
      '{key: 1}',
      'key',
      '"%s" % key',
      'key.upper()',
      'int(key)',
      'bytes(key)',
    ].entries()) {
      const name = `learn-${at_}`;
      await at.approved(
        name,
        script({ hosts: at.host, secrets: 'API_KEY' }, 'key = secrets.get("API_KEY")', body, `return ${line}`),
      );
      const run = await at.desk.run(name);
      expect(run.outcome, line).toBe('failed');
      expect(JSON.stringify(run), line).not.toContain(KEY);
    }
    expect(at.server.seen).toEqual([]);
  },
  { timeout: 180_000 },
);
