// What container/compose.yaml starts, attacked from within both containers while the gate allows everything (I3, I5). The attacker is
// the agent, or whoever has taken over Castellan's own process; a positive control stands beside what is refused.
import { request } from 'node:https';
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { readCompose } from './support/compose.ts';
import { ADDRESS, type House, openHouse } from './support/house.ts';
import { must, podman, type Started, withContainers } from './support/podman.ts';

let house: House | null = null;
beforeAll(async () => {
  if (!withContainers.skip) house = await openHouse();
});
afterAll(async () => house?.[Symbol.asyncDispose]());

function opened(): House {
  if (house === null) throw new Error('the containers were not started');
  return house;
}
const both = (): readonly (readonly [string, Started])[] => [
  ['castellan', opened().castellan],
  ['agent', opened().agent],
];
const own = { castellan: '10001', agent: '10002' } as const;

/** Each line of a script, tried by itself: which of them were done. */
async function done(where: Started, tries: readonly string[], user?: string): Promise<readonly string[]> {
  const script = tries.map((each, index) => `( ${each} ) >/dev/null 2>&1 && echo done ${index}`).join('\n');
  const { stdout } = await where.sh(`${script}\n:`, user === undefined ? {} : { user });
  return [...stdout.matchAll(/done (\d+)/g)].map(([, index]) => tries[Number(index)] ?? '');
}

verifies(
  ['I3'],
  'both containers run as users of their own, without rights, on a root that cannot be written, within limits',
  async () => {
    for (const [name, where] of both()) {
      const status = (await where.sh('cat /proc/self/status')).stdout;
      const user = own[name as keyof typeof own];
      expect(status, name).toMatch(new RegExp(`^Uid:\\t${user}\\t${user}\\t${user}\\t${user}$`, 'm'));
      expect(status, name).toMatch(new RegExp(`^Gid:\\t${user}\\t`, 'm'));
      expect(status, name).toMatch(/^Groups:\t(?:1000[12] )?10000(?: 1000[12])? *$/m);
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        expect(status, name).toContain(`${set}:\t0000000000000000`);
      expect(status, name).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status, name).toMatch(/^Seccomp:\t2$/m);
      // The first process is no other.
      expect((await where.sh('cat /proc/1/status')).stdout).toContain(`Uid:\t${user}`);
      const { memory, pids, descriptors } = await limitsOf(where);
      const service = readCompose().services[name];
      expect(memory, name).toBe(Number.parseInt(service?.mem_limit ?? '', 10) * 1024 ** 3);
      expect(pids, name).toBe(service?.pids_limit);
      expect(descriptors, name).toBe(service?.ulimits?.nofile?.hard);
      const places = [
        '/',
        '/etc',
        '/usr/local/bin',
        '/opt/castellan',
        '/opt/castellan/packages/cli/bin',
        '/var/lib',
        '/home',
        '/run',
      ];
      expect(
        await done(
          where,
          places.map((place) => `touch ${place}/mine`),
        ),
        name,
      ).toEqual([]);
      expect(await done(where, ['touch /tmp/mine']), name).toEqual(['touch /tmp/mine']);
      const mounts = (await where.sh('cat /proc/self/mountinfo')).stdout;
      expect(mounts, name).toMatch(/^\d+ \d+ \S+ \S+ \/ ro,/m);
      expect(mounts, name).not.toMatch(/docker\.sock|podman\.sock/);
    }
  },
  withContainers,
);

async function limitsOf(where: Started) {
  const { stdout } = await where.sh(
    'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory.max 2>/dev/null; cat pids/pids.max pids.max 2>/dev/null; ulimit -Hn',
  );
  const [memory, pids, descriptors] = stdout.trim().split('\n').map(Number);
  return { memory, pids, descriptors };
}

