// The server in its walls (M4): a hostile one of ours, with a gate that lets everything through, tries what a process of this user could do.
// It is a program of its own in a project of the person's; what holds are the walls that `modules add --sandbox` puts around it.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { McpProcess, ModuleSandbox } from '@castellan/contract';
import { wallsStand } from '@castellan/sandbox';
import { inRoot, tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FORCED_CONFIG } from '../isolation/support/forced.ts';
import { add, type McpUser, mcpUser, view } from './support/modules.ts';
import { ofKind, type World, world } from './support/world.ts';

const stand = await wallsStand();
if (!stand) process.stderr.write('SKIPPED: no walls stand on this machine, so no server was tried within them\n');

const SECRET = 'the-secret-of-somebody';
let home: string;
let it: World;
let user: McpUser;
/** Of this machine, and listed. */
let listed: Server;
const portOf = (server: Pick<Server, 'address'>): number => (server.address() as { port: number }).port;

const put = (path: string, text = SECRET): string => {
  const file = join(home, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${text}\n`);
  return file;
};

/** As `castellan modules add --sandbox` does it. */
async function addWalled(
  name: string,
  sandbox: Partial<ModuleSandbox> | null,
  server = `servers/${name}`,
): Promise<void> {
  const script = put(`${server}/server.mjs`, '');
  put(`${server}/package.json`, '{"type":"module"}');
  copyFileSync(inRoot('test', 'e2e', 'support', 'shell-server.mjs'), script);
  await add(it, name, processStart(script), ['sh'], sandbox ?? undefined);
}

const processStart = (script: string): McpProcess => ({
  ...{ kind: 'mcp', command: process.execPath, args: [script], env: {}, pass: [] },
  ...{ timeoutSeconds: 60, concurrency: 16 },
});

/** Whether a process with these words in its command line is there. */
const running = (words: string): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(words);
      } catch {
        return false;
      }
    });

const sh = async (module: string, command: string): Promise<string> =>
  (await user.call(`${module}__sh`, { command })).text;

beforeAll(async () => {
  if (!stand) return;
  home = tempFolder();
  for (const file of [
    '.ssh/id_ed25519',
    '.aws/credentials',
    '.netrc',
    'other/.env',
    '.config/castellan/state.json',
    'notes/private/a',
  ])
    put(file);
  listed = createHttp((_request, response) => response.end('LISTED\n'));
  await new Promise<void>((resolve) => {
    listed.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${portOf(listed)}`;
  const config = { ...FORCED_CONFIG, network: { allow: [host], privateHosts: [host] } };
  it = await world(config, { home: join(home, 'state') });
  put('state/vault/planted');
  const agent = await it.connect('mcp', 60, 'mcp');
  await addWalled('walled', { write: [join(home, 'notes')], read: [put('readable/x', 'fine')] });
  await addWalled('bare', null);
  user = await mcpUser(it, agent);
});
afterAll(async () => {
  await user?.[Symbol.asyncDispose]();
  await it?.[Symbol.asyncDispose]();
  listed?.close();
});

const claims = (claimed: Parameters<typeof verifies>[0], text: string, run: () => Promise<void>): void => {
  if (stand) verifies(claimed, text, run);
  else test.skip(text, run);
};

claims(
  ['M4', 'I2', 'I5'],
  'a hostile server within walls finds nothing of the person, though everything is allowed',
  async () => {
    const everything = [
      'cat ~/.ssh/id_ed25519 ~/.aws/credentials ~/.netrc ~/other/.env ~/.config/castellan/state.json',
      `cat ${home}/.ssh/id_ed25519 ${home}/other/.env; ls -laR ${home}/state ${home}/other`,
      'for p in /proc/[0-9]*; do cat $p/environ $p/root/etc/shadow; ls $p/cwd/..; done',
    ].join('; ');
    expect(await sh('bare', everything), 'without walls all of it is there').toContain(SECRET);
    expect(await sh('walled', everything)).not.toContain(SECRET);
    const anywhere = `grep -rs ${SECRET} ~ /etc /tmp /var /run /srv /home /root /mnt --exclude-dir=notes; echo looked`;
    expect(await sh('walled', anywhere)).toMatch(/^looked\n\nended 0$/);
    // What was listed is as it was listed, and nothing beside it.
    expect(await sh('walled', `cat ${home}/readable/x`)).toContain('fine');
    expect(await sh('walled', `echo no > ${home}/readable/x && echo WROTE`)).not.toContain('WROTE');
    await sh('walled', `echo mine > ${home}/notes/new`);
    expect(readFileSync(join(home, 'notes/new'), 'utf8')).toBe('mine\n');
    await sh(
      'walled',
      `echo lost > ${home}/other/new; echo lost > ${home}/servers/walled/server.mjs; echo lost > ~/new`,
    );
    expect(existsSync(join(home, 'other/new'))).toBe(false);
    expect(existsSync(join(home, 'new'))).toBe(false);
    expect(readFileSync(join(home, 'servers/walled/server.mjs'), 'utf8')).not.toContain('lost');
  },
);

