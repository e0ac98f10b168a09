// The agent, with a command that everybody said yes to. The gate is forced to let it through and told that it needs nothing: what holds
// are the walls. Run as whoever runs the suite, and as another user where that is root (attack-command-as-nobody).
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { runProcess } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { effect, type Grounds, grounds, needWalls, UNTOLD, withWay } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

test.for([
  ['keys', 'cat "$HOME/.ssh/id_ed25519" ~/.aws/credentials ~/.netrc'],
  ['the state folder', 'cat ~/.config/castellan/state.json; ls -laR ~/.config'],
  ['another project', 'cat ../other/.env; ls -la ..'],
  ['the way up', 'cat $(pwd)/../../home/.netrc; cat /proc/self/cwd/../.netrc'],
  ['the root of a process', 'for p in /proc/[0-9]*; do cat $p/root$HOME/.netrc; ls $p/cwd/..; done'],
  ['a link', 'ln -s "$HOME/.netrc" l; ln -s "$HOME" h; cat l h/.netrc h/.ssh/id_ed25519'],
  ['everything', 'grep -rs the-secret-of / --exclude-dir=proc --exclude-dir=usr --exclude-dir=opt'],
] as const)('%s cannot be read', async ([, command]) => {
  const { text } = await it.run(`${command} 2>&1; true`);
  expect(text).not.toContain(it.secret);
});

test('what the session before left is not there, and nothing of the daemon is in its environment', async () => {
  await using other = grounds({
    ...process.env,
    AWS_SECRET_ACCESS_KEY: it.secret,
    GITHUB_TOKEN: it.secret,
    BASH_ENV: '/x',
  });
  await it.run('echo left > /tmp/left; echo left > ~/left');
  const { text } = await other.run('env; ls -A /tmp ~; cat /proc/1/environ | tr "\\0" "\\n"');
  expect(text).not.toContain(it.secret);
  expect(text).not.toContain('left');
  expect(text).not.toMatch(/BASH_ENV|LD_PRELOAD|NODE_OPTIONS|CASTELLAN_HOME/);
});

test('the system cannot be changed, nor what makes other programs run', async () => {
  mkdirSync(join(it.workspace, '.git/hooks'), { recursive: true });
  writeFileSync(join(it.workspace, '.git/config'), 'mine\n');
  mkdirSync(join(it.workspace, '.claude'), { recursive: true });
  writeFileSync(join(it.workspace, '.claude/settings.json'), '{}\n');
  const { text } = await it.run(
    [
      'for f in /usr/x /etc/x /x /bin/x /opt/x; do touch $f && echo WROTE $f; done',
      'touch .git/hooks/pre-commit && echo WROTE hook; echo x >> .git/config && echo WROTE config',
      'echo x > .claude/settings.json && echo WROTE settings; mv .claude c && echo WROTE moved; rm -rf .git/hooks && echo WROTE gone',
    ].join('\n'),
  );
  expect(text).not.toContain('WROTE');
  expect(readFileSync(join(it.workspace, '.git/config'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(it.workspace, '.claude/settings.json'), 'utf8')).toBe('{}\n');
  // Where that very thing was decided it is done.
  const said = await it.run('echo ours >> .git/config', [UNTOLD, effect('write', join(it.workspace, '.git/config'))]);
  expect(said.failed).toBe(false);
  expect(readFileSync(join(it.workspace, '.git/config'), 'utf8')).toBe('mine\nours\n');
});

test('a hard link to what lies outside cannot be made, and a device or a pipe gives nothing of others', async () => {
  const { text } = await it.run(
    'ln /etc/passwd p && echo LINKED; ln ~/.netrc n && echo LINKED; mknod d b 8 0 && echo MADE; cat /dev/mem /dev/sda /dev/kmsg && echo READ; mkfifo f && echo fifo',
  );
  expect(text).not.toMatch(/LINKED|MADE|READ/);
});

const listening = (path: string): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.end('REACHED\n'));
    server.listen(path, () => resolve(server));
  });

test('no socket of this machine answers: not the daemon’s, not an abstract one, not by TCP', async () => {
  const path = join(it.root, 'daemon.sock');
  const abstract = `castellan-test-${process.pid}`;
  const servers = await Promise.all([listening(path), listening(`\0${abstract}`)]);
  const tcp = createServer((socket) => socket.end('REACHED\n'));
  await new Promise<void>((resolve) => {
    tcp.listen(0, '127.0.0.1', resolve);
  });
  const { port } = tcp.address() as { port: number };
  const script = [
    'import socket,sys',
    `for a in (${JSON.stringify(path)}, "\\0${abstract}"):`,
    '  try:',
    '    s=socket.socket(socket.AF_UNIX); s.connect(a); print(s.recv(100))',
    '  except OSError as e: print("no", e.errno)',
    'try:',
    `  s=socket.create_connection(("127.0.0.1",${port}),3); print(s.recv(100))`,
    'except OSError as e: print("no", e.errno)',
  ].join('\n');
  const connect = effect('connect', '127.0.0.1', { targetKind: 'host', place: 'loopback' });
  const [alone, online] = [await it.run(`python3 -c '${script}'`), await it.run(`python3 -c '${script}'`, [connect])];
  expect(alone.text.match(/^no /gm)).toHaveLength(3);
  // What was decided to go over the network has a way out, and no more of this machine's own network than any other.
  expect(online.text.match(/^no /gm)).toHaveLength(3);
  for (const server of [...servers, tcp]) server.close();
});