verifies(
  ['I3', 'I5'],
  'nothing in either container makes itself more: no root, no device, no other name space, no debugger',
  async () => {
    for (const [name, where] of both()) {
      const tries = [
        'chroot / true',
        'unshare -m true',
        // Where the engine's own filter lets a new user name space be made, it is root of nothing that was there before.
        'unshare -Urm mount -o remount,rw /',
        'unshare -Ur touch /etc/mine',
        'unshare -Ur mknod /tmp/mem c 1 1',
        'unshare -Ur chroot / setpriv --reuid=0 touch /opt/mine',
        'mount -t tmpfs none /tmp',
        'mount -o remount,rw /',
        'mknod /tmp/mem c 1 1',
        'dd if=/dev/mem of=/dev/null count=1',
        'ls /dev/sda /dev/vda /dev/kmsg /dev/fuse',
        'echo 1 >/proc/sys/kernel/core_pattern',
        'echo b >/proc/sysrq-trigger',
        'echo 0 >/proc/self/oom_score_adj && echo -500 >/proc/self/oom_score_adj',
        'hostname mine',
        'su root -c true',
        'setpriv --reuid=0 true',
        'setpriv --regid=0 --clear-groups true',
        'chown 0 /tmp',
        'date -s 2020-01-01',
      ];
      expect(await done(where, tries), name).toEqual([]);
    }
    // A copy of a shell that would run as its owner: in the agent's folders it can be made, and helps nobody.
    const agent = opened().agent;
    const copy = await agent.sh(
      'cp /bin/dash /workspace/sh && chmod 6755 /workspace/sh && /workspace/sh -p -c "id -u"',
    );
    expect(copy.stdout.trim()).toBe(own.agent);
    // Whatever gets into Castellan's container finds no folder that it may both write and run programs from but the state folder.
    expect(await done(opened().castellan, ['cp /bin/true /tmp/true && /tmp/true'])).toEqual([]);
  },
  withContainers,
);

verifies(
  ['I3', 'I5'],
  'the agent sees its two folders, its settings and its workspace, and changes nothing of the first three',
  async () => {
    const { id, castellan } = opened();
    const agent = opened().agent;
    const mounts = (await agent.sh('cut -d" " -f5 /proc/self/mountinfo')).stdout.split('\n');
    const volumes = mounts.filter((at) => /^\/(?:var|home|workspace|etc\/(?:claude-code|codex|opencode))/.test(at));
    const state = '/var/lib/castellan';
    expect(volumes.toSorted()).toEqual(
      [
        `${state}/agents/${id}`,
        `${state}/sockets/${id}`,
        '/etc/claude-code',
        '/etc/codex',
        '/etc/opencode',
        '/home/agent',
        '/workspace',
      ].toSorted(),
    );
    // By their modes it could change nothing in these either.
    const table = (await agent.sh('cut -d" " -f5,6 /proc/self/mountinfo')).stdout;
    for (const at of volumes.filter((each) => !/^\/(?:home|workspace)/.test(each)))
      expect(table, at).toMatch(new RegExp(`^${at} ro[, ]`, 'm'));
    const secrets = ['daemon/state.json', 'config.yaml', 'castellan.db', 'ledger', 'vault', 'daemon/ledger.key'];
    expect(
      await done(
        castellan,
        secrets.map((each) => `ls ${state}/${each}`),
      ),
    ).toHaveLength(secrets.length);
    const [hook, settings, sockets] = [
      `${state}/agents/${id}/hook`,
      '/etc/claude-code/managed-settings.d/castellan.json',
      `${state}/sockets/${id}`,
    ];
    expect(await done(agent, [`cat ${hook}`, `cat ${settings}`])).toHaveLength(2);
    const tries = [
      ...secrets.map((each) => `ls ${state}/${each}`),
      'ls /var/lib/castellan-keys/castellan',
      `cat ${state}/agents/${id}/connection.json`,
      ...[hook, settings].flatMap((file) => [
        `echo >>${file}`,
        `rm -f ${file} && ! test -e ${file}`,
        `mv ${file} ${file}.old`,
        `chmod 666 ${file}`,
        `ln ${file} /workspace/link`,
        `cp /etc/hostname ${file}.new`,
      ]),
      `rm ${sockets}/gate.sock`,
      `mv ${sockets} ${sockets}.old`,
      `touch ${sockets}/mine`,
      `ln -s /workspace ${state}/sockets/other`,
      `mkdir /etc/claude-code/managed-settings.d/mine`,
      // Processes of the other container.
      'grep -l daemon/dist/[m]ain.js /proc/[0-9]*/cmdline',
    ];
    expect(await done(agent, tries)).toEqual([]);
    // Nor does Castellan hold anything of the agent's.
    expect(await done(castellan, ['ls /workspace/sh', 'touch /home/agent/mine', 'touch /workspace/mine'])).toEqual([]);
  },
  withContainers,
);

