// What is said of a machine: from facts to items, and from files of /proc and a real folder to facts.
import { chmodSync, linkSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { closeOpenState } from '../src/here/close-open.ts';
import { containerOf } from '../src/here/container.ts';
import type { ContainerFacts, HereFacts } from '../src/here/facts.ts';
import { hereItems } from '../src/here/items.ts';
import { distributionOf, namespacesOff } from '../src/here/kernel.ts';
import type { IsolationConfig } from '../src/here/settings-items.ts';
import { stateFactsOf } from '../src/here/state-folder.ts';

const GOOD: HereFacts = {
  platform: 'linux',
  release: '6.18.44',
  uid: 1000,
  distribution: ['ubuntu', 'debian'],
  walls: { words: 'bubblewrap, seccomp', tried: [] },
  namespacesOff: null,
  container: null,
  counted: ['pids', 'memory', 'cpu'],
  twoUsers: [],
  state: { path: '/s', exists: true, shared: false, looked: 3, more: false, faults: [], loose: [] },
  disk: { free: 40 * 1024 ** 3, size: 100 * 1024 ** 3 },
};
const TIGHT: ContainerFacts = {
  engine: 'Podman',
  rootReadOnly: true,
  capabilities: '0',
  noNewPrivileges: true,
  limited: { memory: true, processes: true, processor: true },
};
const NONE = {
  words: null,
  tried: [{ name: 'bubblewrap', ok: false, why: 'it is not here, or not made for this kind of machine' }],
};
const STUCK = { words: null, tried: [{ name: 'bubblewrap', ok: false, why: 'it may make no user namespace' }] };
const config = (change: object): IsolationConfig => ({ ...DEFAULT_CONFIG, ...change });

function item(id: string, facts: Partial<HereFacts>, chosen: IsolationConfig | null = DEFAULT_CONFIG) {
  const found = hereItems({ ...GOOD, ...facts }, chosen).filter((one) => one.id === id);
  expect(found).toHaveLength(1);
  return found[0];
}

test('where all is well there is nothing to do', () => {
  const always = config({ sandbox: { ...DEFAULT_CONFIG.sandbox, runs: 'always' } });
  const items = [...hereItems(GOOD, always), ...hereItems({ ...GOOD, container: TIGHT }, always)];
  expect(items.filter(({ state }) => state !== 'good')).toEqual([]);
});

describe('walls', () => {
  test.each<[string, Partial<HereFacts>, string]>([
    ['debian', { walls: NONE, distribution: ['debian'] }, 'sudo apt install bubblewrap'],
    ['a child of a known one', { walls: NONE, distribution: ['nobara', 'fedora'] }, 'sudo dnf install bubblewrap'],
    ['suse', { walls: NONE, distribution: ['opensuse-tumbleweed'] }, 'sudo zypper install bubblewrap'],
    ['one nobody knows', { walls: NONE, distribution: ['own'] }, 'the packages of your system'],
    ['AppArmor', { walls: STUCK, namespacesOff: 'apparmor' }, 'apparmor_restrict_unprivileged_userns'],
    ['a switch of Debian', { walls: STUCK, namespacesOff: 'sysctl' }, 'unprivileged_userns_clone=1'],
    ['no namespace left', { walls: STUCK, namespacesOff: 'none-left' }, 'max_user_namespaces'],
    ['a container', { walls: STUCK, container: TIGHT }, 'docs/guide/containers.md'],
    ['missing in a container', { walls: NONE, container: TIGHT }, 'sudo apt install bubblewrap'],
    ['another system', { walls: NONE, platform: 'win32' }, 'use Linux'],
    ['Seatbelt', { walls: { words: 'Seatbelt (sandbox-runtime)', tried: [] }, platform: 'darwin' }, 'use Linux'],
    ['Landlock alone', { walls: { words: 'Landlock, seccomp', tried: STUCK.tried } }, 'apt install'],
  ])('%s: told, with what mends it', (_name, facts, fix) => {
    expect(item('walls-here', facts)).toMatchObject({ state: 'warn', fix: expect.stringContaining(fix) });
  });

  test('where something does not start without them, it must be fixed', () => {
    const always = config({ sandbox: { ...DEFAULT_CONFIG.sandbox, runs: 'always' } });
    expect(item('walls-here', { walls: NONE }, always)).toMatchObject({ state: 'bad' });
    const crm = config({ modules: { crm: { tools: {}, sandbox: { network: [], read: [], write: [] } } } });
    expect(item('walls-here', { walls: NONE }, crm)).toMatchObject({
      state: 'bad',
      evidence: expect.stringContaining('`crm`'),
    });
    const landlock = { words: 'Landlock, seccomp', tried: STUCK.tried };
    expect(item('walls-here', { walls: landlock }, always)).toMatchObject({ state: 'bad' });
    expect(item('walls-here', { walls: landlock }, crm)).toMatchObject({ state: 'warn' });
    expect(item('walls-here', { walls: NONE }, null)).toMatchObject({ state: 'warn' });
  });
});

describe('what may be reached', () => {
  const network = (change: object): IsolationConfig => config({ network: { ...DEFAULT_CONFIG.network, ...change } });
  test.each<[string, IsolationConfig, string, string]>([
    ['a whole ending', network({ allow: ['*.com'] }), 'hosts', '`*.com`'],
    ['a whole ending of two', network({ agents: { claude: ['*.co.uk:443'] } }), 'hosts', '`*.co.uk:443`'],
    ['a place for everybody', network({ allow: ['webhook.site'] }), 'hosts', '`webhook.site`'],
    [
      'that of a server',
      config({ modules: { x: { tools: {}, sandbox: { network: ['*.ngrok.io'], read: [], write: [] } } } }),
      'hosts',
      '`*.ngrok.io`',
    ],
    ['this machine', network({ privateHosts: ['localhost:5432'] }), 'private-hosts', '`localhost:5432`'],
    [
      'further folders to change',
      config({ sandbox: { ...DEFAULT_CONFIG.sandbox, write: ['/srv'] } }),
      'further',
      '`/srv`',
    ],
  ])('%s is told', (_name, chosen, id, evidence) => {
    expect(item(id, {}, chosen)).toMatchObject({ state: 'warn', evidence: expect.stringContaining(evidence) });
  });

  test('hosts with an owner are fine', () => {
    const chosen = network({ allow: ['api.example.com', '*.example.co.uk', '[2001:db8::1]:443'], newHosts: 'deny' });
    expect(item('hosts', {}, chosen)).toMatchObject({ state: 'good', evidence: expect.stringContaining('refused') });
  });
});

describe('a container', () => {
  const LOOSE: ContainerFacts = {
    ...{ engine: 'Docker', rootReadOnly: false, capabilities: 'a80425fb', noNewPrivileges: false },
    limited: { memory: true, processes: false, processor: false },
  };
  const IDS = ['container-root', 'container-capabilities', 'container-privileges', 'container-limits'];

  test('each thing that it lacks is told; where it is the only wall it must be fixed', () => {
    for (const id of IDS) {
      expect(item(id, { container: LOOSE }), id).toMatchObject({ state: 'warn' });
      expect(item(id, { container: LOOSE, walls: STUCK }), id).toMatchObject({ state: 'bad' });
    }
    expect(item('container-limits', { container: LOOSE })?.evidence).toBe('none of processes, processor');
    expect(item('user', { container: LOOSE, uid: 0, walls: STUCK })).toMatchObject({ state: 'bad' });
    expect(item('user', { uid: 0 })).toMatchObject({ state: 'warn' });
  });

  const STATUS = 'Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\n';
  const reads = (files: Readonly<Record<string, string>>) => ({
    text: (path: string) => files[path] ?? null,
    exists: (path: string) => path in files,
    link: (path: string) => files[`->${path}`] ?? null,
  });
  const OVERLAY = '22 1 0:5 / / ro,relatime - overlay overlay rw,lowerdir=/l\n23 22 0:6 / /proc rw - proc proc rw';

  test('is read from what the kernel says', () => {
    expect(containerOf(reads({ '/proc/self/mountinfo': '22 1 8:1 / / rw,relatime - ext4 /dev/vda rw' }))).toBeNull();
    expect(containerOf(reads({}))).toBeNull();
    // A machine that boots from an image has what an engine left in it, and is none.
    const booted = {
      ...{ '/proc/self/mountinfo': '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw', '/.dockerenv': '' },
      '->/proc/self/ns/pid': 'pid:[4026531836]',
    };
    expect(containerOf(reads(booted))).toBeNull();
    expect(containerOf(reads({ ...booted, '->/proc/self/ns/pid': 'pid:[4026532201]' }))?.engine).toBe('Docker');
    expect(containerOf(reads({ ...booted, '/proc/self/mountinfo': OVERLAY }))?.engine).toBe('Docker');
    expect(containerOf(reads({ ...booted, '/proc/1/cgroup': '0::/docker/4f2a' }))?.engine).toBe('Docker');
    expect(
      containerOf(
        reads({
          ...{ '/proc/self/mountinfo': OVERLAY, '/proc/self/status': STATUS, '/run/.containerenv': '' },
          ...{ '/sys/fs/cgroup/memory.max': '1073741824', '/sys/fs/cgroup/pids.max': '256' },
          '/sys/fs/cgroup/cpu.max': '200000 100000',
        }),
      ),
    ).toEqual(TIGHT);
    // Version 1 of cgroups, no limit at all, a bounding set that a set-uid program could still use.
    expect(
      containerOf(
        reads({
          '/proc/self/mountinfo': OVERLAY.replace(' ro,', ' rw,'),
          '/proc/self/status': STATUS.replace('CapBnd:\t0000000000000000', 'CapBnd:\t00000000a80425fb').replace(
            'Privs:\t1',
            'Privs:\t0',
          ),
          '/.dockerenv': '',
          '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
          '/sys/fs/cgroup/pids/pids.max': 'max',
          '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
        }),
      ),
    ).toEqual({ ...LOOSE, limited: { memory: false, processes: false, processor: false } });
  });
});

test('whether there are two users, and what of that installation is not as it was made', () => {
  expect(item('two-users', {})).toMatchObject({ state: 'warn', fix: expect.stringContaining('system install') });
  const fact = { title: 'launcher', state: 'good' as const, evidence: 'only root can change it', fix: '' };
  const wrong = { title: 'folder /d', state: 'bad' as const, evidence: '0755', fix: 'install it again' };
  expect(item('two-users', { twoUsers: [fact] })).toMatchObject({ state: 'good' });
  expect(item('two-users', { twoUsers: [fact, wrong] })).toMatchObject({ evidence: expect.stringContaining('1 of 2') });
  expect(item('two-users-1', { twoUsers: [fact, wrong] })).toMatchObject({ title: 'folder /d', state: 'bad' });
});

test('what the kernel does not count is told', () => {
  expect(item('limits', { counted: ['pids'] })).toMatchObject({
    state: 'warn',
    evidence: expect.stringContaining('memory, processor'),
  });
});

test('the system says which it is, and whether namespaces are off', () => {
  expect(distributionOf('PRETTY_NAME="X"\nID=ubuntu\nID_LIKE=debian\n')).toEqual(['ubuntu', 'debian']);
  expect(distributionOf('ID="rocky"\nID_LIKE="rhel centos fedora"')).toEqual(['rocky', 'rhel', 'centos', 'fedora']);
  expect(distributionOf('')).toEqual([]);
  const off = (path: string, text: string) => namespacesOff((asked) => (asked === path ? text : null));
  expect(off('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1')).toBe('apparmor');
  expect(off('/proc/sys/kernel/unprivileged_userns_clone', '0')).toBe('sysctl');
  expect(off('/proc/sys/user/max_user_namespaces', '0')).toBe('none-left');
  expect(off('/proc/sys/user/max_user_namespaces', '96343')).toBeNull();
});

test.each([
  [{ free: 40 * 1024 ** 3, size: 100 * 1024 ** 3 }, 'good', '40.0 GiB of 100.0 GiB are free'],
  [{ free: 4 * 1024 ** 3, size: 100 * 1024 ** 3 }, 'warn', '4.0 GiB'],
  [{ free: 700 * 1024 ** 2, size: 2 * 1024 ** 3 }, 'warn', '700 MiB'],
  [{ free: 100 * 1024 ** 2, size: 2 * 1024 ** 3 }, 'bad', '100 MiB'],
  [null, 'unknown', 'does not say'],
])('the disk: %j', (disk, state, seen) => {
  expect(item('disk', { disk })).toMatchObject({ state, evidence: expect.stringContaining(seen) });
});

describe('the state folder', () => {
  const uid = process.getuid?.() ?? null;
  function made(): string {
    const home = join(tempFolder(), 'state');
    for (const folder of ['daemon', 'agents/agent_aaaaaa', 'modules/crm', 'sockets', 'ledger'])
      mkdirSync(join(home, folder), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'daemon', 'state.json'), '{}', { mode: 0o600 });
    // What an agent and a package keep of their own has their modes.
    writeFileSync(join(home, 'agents/agent_aaaaaa/history'), '', { mode: 0o644 });
    writeFileSync(join(home, 'modules/crm/index.js'), '', { mode: 0o755 });
    symlinkSync('1234@host', join(home, 'ledger', 'lock'));
    return home;
  }
  const faults = async (home: string) =>
    (await stateFactsOf(home, uid)).faults.map(({ path, kind }) => `${path.slice(home.length)} ${kind}`);

  test('as it is made has no fault, and one that is not there neither', async () => {
    const home = made();
    expect(await stateFactsOf(home, uid)).toMatchObject({ exists: true, faults: [], more: false });
    expect(await stateFactsOf(join(home, 'none'), uid)).toMatchObject({ exists: false, faults: [] });
  });

  test("everything that is open, somebody else's, or leads elsewhere is found", async () => {
    const home = made();
    const at = (name: string): string => join(home, name);
    chmodSync(at('daemon/state.json'), 0o640);
    writeFileSync(at('config.yaml'), '', { mode: 0o644 });
    writeFileSync(at('modules/mine.yaml'), '');
    chmodSync(at('modules/mine.yaml'), 0o664);
    linkSync(at('config.yaml'), at('ledger/more'));
    symlinkSync('/etc/passwd', at('rules'));
    chmodSync(at('agents/agent_aaaaaa'), 0o755);
    chmodSync(at('sockets'), 0o750);
    expect((await faults(home)).toSorted()).toEqual([
      '/agents/agent_aaaaaa open',
      '/config.yaml many-names',
      '/daemon/state.json open',
      '/ledger/more many-names',
      '/modules/mine.yaml open',
      '/rules link',
      '/sockets open',
    ]);
    chmodSync(home, 0o711);
    expect(await faults(home)).toContain(' open');
    // As if another user had asked: nothing of it is theirs.
    const theirs = await stateFactsOf(home, (uid ?? 0) + 4242);
    expect(theirs.faults.every(({ kind }) => kind === 'foreign' || kind === 'link')).toBe(true);
    expect(theirs.faults.length).toBeGreaterThan(5);
  });

  test("what is shared with the other user of an installation is its group's, and nobody's beyond it", async () => {
    const home = made();
    chmodSync(join(home, 'sockets'), 0o2750);
    mkdirSync(join(home, 'sockets', 'agent_aaaaaa'), { mode: 0o700 });
    chmodSync(join(home, 'sockets', 'agent_aaaaaa'), 0o2750);
    expect(await faults(home)).toEqual([]);
    expect((await stateFactsOf(home, uid)).shared).toBe(true);
    expect(item('two-users', { state: { ...GOOD.state, shared: true } })).toMatchObject({ state: 'good' });
    chmodSync(join(home, 'sockets', 'agent_aaaaaa'), 0o2755);
    expect(await faults(home)).toEqual(['/sockets/agent_aaaaaa open']);
  });

  test('what cannot be looked at is told, and ends no look', async () => {
    const home = made();
    rmSync(join(home, 'sockets'), { recursive: true, force: true });
    symlinkSync('sockets', join(home, 'sockets'));
    expect(await faults(home)).toEqual(['/sockets link']);
    // As where a folder above it is closed to us: nobody can say whether it is there.
    const closed = join(home, 'sockets', 'state');
    const facts = await stateFactsOf(closed, uid);
    expect(facts).toMatchObject({ exists: true, faults: [{ path: closed, kind: 'foreign' }] });
    expect(item('state', { state: facts })).toMatchObject({ state: 'bad', fix: expect.stringContaining('sudo -u') });
  });

  test('what is open is closed to others, and nothing else is touched', async () => {
    const home = made();
    const at = (name: string): string => join(home, name);
    const mode = (name: string): number => statSync(at(name)).mode & 0o7777;
    chmodSync(at('daemon/state.json'), 0o664);
    chmodSync(at('agents/agent_aaaaaa'), 0o755);
    writeFileSync(at('modules/mine.yaml'), '');
    chmodSync(at('modules/mine.yaml'), 0o664);
    // More than one look tells.
    for (let each = 0; each < 30; each++) writeFileSync(at(`ledger/${each}`), '', { mode: 0o644 });
    // What leads elsewhere is nobody's to close: a link that is swapped in changes no file behind it.
    const other = join(tempFolder(), 'other');
    writeFileSync(other, '');
    chmodSync(other, 0o666);
    symlinkSync(other, at('rules'));
    // So is what has a name elsewhere: a page of the person's own is not closed to those who read it.
    const page = join(home, '..', 'index.html');
    writeFileSync(page, '', { mode: 0o644 });
    linkSync(page, at('daemon/page'));
    expect(await closeOpenState(home, uid)).toEqual([{ ok: true, text: '33 closed to others' }]);
    expect(statSync(page).mode & 0o777).toBe(0o644);
    expect((await faults(home)).toSorted()).toEqual(['/daemon/page many-names', '/rules link']);
    rmSync(at('daemon/page'));
    expect([mode('daemon/state.json'), mode('agents/agent_aaaaaa'), mode('modules/mine.yaml')]).toEqual([
      0o600, 0o700, 0o644,
    ]);
    expect(statSync(other).mode & 0o777).toBe(0o666);
    expect(await closeOpenState(home, uid)).toEqual([]);
  });

  test('where there is more than is looked at, what is kept in numbers is left out and nothing else', async () => {
    const home = made();
    for (const folder of ['undo/a', 'undo/b', 'undo/c', 'undo/d', 'undo/e'])
      mkdirSync(join(home, folder), { recursive: true, mode: 0o700 });
    for (let at = 0; at < 100; at++) mkdirSync(join(home, 'undo', 'e', String(at)), { mode: 0o700 });
    chmodSync(join(home, 'daemon', 'state.json'), 0o604);
    const { more, faults: found } = await stateFactsOf(home, uid, 50);
    expect(more).toBe(true);
    expect(found.map(({ path }) => path)).toEqual([join(home, 'daemon', 'state.json')]);
  });

  test('a folder above it that everybody may rename in is told', async () => {
    const above = tempFolder();
    const home = join(above, 'state');
    mkdirSync(home, { mode: 0o700 });
    chmodSync(above, 0o777);
    const loose = await stateFactsOf(home, uid);
    expect(loose.loose).toContainEqual({ path: above, seen: 'mode 777' });
    expect(item('state-above', { state: loose })).toMatchObject({ state: 'bad' });
    // By way of a link it lies there all the same.
    const link = join(tempFolder(), 'link');
    symlinkSync(above, link);
    expect((await stateFactsOf(join(link, 'state'), uid)).loose).toContainEqual({ path: above, seen: 'mode 777' });
    chmodSync(above, 0o1777);
    expect((await stateFactsOf(home, uid)).loose.map(({ path }) => path)).not.toContain(above);
  });

  test('each fault is said with what to do', () => {
    const state = {
      ...GOOD.state,
      faults: [{ path: '/s/vault/key', kind: 'open' as const, seen: 'mode 644', allowed: 0o7700 }],
    };
    expect(item('state', { state })).toMatchObject({
      ...{ state: 'bad', evidence: '`/s/vault/key` is open to others (mode 644)' },
      fix: expect.stringContaining("chmod go-rwx '/s/vault/key'"),
    });
  });
});