test('what the person runs and listens in the workspace itself does not answer; programs that talk among themselves do', async () => {
  const server = await listening(join(it.workspace, 'svc.sock'));
  const script = [
    'import socket',
    'try:',
    '  s=socket.socket(socket.AF_UNIX); s.connect("svc.sock"); print(s.recv(100))',
    'except OSError as e: print("no", e.errno)',
    'a,b=socket.socketpair(); a.send(b"among us"); print(b.recv(100))',
  ].join('\n');
  const { text } = await it.run(`python3 -c '${script}'`);
  server.close();
  expect(text).toContain('no 1');
  expect(text).toContain('among us');
  expect(text).not.toContain('REACHED');
});

test('a way out is there where it was decided, and nothing in the arguments brings it', async () => {
  const path = join(it.root, 'way.sock');
  const heard: string[] = [];
  const way = createServer((socket) =>
    socket.once('data', (head) => {
      heard.push(String(head));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\nBY A WAY');
    }),
  );
  await new Promise<void>((resolve) => {
    way.listen(path, resolve);
  });
  await using other = withWay(it, path);
  const fetched = `python3 -c '${[
    'import urllib.request',
    'try: print(urllib.request.urlopen("http://example.org/", timeout=5).read().decode())',
    'except OSError: print("none")',
  ].join('\n')}'`;
  const look = `cat /proc/net/dev | grep -c :; ${fetched}`;
  const decided = effect('connect', 'example.org', { targetKind: 'host', place: 'public' });
  const without = await other.run(look, [UNTOLD], { description: 'connect network=host' });
  const given = await other.run(look, [decided]);
  way.close();
  // Its own loopback alone, in both.
  expect(without.text.trim()).toBe('1\nnone');
  expect(given.text.trim()).toBe('1\nBY A WAY');
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatch(/^GET http:\/\/example\.org\/ HTTP\/1\.1\r\n/);
  expect(heard[0]).toContain(`Basic ${Buffer.from('ses_test:run').toString('base64')}`);
  // Where there is none, nothing else takes its place.
  const none = await it.run(look, [decided]);
  expect(none.text.trim()).toBe('1\nnone');
});

test('no way to other processes, other spaces, more rights', async () => {
  const python = (body: string): string => `python3 -c '${body}' 2>&1`;
  const call = (number: number, ...args: readonly (number | string)[]): string =>
    python(
      `import ctypes;c=ctypes.CDLL(None,use_errno=True);r=c.syscall(${[number, ...args].join(',')});print("r",r,ctypes.get_errno())`,
    );
  const results = await it.run(
    [
      'unshare -Ur id && echo ROOT; unshare -m true && echo SPACE',
      'grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status',
      'ls /proc | grep -c "^[0-9]*$"',
      `kill -0 ${process.pid} && echo SIGNAL; cat /proc/${process.pid}/environ && echo ENVIRON`,
      'mount -t tmpfs x /tmp && echo MOUNTED; chroot / true && echo CHROOT',
      ...(process.arch === 'x64'
        ? [
            `echo ptrace; ${call(101, 0, 0, 0, 0)}`,
            `echo io_uring; ${call(425, 8, 0)}`,
            `echo bpf; ${call(321, 0, 0, 0)}`,
            `echo keyctl; ${call(250, 0, -3, 0)}`,
            `echo clone; ${call(56, '0x10000011', 0, 0, 0, 0)}`,
            `echo clone3; ${call(435, 0, 0)}`,
            `echo alg; ${call(41, 38, 5, 0)}`,
            `echo tiocsti; ${python('import fcntl,os,pty;m,s=pty.openpty();fcntl.ioctl(s,0x5412,b"x");print("TYPED")')}`,
          ]
        : []),
    ].join('\n'),
  );
  expect(results.text).not.toMatch(/ROOT|SPACE|SIGNAL|ENVIRON|MOUNTED|CHROOT|TYPED/);
  expect(results.text).toMatch(/CapEff:\s+0+$/m);
  expect(results.text).toMatch(/CapBnd:\s+0+$/m);
  expect(results.text).toMatch(/NoNewPrivs:\s+1/);
  expect(results.text).toMatch(/Seccomp:\s+2/);
  if (process.arch === 'x64') {
    for (const name of ['ptrace', 'io_uring', 'bpf', 'keyctl', 'clone', 'alg'])
      expect(results.text).toMatch(new RegExp(`^${name}\nr -1 1$`, 'm'));
    expect(results.text).toMatch(/^clone3\nr -1 38$/m);
    expect(results.text).toMatch(/^tiocsti\n(.*\n)*?.*Operation not permitted/m);
  }
});

