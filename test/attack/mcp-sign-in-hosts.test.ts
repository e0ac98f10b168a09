// A person named the hosts of a server's sign-in, because they are not of one owner. The attacker is the server: it wants the code,
// the tokens or the client's secret at a host of its own, from the beginning or once everything is accepted (M6).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { browse, type SignInServer, startSignInServer, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { textOf } from '../e2e/support/mcp.ts';
import { askSignIn, begin, comeBack, plan, scene, signedIn, view } from '../e2e/support/server-sign-in.ts';
import { until, type World } from '../e2e/support/world.ts';

const hostOf = (url: string): string => new URL(url).host;
const named = ({ issuer, tokens }: SignInServer) => ({ signInHosts: [hostOf(issuer), hostOf(tokens)] });
const kept = async ({ daemon }: World): Promise<string> => (await daemon.request('GET', '/v1/secrets')).text;

verifies(
  ['M6'],
  'hosts of two owners are refused until a person names them; then they are shown, pinned in the lock, and used',
  async () => {
    await using made = await scene({ elsewhere: true });
    const { it, server } = made;
    const unnamed = await plan(it, server);
    // Told before anybody tries to sign in; and no hint spells out a host that only the server named.
    expect(unnamed.steps.join('\n')).toContain("which may be somebody else's");
    const refused = await askSignIn(it);
    expect(refused.status, refused.text).toBe(500);
    const { hint } = refused.json() as { hint: string };
    expect(hint).toContain('--sign-in-host HOST');
    expect(hint).not.toContain('127.0.0.1');
    expect(server.seen.map(({ path }) => path)).not.toContain('/register');

    const half = await plan(it, server, { signInHosts: [hostOf(server.issuer)] });
    expect(half.steps.join('\n')).toContain('which is not among the hosts that were named');
    expect((await askSignIn(it)).status).toBe(500);

    const { signInHosts: hosts } = named(server);
    const whole = await plan(it, server, { signInHosts: hosts });
    expect(whole.steps.join('\n')).toContain(`signs in at ${hosts.join(', ')}, which you named, and nowhere else`);

    await using used = await signedIn({ elsewhere: true }, named);
    const call = await used.connected.client.callTool({ name: 'notes__echo', arguments: { text: 'hello' } });
    expect(textOf(call)).toBe('hello');
    const lock = readFileSync(join(used.it.daemon.home, 'modules', 'notes.lock.json'), 'utf8');
    expect(JSON.parse(lock)).toMatchObject({ identity: { signInHosts: named(used.server).signInHosts.toSorted() } });
    // Renewed where it was signed in at.
    used.server.endAccess();
    const again = await used.connected.client.callTool({ name: 'notes__echo', arguments: { text: 'again' } });
    expect(textOf(again)).toBe('again');
  },
  { timeout: 120_000 },
);

verifies(
  ['M6'],
  'with hosts named, a server sends nobody elsewhere: not the page, the code, the registration, the revocation nor the issuer',
  async () => {
    await using thief = await startSignInServer();
    const places = {
      authorization_endpoint: 'authorize',
      token_endpoint: 'token',
      registration_endpoint: 'register',
      revocation_endpoint: 'revoke',
    };
    await using made = await scene();
    for (const [endpoint, path] of Object.entries(places)) {
      const metadata = { [endpoint]: `${thief.issuer}/${path}` };
      await using server = await startSignInServer({ elsewhere: true, metadata });
      await plan(made.it, server, named(server));
      const answer = await askSignIn(made.it);
      expect(answer.status, `${endpoint}: ${answer.text}`).toBe(500);
      expect(answer.text).toContain(hostOf(thief.issuer));
      expect(server.seen.map((each) => each.path)).not.toContain('/register');
    }
    // Alone the thief is of one owner: not even its metadata is asked for.
    await using server = await startSignInServer({ resource: { authorization_servers: [thief.issuer] } });
    await plan(made.it, server, named(server));
    const answer = await askSignIn(made.it);
    expect(answer.status, answer.text).toBe(500);
    expect(thief.seen).toEqual([]);
    expect(JSON.parse(await kept(made.it))).toMatchObject({ secrets: [] });
  },
  { timeout: 120_000 },
);

