// The Pods of container/kubernetes.yaml as containers here: users, groups, mounts and limits are the manifest's; what a kubelet does to new volumes
// (fsGroup) is done by hand, and no network stands for the network policy. What only a cluster can show (admission, policies) is not shown.
import { chmodSync, chownSync, readFileSync } from 'node:fs';
import { inRoot, PERSON, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { must, podman, type Started, startedAs, until, withContainers } from './support/podman.ts';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly securityContext: { readonly capabilities: { readonly drop: readonly string[] } };
  readonly resources: { readonly limits: { readonly cpu: string; readonly memory: string } };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
    readonly readOnly?: boolean;
  }[];
}
interface Pod {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number; readonly fsGroup: number };
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly emptyDir?: { readonly sizeLimit: string } }[];
}

const project = `pods-${process.pid}`;
const places = new Map<string, string>();
const pods = new Map<string, Pod>();
for (const each of parseAllDocuments(readFileSync(inRoot('container', 'kubernetes.yaml'), 'utf8'))) {
  const document = each.toJS() as { kind: string; metadata: { name: string }; spec: { template: { spec: Pod } } };
  if (document.kind === 'Deployment') pods.set(document.metadata.name, document.spec.template.spec);
}
function podOf(name: string): Pod {
  const found = pods.get(name);
  if (found === undefined) throw new Error(`no Pod ${name}`);
  return found;
}

/** `512Mi` as podman says it. */
const size = (text: string): string => text.replace('Mi', 'm').replace('Gi', 'g');
const cpus = (text: string): string => (text.endsWith('m') ? String(Number.parseInt(text, 10) / 1000) : text);

function optionsOf(pod: Pod, { securityContext, resources, volumeMounts }: Container): readonly string[] {
  const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
  return [
    ...['--user', `${runAsUser}:${runAsGroup}`, '--group-add', String(fsGroup), '--network', 'none'],
    ...['--read-only', '--read-only-tmpfs=false', '--security-opt', 'no-new-privileges'],
    ...securityContext.capabilities.drop.flatMap((right) => ['--cap-drop', right]),
    ...['--memory', size(resources.limits.memory), '--cpus', cpus(resources.limits.cpu)],
    ...['--ulimit', 'nofile=8192:8192', '--ulimit', 'nproc=1024:1024', '--pids-limit', '512'],
    ...volumeMounts.flatMap(({ name, mountPath, subPath, readOnly }) => {
      const limit = pod.volumes.find((each) => each.name === name)?.emptyDir?.sizeLimit;
      if (limit !== undefined) return ['--tmpfs', `${mountPath}:rw,nosuid,nodev,size=${size(limit)},mode=1777`];
      const from = [places.get(name) ?? '/nonexistent', ...(subPath === undefined ? [] : [subPath])].join('/');
      return ['-v', `${from}:${mountPath}:${readOnly === true ? 'ro' : 'rw'}`];
    }),
  ];
}

async function start(pod: string, name: string, more: readonly string[] = []): Promise<Started> {
  const found = podOf(pod).containers.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no container ${name}`);
  const { image, command = [] } = found;
  // `command` takes the place of the image's entrypoint.
  const entry = command.length === 0 ? [] : ['--entrypoint', JSON.stringify(command)];
  const at = `${project}-${pod}-${name}`;
  const name_ = image === 'castellan-agent' ? 'castellan-agent-claude' : image;
  await must([
    'run',
    '--detach',
    '--name',
    at,
    ...optionsOf(podOf(pod), found),
    ...entry,
    ...more,
    `localhost/${name_}`,
  ]);
  return startedAs(at);
}

async function prepare(pod: string): Promise<void> {
  for (const init of podOf(pod).initContainers) {
    const { image, command = [] } = init;
    await must([
      'run',
      '--rm',
      ...optionsOf(podOf(pod), init),
      '--entrypoint',
      JSON.stringify(command),
      `localhost/${image}`,
    ]);
  }
}

beforeAll(async () => {
  if (withContainers.skip) return;
  for (const claim of ['state', 'shared', 'workspace']) {
    await must(['volume', 'create', `${project}-${claim}`]);
    const at = await must(['volume', 'inspect', '--format', '{{.Mountpoint}}', `${project}-${claim}`]);
    // As a kubelet gives a new volume to fsGroup.
    chownSync(at, 0, 10_000);
    chmodSync(at, 0o2775);
    places.set(claim, at);
  }
});
afterAll(async () => {
  if (withContainers.skip) return;
  const own = await podman(['ps', '--all', '--quiet', '--filter', `name=^${project}-`]);
  for (const id of own.stdout.split('\n').filter(Boolean))
    await podman(['rm', '--force', '--depend', '--time', '2', id]);
  for (const claim of places.keys()) await podman(['volume', 'rm', '--force', `${project}-${claim}`]);
});

verifies(
  ['I3'],
  'the Pods of the manifest run without anybody being root, and the agent of one reaches its gate in the other',
  async () => {
    await prepare('castellan');
    // Again, as at every start.
    await prepare('castellan');
    const castellan = await start('castellan', 'castellan');
    await until('castellan is healthy', () => castellan.exec(['node', '/opt/castellan/container/health.mjs']));
    const setup = ['castellan', 'setup', '--non-interactive', '--name', PERSON.name, '--password-stdin'];
    const done = await castellan.exec(setup, { input: `${PERSON.password}\n` });
    expect(done.code, done.stderr).toBe(0);
    const connect = await start('castellan', 'connect', ['--pid', `container:${castellan.name}`]);
    const connected = await connect.exec(['castellan', 'connect', 'claude-code', '--scope', 'managed', '--json']);
    expect(connected.code, connected.stderr).toBe(0);
    const { agent: id } = JSON.parse(connected.stdout) as { readonly agent: string };
    await prepare('agent');
    const agent = await start('agent', 'agent');
    expect((await agent.exec(['/opt/castellan/container/agent.sh', '--check'])).code).toBe(0);
    const event = {
      session_id: 'a-session',
      cwd: '/workspace',
      permission_mode: 'default',
      transcript_path: '/home/agent/none',
    };
    const call = {
      hook_event_name: 'PreToolUse',
      tool_name: 'Read',
      tool_use_id: 'toolu_1',
      tool_input: { file_path: '/workspace/a' },
    };
    const hook = [
      '/opt/castellan/packages/agents/bin/castellan-hook-linux-x64',
      `/var/lib/castellan/agents/${id}/hook`,
    ];
    const asked = await agent.exec(hook, { input: JSON.stringify({ ...event, ...call }) });
    expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining('"allow"') });
    expect((await castellan.exec(['castellan', 'log', '--json'])).stdout).toContain('/workspace/a');
    const tries = [
      'touch /workspace/mine /home/agent/mine /tmp/mine',
      'ls /var/lib/castellan/daemon',
      `echo >>/var/lib/castellan/agents/${id}/hook`,
      `rm /var/lib/castellan/sockets/${id}/gate.sock`,
      'touch /etc/claude-code/managed-settings.d/mine',
      'touch /etc/mine',
      'test "$(id -u)" = 0',
    ];
    const { stdout } = await agent.sh(
      tries.map((each, index) => `( ${each} ) >/dev/null 2>&1 && echo ${index}`).join('\n'),
    );
    expect(stdout.trim()).toBe('0');
    expect((await castellan.sh('stat -c "%a %u" /var/lib/castellan /var/lib/castellan-keys')).stdout).toBe(
      '700 10001\n700 10001\n',
    );
  },
  withContainers,
);