test('start-up files of the person, and those it makes itself, run nothing', async () => {
  await it.run('echo "echo STARTED" | tee ~/.bashrc ~/.profile ~/.bash_profile > /tmp/env; true');
  const { text } = await it.run('echo here; bash -c "echo inner"');
  expect(text).toBe('here\ninner');
});

test('descriptors that its starter inherited are not its own', async () => {
  const script = `
    import { grounds } from ${JSON.stringify(join(import.meta.dirname, 'support/workspace.ts'))};
    const it = grounds();
    const { text } = await it.run('ls /proc/self/fd; cat <&50');
    process.stdout.write(text);
    await it[Symbol.asyncDispose]();
  `;
  const file = join(it.root, 'open.txt');
  writeFileSync(file, it.secret);
  const said = await runProcess(
    '/bin/bash',
    ['-c', 'exec 50<"$1"; exec "$2" --input-type=module -e "$3"', 'bash', file, process.execPath, script],
    { env: { PATH: process.env.PATH ?? '' }, cwd: import.meta.dirname, timeout: 60_000 },
  );
  expect(said.stdout).toContain('0\n1\n2');
  expect(said.stdout).not.toContain(it.secret);
});

test('what it starts and leaves behind ends with it; what it starts in the background ends with the session', async () => {
  const mark = `87${process.pid}`;
  const began = Date.now();
  const { text } = await it.run(
    `(setsid nohup sleep ${mark}1 >/dev/null 2>&1 &) ; sleep ${mark}2 >/dev/null 2>&1 & disown; echo over`,
  );
  expect(text).toBe('over');
  expect(Date.now() - began).toBeLessThan(60_000);
  await using other = grounds();
  await other.run(`setsid sleep ${mark}3`, [UNTOLD], { run_in_background: true });
  await other[Symbol.asyncDispose]();
  const left = await runProcess('pgrep', ['-f', `sleep ${mark}`], { env: { PATH: process.env.PATH ?? '' }, cwd: '/' });
  expect(left.stdout).toBe('');
  expect(existsSync(other.own)).toBe(false);
});

test('a path that was decided is let in, that one alone; what must never be reached is not, whatever was decided', async () => {
  const elsewhere = join(it.home, 'other');
  writeFileSync(join(elsewhere, 'notes.txt'), 'notes\n');
  const outside = (path: string, kind: 'read' | 'write' = 'read') => effect(kind, path, { place: 'home' });
  const read = await it.run('cat ../other/notes.txt; cat ../other/.env; echo x > ../other/notes.txt', [
    outside(join(elsewhere, 'notes.txt')),
  ]);
  expect(read.text).toMatch(/^notes\ncat: .*No such file/);
  expect(read.text).toContain('Read-only file system');
  expect(read.text).not.toContain(it.secret);
  expect(readFileSync(join(elsewhere, 'notes.txt'), 'utf8')).toBe('notes\n');
  const written = await it.run('echo more >> ../other/notes.txt', [outside(join(elsewhere, 'notes.txt'), 'write')]);
  expect(readFileSync(join(elsewhere, 'notes.txt'), 'utf8'), written.text).toBe('notes\nmore\n');
  // In here it would seem to be there.
  const made = await it.run('touch ../other/new', [outside(join(elsewhere, 'new'), 'write')]);
  expect(made).toMatchObject({ failed: true, text: expect.stringContaining('changes only what is there already') });
  expect(existsSync(join(elsewhere, 'new'))).toBe(false);
  for (const target of [it.home, it.state, join(it.state, 'state.json'), join(it.home, '.config'), '/']) {
    const { text } = await it.run(`cat ~/.config/castellan/state.json ~/.netrc; find / -name state.json 2>/dev/null`, [
      outside(target),
    ]);
    expect(text).not.toContain(it.secret);
    expect(text).not.toContain('castellan/state.json\n');
  }
  // A link that is put in the place of what was decided leads nowhere.
  symlinkSync(it.state, join(elsewhere, 'swapped'));
  const swapped = await it.run('cat ../other/swapped/state.json', [outside(join(elsewhere, 'swapped'))]);
  expect(swapped.text).not.toContain(it.secret);
});