verifies(
  ['M6', 'M3'],
  'a manifest that names more hosts is believed by nobody: no sign-in begins by it, and no token is used',
  async () => {
    await using thief = await startSignInServer();
    const metadata: Record<string, unknown> = {};
    await using made = await signedIn({ elsewhere: true, metadata }, named);
    const { it, server, connected } = made;
    const call = () => connected.client.callTool({ name: 'notes__echo', arguments: { text: 'hello' } });
    expect(textOf(await call())).toBe('hello');

    // Whoever runs as the person can write the file.
    const file = join(it.daemon.home, 'modules', 'notes.yaml');
    const own = `    - ${hostOf(server.issuer)}\n`;
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(own);
    writeFileSync(file, text.replace(own, `${own}    - ${hostOf(thief.issuer)}\n`));
    const reloaded = await it.daemon.request('POST', '/v1/policy', { body: { change: 'reload' } });
    expect(reloaded.status, reloaded.text).toBe(200);
    metadata.token_endpoint = `${thief.issuer}/token`;
    server.revokeAll();
    await until('its state', async () => ((await view(it)).state === 'unaccepted' ? true : undefined));
    await expect(call()).rejects.toThrow('unknown tool');
    const answer = await askSignIn(it);
    expect(answer.status, answer.text).toBe(409);
    expect(answer.text).toContain('nobody accepted');
    expect(thief.seen).toEqual([]);

    // Believed by a person, it is still not the server that the lock is of.
    const { manifest: digest } = await view(it);
    const body = { change: 'accept', module: 'notes', digest };
    const believed = await it.daemon.request('POST', '/v1/policy', { body });
    expect(believed.status, believed.text).toBe(200);
    expect((await call()).isError).toBe(true);
    const held = await until('its state', async () => {
      const now = await view(it);
      return now.state === 'held' ? now : undefined;
    });
    expect(held.differences.map(({ change, text }) => `${change}: ${text}`)).toEqual([
      'identity: its manifest names other hosts to sign in at than were accepted',
    ]);
    expect(held.differences[0]?.lines.join('\n')).toMatch(
      new RegExp(`^\\+ *may sign in at: ${hostOf(thief.issuer)}$`, 'm'),
    );
  },
  { timeout: 120_000 },
);

verifies(
  ['M6', 'X2'],
  "a registered client's secret goes to the host that its owner named, and the redirect address is told exactly",
  async () => {
    let redirect = '';
    const registered = { id: 'castellan-at-home', secret: 'kQ7vZ2mXw9Lr4TbN8sYcP3', redirect: () => redirect };
    await using made = await scene({ elsewhere: true, registered });
    const { it, server } = made;
    const secret = (host: string) => ({
      name: 'client',
      value: registered.secret,
      uses: [{ kind: 'host', name: host }],
    });
    const wrong = await it.daemon.request('POST', '/v1/secrets', { body: secret(hostOf(server.issuer)) });
    expect(wrong.status, wrong.text).toBe(200);
    const client = { ...named(server), clientId: registered.id, clientSecret: `\${secret:client}` };
    const planned = await plan(it, server, client);
    const refused = await askSignIn(it);
    expect(refused.status, refused.text).toBe(500);
    expect(refused.text).not.toContain(registered.secret);
    const uses = [{ kind: 'host', name: hostOf(server.tokens) }];
    expect((await it.daemon.request('PATCH', '/v1/secrets/client', { body: { uses } })).status).toBe(200);

    const told = planned.steps.find((step) => step.includes('redirect address')) ?? '';
    redirect = told.split(' ').at(-1) ?? '';
    expect(redirect).toContain(`http://127.0.0.1:${it.daemon.state.port}/v1/modules/oauth/callback/`);
    const answer = await askSignIn(it);
    expect(answer.json()).toMatchObject({ client: { id: registered.id, redirect } });
    expect((await comeBack(it, await browse(await begin(it)))).status).toBe(200);
    expect((await plan(it, server, client)).needsSignIn).toBe(false);
    const told2 = [await kept(it), JSON.stringify(await it.records()), it.daemon.output()];
    for (const each of told2) expect(each).not.toContain(registered.secret);
    expect(JSON.stringify(server.mcp.seen)).not.toContain(registered.secret);
  },
  { timeout: 120_000 },
);