/** Asks over a proxy or straight, from within; the status, or `none`. */
const fetched = (url: string, proxy: boolean): string =>
  `node -e '${
    proxy
      ? `const r=require("http").request({host:"127.0.0.1",port:3128,path:"${url}",headers:{host:new URL("${url}").host}},a=>{console.log(a.statusCode);a.resume()});r.on("error",()=>console.log("none"));r.setTimeout(5000,()=>r.destroy());r.end()`
      : `const r=require("http").get("${url}",a=>{console.log(a.statusCode);a.resume()});r.on("error",()=>console.log("none"));r.setTimeout(3000,()=>r.destroy())`
  }'`;

verifies(
  ['I3', 'I4', 'I5'],
  'the agent has no network: a listed host answers through the way out, and nothing else in any way',
  async () => {
    const { elsewhere, castellan } = opened();
    const agent = opened().agent;
    expect((await agent.sh('ls /sys/class/net')).stdout.trim()).toBe('lo');
    const say = async (where: Started, url: string, proxy: boolean): Promise<string> =>
      (await where.sh(fetched(url, proxy))).stdout.trim();
    // Castellan itself reaches both.
    expect(await say(castellan, `http://${elsewhere}:8000/`, false)).toBe('200');
    expect(await say(castellan, `http://${elsewhere}:8001/`, false)).toBe('200');
    expect(await say(agent, `http://${elsewhere}:8000/`, true)).toBe('200');
    expect(await say(agent, `http://${elsewhere}:8000/`, false)).toBe('none');
    const gateway = elsewhere.replace(/\.\d+$/, '.1');
    for (const refused of [
      `http://${elsewhere}:8001/`,
      'http://169.254.169.254/latest/meta-data/',
      `http://${gateway}:9443/`,
      'http://127.0.0.1:9999/v1/status',
      'http://[::ffff:127.0.0.1]:9999/v1/status',
      'http://localhost:9443/',
    ])
      expect(await say(agent, refused, true), refused).toMatch(/^(?:403|400|502)$/);
    const log = (await castellan.exec(['castellan', 'log', '--json'])).stdout;
    for (const port of [8000, 8001])
      expect(log).toMatch(new RegExp(`"kind":"connection".*"host":"${elsewhere}","port":${port}`));
  },
  withContainers,
);

verifies(
  ['I3', 'I5'],
  'over its socket the agent is its own agent and nobody else, and what it does is decided and recorded',
  async () => {
    const { id, castellan, project } = opened();
    const agent = opened().agent;
    const hook = `/var/lib/castellan/agents/${id}/hook`;
    const ask = async (command: string) => {
      const tool_input = { command, description: 'scripted' };
      const event = {
        session_id: 'a-session',
        cwd: '/workspace',
        permission_mode: 'default',
        transcript_path: '/home/agent/none',
      };
      const text = JSON.stringify({
        ...event,
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_use_id: 'toolu_1',
        tool_input,
      });
      return agent.exec(['/opt/castellan/packages/agents/bin/castellan-hook-linux-x64', hook], { input: text });
    };
    expect(await ask('ls /workspace')).toMatchObject({ code: 0, stdout: expect.stringContaining('"allow"') });
    // A Critical rule stands above every preset.
    const refused = await ask('rm -rf / --no-preserve-root');
    expect(`${refused.code} ${refused.stdout}${refused.stderr}`).toMatch(/^2 |"deny"/);
    const log = await castellan.exec(['castellan', 'log', '--json']);
    expect(log.stdout).toContain('ls /workspace');
    expect(log.stdout).toContain(id);
    // A second agent of this installation, whose credential the first has somehow got.
    const other = await project.run('connect', ['mcp', '--name', 'other', '--json']);
    expect(other.code, other.stderr).toBe(0);
    const found = await castellan.sh(
      'cat "$CASTELLAN_HOME"/agents/*/*.json "$CASTELLAN_HOME"/mcp/*.json 2>/dev/null; grep -rhoE "castellan_a_[0-9a-z]+_[0-9a-f]{64}" "$CASTELLAN_HOME" 2>/dev/null',
    );
    const credentials = [...new Set(found.stdout.match(/castellan_a_[0-9a-z]+_[0-9a-f]{64}/g) ?? [])];
    const [mine, others] = [
      credentials.filter((each) => each.includes(id.slice(6))),
      credentials.filter((each) => !each.includes(id.slice(6))),
    ];
    expect([mine.length, others.length]).toEqual([1, 1]);
    const token = (
      await castellan.sh('grep -o "castellan_d_[0-9a-f]*" "$CASTELLAN_HOME/daemon/state.json"')
    ).stdout.trim();
    const say = async (bearer: string, path: string): Promise<string> => {
      const script = `const r=require("http").request({port:9999,host:"127.0.0.1",method:"POST",path:"${path}",headers:{authorization:"Bearer ${bearer}","content-type":"application/json",accept:"application/json, text/event-stream"}},a=>{console.log(a.statusCode);a.resume()});r.on("error",()=>console.log("none"));r.end(JSON.stringify({jsonrpc:"2.0",id:1,method:"ping"}))`;
      return (await agent.exec(['node', '-e', script])).stdout.trim();
    };
    expect(await say(mine[0] ?? '', '/mcp')).not.toMatch(/^40[134]$/);
    for (const bearer of [others[0] ?? '', token])
      expect(await say(bearer, '/mcp'), bearer.slice(0, 12)).toMatch(/^40[13]$/);
    for (const route of ['/v1/setup', '/v1/sign-in', '/v1/approvals', '/v1/freeze', '/v1/agents', '/v1/vault'])
      for (const bearer of [mine[0] ?? '', token]) expect(await say(bearer, route), route).toMatch(/^40[134]$/);
  },
  withContainers,
);