claims(['M4', 'I2', 'I4', 'I5'], 'nor a process, a socket or a host of this machine', async () => {
  const listening = createServer((socket) => socket.end('REACHED\n'));
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listening.address() as { port: number };
  const connect = (options: string): string =>
    `${process.execPath} -e 'const s = require("net").connect(${options}); s.on("data", (d) => console.log(String(d))); s.on("error", (e) => (console.log("no", e.code), process.exit())); s.on("close", () => process.exit()); setTimeout(() => process.exit(), 3000)'`;
  const attacks = [
    connect(`{ port: ${port}, host: "127.0.0.1" }`),
    connect(`{ port: ${it.daemon.state.port}, host: "127.0.0.1" }`),
    connect(`{ path: "${it.daemon.socket}" }`),
    `kill -0 ${it.daemon.pid} && echo SIGNAL; kill -0 ${process.pid} && echo SIGNAL; unshare -Ur id && echo ROOT; mount -t tmpfs x /tmp && echo MOUNTED`,
    'grep -E "^(CapEff|NoNewPrivs|Seccomp):" /proc/self/status',
    'ls /sys/class/net && echo DEVICES; cat /proc/net/dev | grep -c :',
  ].join('\n');
  expect(await sh('bare', connect(`{ port: ${port}, host: "127.0.0.1" }`))).toContain('REACHED');
  const text = await sh('walled', attacks);
  listening.close();
  expect(text).not.toMatch(/REACHED|SIGNAL|ROOT|MOUNTED|DEVICES/);
  expect(text.match(/^no E/gm)?.length).toBe(3);
  expect(text).toMatch(/CapEff:\s+0+$/m);
  expect(text).toMatch(/NoNewPrivs:\s+1/);
  expect(text).toMatch(/Seccomp:\s+2/);
});

claims(['M4', 'I4'], 'it reaches the hosts of its own list, by its way out, and none of anybody else’s', async () => {
  const other = createHttp((_request, response) => response.end('UNLISTED\n'));
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const unlisted = portOf(other);
  const host = `127.0.0.1:${portOf(listed)}`;
  await addWalled('reaching', { network: [host] });
  const curl = (port: number, proxy = '127.0.0.1:3128'): string =>
    `curl -s -m 10 --noproxy '' -x http://${proxy} http://127.0.0.1:${port}/; echo`;
  expect(await sh('reaching', curl(portOf(listed)))).toContain('LISTED');
  const refused = await sh('reaching', curl(unlisted));
  expect(refused).not.toContain('UNLISTED');
  expect(refused).toContain('castellan: ');
  // What everybody confined may reach is not what a server may: it has its own list.
  expect(await sh('walled', curl(portOf(listed)))).not.toContain('LISTED');
  other.close();
  const connections = ofKind(await it.records(), 'connection').filter(({ module }) => module === 'reaching');
  expect(connections).toContainEqual(expect.objectContaining({ port: portOf(listed), outcome: 'closed' }));
  expect(connections).toContainEqual(expect.objectContaining({ port: unlisted, outcome: 'refused' }));
});

claims(['M4'], 'what it wrote into its home is its own and is there again; its processes end with it', async () => {
  await sh(
    'walled',
    'echo kept > ~/own; echo left > /tmp/left; (setsid sleep 654321 > /dev/null 2>&1 &) ; echo started',
  );
  const restarted = await it.daemon.request('POST', '/v1/modules/walled/restart');
  expect(restarted.status, restarted.text).toBe(200);
  await expect.poll(() => running(['sleep', '654321'].join('\0')), { timeout: 20_000 }).toBe(false);
  expect(await sh('walled', 'cat ~/own /tmp/left')).toMatch(/^kept\n.*\/tmp\/left.*\n\nended 1$/);
});

claims(['M4'], 'its walls are shown, and changed only for servers that are started here', async () => {
  expect((await view(it, 'walled')).sandbox).toEqual({
    network: [],
    read: [join(home, 'readable/x')],
    write: [join(home, 'notes')],
  });
  const change = (module: string, sandbox: unknown) =>
    it.daemon.request('POST', '/v1/policy', { body: { change: 'sandbox', module, sandbox } });
  const narrower = { network: [], read: [], write: [] };
  expect((await change('walled', narrower)).json()).toMatchObject({ faults: [] });
  expect(await sh('walled', `cat ${home}/readable/x ${home}/notes/new`)).not.toMatch(/fine|mine/);
  const strange = (await change('claude-code', narrower)).json() as { faults: readonly { readonly message: string }[] };
  expect(strange.faults).toMatchObject([{ message: expect.stringContaining('claude-code') }]);
});

claims(['M4'], 'where its walls cannot stand it does not start, and a person is told', async () => {
  await addWalled('torn', { read: [put('fleeting/x')] });
  expect(await sh('torn', 'echo here')).toContain('here');
  const gone = { network: [], read: [join(home, 'nowhere')], write: [] };
  await it.daemon.request('POST', '/v1/policy', { body: { change: 'sandbox', module: 'torn', sandbox: gone } });
  const { text, failed } = await user.call('torn__sh', { command: 'echo here' });
  expect(failed).toBe(true);
  expect(text).not.toContain('here\n');
  const { alarms } = await it.status();
  expect(alarms).toContainEqual(
    expect.objectContaining({ kind: 'module-failed', text: expect.stringMatching(/`torn`.*nowhere/) }),
  );
  expect((await view(it, 'torn')).why).toContain('nowhere');
  expect(ofKind(await it.records(), 'module')).toContainEqual(
    expect.objectContaining({ module: 'torn', change: 'refused', text: expect.stringContaining('nowhere') }),
  );
});
