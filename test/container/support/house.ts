// Castellan, its agent and a machine elsewhere, started from container/compose.yaml as docs/guide/containers.md says, with the gate as far
// open as a person can set it.
import { chmodSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { certificate, inRoot, PERSON, tempFolder } from '@castellan/testkit';
import { FORCED_CONFIG } from '../../isolation/support/forced.ts';
import { must, Project, podman, type Started, startedAs, until } from './podman.ts';

export const ADDRESS = 'castellan.test:9443';

export interface House extends AsyncDisposable {
  readonly project: Project;
  readonly castellan: Started;
  /** Runs as its own user, with what carries its loopback in front. */
  readonly agent: Started;
  /** Its id. */
  readonly id: string;
  /** The address of the machine elsewhere: 8000 is listed, 8001 is not. */
  readonly elsewhere: string;
  /** The port of this machine that leads to the listener for people. */
  readonly published: number;
  readonly cert: string;
}

/** @throws Error where anything of it does not come about */
export async function openHouse(): Promise<House> {
  const tls = join(tempFolder(), 'tls');
  const pem = certificate();
  mkdirSync(tls, { mode: 0o755 });
  cpSync(pem.certificate, join(tls, 'fullchain.pem'));
  cpSync(pem.key, join(tls, 'privkey.pem'));
  for (const file of ['fullchain.pem', 'privkey.pem']) chmodSync(join(tls, file), 0o644);
  const project = await Project.make('house', {
    CASTELLAN_ADDRESS: `https://${ADDRESS}`,
    CASTELLAN_TLS: tls,
    CASTELLAN_AGENT_IMAGE: 'castellan-agent-claude',
  });
  try {
    return await furnish(project, pem.cert);
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
}

async function furnish(project: Project, cert: string): Promise<House> {
  const init = await project.run('init');
  if (init.code !== 0) throw new Error(`init: ${init.stderr}`);
  const castellan = await project.up('castellan');
  await until('castellan is healthy', () => podman(['healthcheck', 'run', castellan.name]));
  const setup = ['castellan', 'setup', '--non-interactive', '--name', PERSON.name, '--password-stdin'];
  const done = await castellan.exec(setup, { input: `${PERSON.password}\n` });
  if (done.code !== 0) throw new Error(`castellan setup: ${done.stderr}${done.stdout}`);
  const elsewhere = `${project.name}-elsewhere`;
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  await must([
    ...['run', '--detach', '--name', elsewhere, '--network', project.name, ...limits, '-v', `${inRoot()}:/src:ro`],
    ...['localhost/castellan-base', 'node', '/src/test/container/support/elsewhere.ts'],
  ]);
  const address = await startedAs(elsewhere).inspect(
    `{{(index .NetworkSettings.Networks "${project.name}").IPAddress}}`,
  );
  await open(castellan, address);
  const published = Number((await must(['port', castellan.name, '9443/tcp'])).split(':').at(-1));
  const found = {
    project,
    castellan,
    elsewhere: address,
    published,
    cert,
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
  const connected = await project.run('connect', ['claude-code', '--json']);
  if (connected.code !== 0) throw new Error(`connect: ${connected.stderr}${connected.stdout}`);
  const { agent: id } = JSON.parse(connected.stdout) as { readonly agent: string };
  project.set({ CASTELLAN_AGENT: id });
  const agent = await project.up('agent', ['sleep', '3600']);
  await until('the agent is healthy', () => podman(['healthcheck', 'run', agent.name]));
  return { ...found, agent, id };
}

/** Everything is allowed, and one host of elsewhere listed: added to what `init` wrote. */
async function open(castellan: Started, elsewhere: string): Promise<void> {
  const { stdout } = await castellan.sh('cat "$CASTELLAN_HOME/config.yaml"');
  const listed = [`${elsewhere}:8000`];
  const more = { ...FORCED_CONFIG, network: { allow: listed, privateHosts: listed, newHosts: 'deny' } };
  const lines = Object.entries(more).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const text = stdout.replace(/^(preset|modules|network):.*\n/gm, '') + lines.join('');
  await castellan.exec(['sh', '-c', 'cat >"$CASTELLAN_HOME/config.yaml"'], { input: text });
  await until('the configuration is taken', () => castellan.sh('castellan policy show | grep -q full-auto'));
}
