// Signing in to an MCP server by OAuth (M6), through the real daemon, an authorization server and a protected server that
// enforce what they should. The test plays the person's browser and the agent.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  bareEnvironment,
  browse,
  PERSON,
  runProcess,
  startDaemon,
  startSignInServer,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect } from 'vitest';
import { filesOf } from './support/leak/exits.ts';
import { type Connected, PROGRAM, textOf } from './support/mcp.ts';
import { askSignIn, begin, comeBack, plan, scene, signedIn, view } from './support/server-sign-in.ts';
import { ofKind, until, type World, worldOf } from './support/world.ts';

const echo = ({ client }: Connected, text = 'hello') => client.callTool({ name: 'notes__echo', arguments: { text } });

verifies(
  ['M6'],
  'a person signs in, an agent uses the server, the token is renewed, and nobody but the server ever sees one',
  async () => {
    await using made = await signedIn();
    const { it, server, connected } = made;
    expect(textOf(await echo(connected))).toBe('hello');
    const before = await view(it);
    expect(before.signIn).toMatchObject({ needed: false, scopes: ['notes:read'] });
    expect(before.state).toBe('ready');

    const renewals = () => server.seen.filter(({ body }) => body.includes('grant_type=refresh_token')).length;
    server.endAccess();
    const many = await Promise.all(['a', 'b', 'c', 'd'].map((each) => echo(connected, each)));
    expect(many.map(textOf)).toEqual(['a', 'b', 'c', 'd']);
    expect(renewals()).toBe(1);

    // The resource is named to the authorization server each time; nothing of the agent's goes to either.
    expect(server.seen.filter(({ path }) => path === '/token').every(({ body }) => body.includes('resource='))).toBe(
      true,
    );
    const upstream = JSON.stringify([server.seen, server.mcp.seen]);
    expect(upstream).not.toContain('castellan_a_');
    expect(upstream).not.toContain('castellan_d_');

    // A server that tells our token back tells it to nobody.
    const token = server.mcp.seen
      .map(({ headers }) => String(headers.authorization ?? ''))
      .findLast((each) => each !== '');
    const told = textOf(await echo(connected, `it is ${token?.slice(7)}`));
    expect(told).toContain('[REDACTED:oauth.notes]');

    const records = ofKind(await it.records(), 'module');
    expect(records.map(({ change }) => change)).toContain('signed-in');
    const secrets = await it.daemon.request('GET', '/v1/secrets');
    expect(secrets.json()).toMatchObject({ secrets: [{ name: 'oauth.notes', owner: 'notes', uses: [] }] });
    const answers = [
      secrets.text,
      told,
      JSON.stringify(await it.records()),
      (await it.daemon.request('GET', '/v1/modules/notes')).text,
      (await it.daemon.request('GET', '/v1/status')).text,
    ];
    await it.daemon.stop();
    const files = filesOf(it.daemon.home).map(({ text }) => text);
    for (const each of [...answers, ...files, it.daemon.output()])
      for (const secret of server.given) expect(each.includes(secret)).toBe(false);
    expect(server.given.length).toBeGreaterThanOrEqual(6);
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  'a token that is about to end is renewed before it is sent, once for all who need it',
  async () => {
    await using made = await signedIn({ lives: 30 });
    const { server, connected } = made;
    const many = await Promise.all(['a', 'b', 'c'].map((each) => echo(connected, each)));
    expect(many.map(textOf)).toEqual(['a', 'b', 'c']);
    const renewals = server.seen.filter(({ body }) => body.includes('grant_type=refresh_token'));
    expect(renewals.length).toBeGreaterThanOrEqual(1);
    // Each refresh token is good once: who comes with a used one ends the sign-in.
    expect(new Set(renewals.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).size).toBe(
      renewals.length,
    );
    const sent = server.mcp.seen.filter(({ headers }) => headers.authorization !== undefined);
    expect(sent.length).toBeGreaterThan(0);
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  'a sign-in that was revoked elsewhere is told, and ended here with what is left of it',
  async () => {
    await using made = await signedIn();
    const { it, server, connected } = made;
    server.revokeAll();
    const refused = await echo(connected);
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain('sign-in');
    const after = await until('its state', async () => {
      const now = await view(it);
      return now.state === 'needs-sign-in' ? now : undefined;
    });
    expect(after.signIn?.needed).toBe(true);
    expect(after.why).toContain('castellan modules sign-in notes');
    const { alarms } = await it.status();
    expect(alarms.map(({ kind }) => kind)).toContain('module-failed');

    const back = await comeBack(it, await browse(await begin(it)));
    expect(back.status).toBe(200);
    expect(textOf(await echo(connected))).toBe('hello');
    expect((await it.status()).alarms.map(({ kind }) => kind)).not.toContain('module-failed');

    const out = await it.daemon.request('POST', '/v1/modules/notes/sign-out', { body: {} });
    expect(out.status, out.text).toBe(200);
    expect(server.seen.filter(({ path }) => path === '/revoke').length).toBe(2);
    expect((await it.daemon.request('GET', '/v1/secrets')).json()).toMatchObject({ secrets: [] });
    expect((await echo(connected)).isError).toBe(true);
    expect(ofKind(await it.records(), 'module').map(({ change }) => change)).toContain('signed-out');
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  'a server that wants more is given no more: a person sees what it wants, and allows it or does not',
  async () => {
    await using made = await signedIn({ needs: { add: 'notes:write' } });
    const { it, server, connected } = made;
    const authorized = () => server.seen.filter(({ path }) => path === '/authorize').length;
    const before = authorized();
    const refused = await connected.client.callTool({ name: 'notes__add', arguments: { a: 1, b: 2 } });
    expect(refused.isError).toBe(true);
    expect(authorized()).toBe(before);
    const wanting = await view(it);
    expect(wanting.state).toBe('needs-sign-in');
    expect(wanting.signIn).toMatchObject({ needed: true, scopes: ['notes:read', 'notes:write'] });
    // What it was allowed it may go on doing.
    expect(textOf(await echo(connected))).toBe('hello');
    const open = await begin(it);
    expect(new URL(open).searchParams.get('scope')).toBe('notes:read notes:write');
    expect((await comeBack(it, await browse(open))).status).toBe(200);
    expect(textOf(await connected.client.callTool({ name: 'notes__add', arguments: { a: 1, b: 2 } }))).toBe('3');
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  'with the vault locked nothing is begun, and the state says so',
  async () => {
    const home = join(tempFolder(), 'state');
    await using server = await startSignInServer();
    await using first = await startDaemon({ home });
    const secret = { name: 'other', value: 'kQ7vZ2mXw9Lr4TbN8sYc' };
    expect((await first.request('POST', '/v1/secrets', { body: secret })).status).toBe(200);
    const body = { to: 'passphrase', passphrase: 'correct horse battery' };
    const moved = await first.request('POST', '/v1/vault/key', { body });
    expect(moved.status, moved.text).toBe(200);
    await first.stop();
    await using daemon = await startDaemon({ home });
    const it = worldOf(daemon);
    await plan(it, server);
    const before = server.seen.length;
    const answer = await askSignIn(it);
    expect(answer.status, answer.text).toBe(409);
    expect(answer.text).toContain('the vault is locked');
    expect(server.seen.length).toBe(before);
  },
  { timeout: 90_000 },
);

/** Signed in at the command line. */
async function atTerminal({ daemon }: World) {
  const env = { ...bareEnvironment(join(daemon.home, '..')), CASTELLAN_HOME: daemon.home };
  const options = { env, cwd: tempFolder(), timeout: 60_000 };
  const login = [PROGRAM, 'login', '--name', PERSON.name, '--password-stdin'];
  const person = await runProcess(process.execPath, login, { ...options, input: `${PERSON.password}\n` });
  expect(person.code, person.stderr).toBe(0);
  return options;
}

verifies(
  ['M6'],
  'whoever registered a client is told its redirect address exactly, by `modules add` and `modules sign-in`, with the hosts they named',
  async () => {
    await using made = await scene({ elsewhere: true });
    const { it, server } = made;
    const options = await atTerminal(it);
    const hosts = [server.issuer, server.tokens].map((url) => new URL(url).host);
    const named = hosts.flatMap((host) => ['--sign-in-host', host]);
    const words = ['add', 'notes', '--url', server.mcp.url, ...named, '--client-id', 'at-home', '--yes'];
    const added = await runProcess(process.execPath, [PROGRAM, 'modules', ...words], options);
    const told = `${added.stdout}${added.stderr}`.replace(/\s+/g, ' ');
    expect(added.code).not.toBe(0);
    expect(told).toContain(`signs in at ${hosts.join(', ')}, which you named, and nowhere else`);
    const said = /the client `at-home` must have this redirect address registered there: (\S+)/;
    const redirect = said.exec(told)?.[1] ?? '';
    expect(redirect).toMatch(
      new RegExp(`^http://127\\.0\\.0\\.1:${it.daemon.state.port}/v1/modules/oauth/callback/[0-9a-f]{32}$`),
    );
    const begun = await runProcess(process.execPath, [PROGRAM, 'modules', 'sign-in', 'notes', '--no-wait'], options);
    expect(begun.code, begun.stderr).toBe(0);
    expect(said.exec(begun.stderr.replace(/\s+/g, ' '))?.[1]).toBe(redirect);
    expect(new URL(/^http\S+$/m.exec(begun.stdout)?.[0] ?? '').searchParams.get('redirect_uri')).toBe(redirect);
  },
  { timeout: 90_000 },
);

verifies(
  ['M6'],
  '`castellan modules sign-in` prints the address and waits until the browser is back',
  async () => {
    await using made = await scene();
    const { it, server } = made;
    await plan(it, server);
    const options = await atTerminal(it);
    const { env } = options;
    const waiting = spawn(process.execPath, [PROGRAM, 'modules', 'sign-in', 'notes'], { env, cwd: options.cwd });
    const ended = new Promise<number | null>((resolve) => waiting.once('close', resolve));
    let said = '';
    for (const stream of [waiting.stdout, waiting.stderr])
      stream.on('data', (part: Buffer) => {
        said += part.toString();
      });
    const open = await until('where to go', () => /^http\S+$/m.exec(said)?.[0]);
    expect(said).not.toContain('you are signed in');
    expect((await comeBack(it, await browse(open))).status).toBe(200);
    expect(await ended, said).toBe(0);
    expect(said).toContain('you are signed in to notes');
    const { host } = new URL(server.issuer);
    expect(said).toContain(`your browser goes to ${host}; the code that it brings back goes to ${host}`);
    expect(said).toContain(`the server itself is ${new URL(server.mcp.url).host}`);
  },
  { timeout: 90_000 },
);