verifies(
  ['I3'],
  'the real Claude Code works in its container, with its model over the way out, and Castellan decides what it does',
  async () => {
    const { elsewhere, castellan } = opened();
    const agent = opened().agent;
    const call = {
      tool: 'Bash',
      input: { command: 'echo made within >/workspace/made && cat /workspace/made', description: 'scripted' },
    };
    const script = { turns: [[call]], text: 'model saw: {{result}}' };
    const environment = [
      `ANTHROPIC_BASE_URL=http://${elsewhere}:8000`,
      'ANTHROPIC_API_KEY=sk-ant-scripted',
      ...['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].map((name) => `${name}=http://127.0.0.1:3128`),
      'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
      'DISABLE_AUTOUPDATER=1',
    ];
    const ended = await agent.exec(
      ['env', 'HOME=/home/agent', ...environment, 'sh', '-c', 'cd /workspace && exec claude -p'],
      {
        input: `castellan-canary:${JSON.stringify(script)}`,
      },
    );
    expect(ended.stdout + ended.stderr).toContain('model saw: made within');
    expect((await agent.sh('cat /workspace/made')).stdout).toBe('made within\n');
    const log = (await castellan.exec(['castellan', 'log', '--json'])).stdout;
    expect(log).toContain('echo made within');
    // A setting of the project, which the agent may write, takes the hooks away from nobody.
    await agent.sh(
      'mkdir -p /workspace/.claude && echo \'{"disableAllHooks":true,"hooks":{}}\' >/workspace/.claude/settings.json',
    );
    const denied = {
      ...call,
      input: { ...call.input, command: 'rm -rf / --no-preserve-root; echo gone >/workspace/gone' },
    };
    await agent.exec(['env', 'HOME=/home/agent', ...environment, 'sh', '-c', 'cd /workspace && exec claude -p'], {
      input: `castellan-canary:${JSON.stringify({ ...script, turns: [[denied]] })}`,
    });
    expect((await agent.sh('cat /workspace/gone')).code).not.toBe(0);
  },
  withContainers,
);

verifies(
  ['I3', 'N2'],
  'one port is published, on the loopback of this machine: TLS, for people, and nothing that agents use',
  async () => {
    const { project, castellan, published, cert } = opened();
    const names = (await must(['ps', '--filter', `name=^${project.name}-`, '--format', '{{.Names}} {{.Ports}}'])).split(
      '\n',
    );
    const ports = names.filter((line) => /\d->/.test(line));
    expect(ports).toEqual([`${castellan.name} 127.0.0.1:${published}->9443/tcp`]);
    const ask = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const [name = ''] = ADDRESS.split(':');
        const options = {
          host: '127.0.0.1',
          port: published,
          path,
          ca: cert,
          servername: name,
          headers: { host: ADDRESS },
        };
        request(options, (reply) => {
          reply.resume();
          resolve(reply.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    expect(await ask('/v1/setup')).toBe(200);
    for (const path of ['/v1/hooks/claude-code', '/mcp', '/v1/status'])
      expect(await ask(path), path).toBeGreaterThanOrEqual(401);
    // From its own network, another container reaches nothing but that.
    const address = await castellan.inspect(`{{(index .NetworkSettings.Networks "${project.name}").IPAddress}}`);
    const look = (port: number): Promise<string> =>
      must([
        ...['exec', `${project.name}-elsewhere`, 'node', '-e'],
        `const s=require("net").connect(${port},"${address}");s.on("connect",()=>{console.log("open");s.destroy()});s.on("error",()=>console.log("closed"))`,
      ]);
    expect([await look(9443), await look(9999)]).toEqual(['open', 'closed']);
  },
  withContainers,
);

verifies(
  ['I3'],
  'init is gone, can be run again, and gave rights to nobody but whom it names',
  async () => {
    const { project, castellan } = opened();
    const running = await must(['ps', '--filter', `name=^${project.name}-`, '--format', '{{.Names}}']);
    expect(running).not.toContain('init');
    const modes =
      'cd /var/lib/castellan && stat -c "%a %u:%g %n" . agents sockets daemon ledger vault config.yaml castellan.db /var/lib/castellan-keys';
    const before = (await castellan.sh(modes)).stdout;
    expect(before.split('\n').slice(0, 3)).toEqual([
      '700 10001:10001 .',
      '2750 10001:10000 agents',
      '2750 10001:10000 sockets',
    ]);
    expect(
      (await castellan.sh('find /var/lib/castellan /var/lib/castellan-keys -xdev -perm /o=rwx ! -type l')).stdout,
    ).toBe('');
    const again = await project.run('init');
    expect(again.code, again.stderr).toBe(0);
    expect((await castellan.sh(modes)).stdout).toBe(before);
    // A link that somebody left where a folder should be hands nothing out.
    await opened().agent.sh('ln -s /etc /home/agent/link');
    const { services } = readCompose();
    const rights = Object.entries(services).filter(([, { cap_add }]) => cap_add !== undefined);
    expect(rights.map(([name, { cap_add }]) => [name, cap_add])).toEqual([
      ['init', ['CHOWN', 'FOWNER', 'DAC_OVERRIDE']],
    ]);
    for (const [name, service] of Object.entries(services)) {
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      expect(
        [service.mem_limit, service.cpus, service.pids_limit].every((each) => each !== undefined),
        name,
      ).toBe(true);
      if (name !== 'init') expect(service.user, name).toMatch(/^1000[12]:1000[12]$/);
    }
  },
  withContainers,
);

verifies(
  ['I3', 'I5'],
  'what the agent uses up is its own: processes and memory end at the limit, and Castellan answers meanwhile',
  async () => {
    const { project, castellan } = opened();
    const agent = opened().agent;
    const forks = await agent.sh('i=0; while [ $i -lt 700 ]; do sleep 3 & i=$((i+1)); done; echo all');
    expect(forks.stdout).not.toContain('all');
    // The limit of the file, made small here: what holds is the engine's, and this machine has others on it.
    const bomb = ['node', '-e', 'const a=[];for(let i=0;i<2000;i++)a.push(Buffer.alloc(1048576,1));console.log("all")'];
    const small = await project.up('agent', bomb, { as: 'small', more: ['--memory', '128m', '--memory-swap', '128m'] });
    const ended = await podman(['wait', small.name]);
    expect(ended.stdout.trim()).not.toBe('0');
    expect((await podman(['healthcheck', 'run', castellan.name])).code).toBe(0);
  },
  withContainers,
);

verifies(
  ['I3'],
  'what the checklist says from within Castellan’s container is so: nothing of isolation is bad, and what the file gives is seen',
  async () => {
    const { stdout } = await opened().castellan.exec(['castellan', 'doctor', '--json']);
    const { checks } = JSON.parse(stdout) as {
      readonly checks: readonly { readonly id: string; readonly group: string; readonly state: string }[];
    };
    const isolation = checks.filter(({ group }) => group === 'isolation');
    expect(isolation.filter(({ state }) => state === 'bad')).toEqual([]);
    const good = isolation.filter(({ state }) => state === 'good').map(({ id }) => id);
    const seen = [
      'container-root',
      'container-capabilities',
      'container-privileges',
      'container-limits',
      'user',
      'state',
    ];
    expect(good).toEqual(expect.arrayContaining(seen));
  },
  withContainers,
);
