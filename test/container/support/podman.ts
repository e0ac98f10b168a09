// The engine that tools/lib/containers.ts made, and one project of Compose in it: its own network and volumes, gone when the tests are over.
import { inRoot, type ProcessOptions, type ProcessResult, runProcess } from '@castellan/testkit';
import { type Compose, readCompose, runOf, type Where } from './compose.ts';

const given = process.env.CASTELLAN_CONTAINERS;
if (given === undefined)
  process.stderr.write(
    'SKIPPED: containers: started by `npm run test:container`, where podman, runc and netavark are\n',
  );

interface Engine {
  readonly podman: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}
const engine: Engine = given === undefined ? { podman: ['podman'], env: {} } : (JSON.parse(given) as Engine);

/** Options for every scenario: skipped, loudly, where no container can be started. */
export const withContainers = { skip: given === undefined };

/** Any command of the engine. */
export function podman(
  args: readonly string[],
  options: Pick<ProcessOptions, 'input' | 'timeout'> = {},
): Promise<ProcessResult> {
  const [command = 'podman', ...first] = engine.podman;
  const { PATH = '', HOME = '/' } = process.env;
  // What watches a container leaves a file where it was started when that ran out of memory.
  const cwd = inRoot('.cache', 'container');
  return runProcess(command, [...first, ...args], {
    timeout: 90_000,
    ...options,
    cwd,
    env: { PATH, HOME, ...engine.env },
  });
}

/** @throws Error with what it said, where it did not end well */
export async function must(args: readonly string[], options: Parameters<typeof podman>[1] = {}): Promise<string> {
  const { code, stdout, stderr } = await podman(args, options);
  if (code !== 0) throw new Error(`podman ${args.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
  return stdout.trim();
}

export interface Started {
  readonly name: string;
  /** Runs something in it, as the container's own user unless another is named. */
  exec(
    command: readonly string[],
    options?: { readonly input?: string; readonly user?: string },
  ): Promise<ProcessResult>;
  /** A shell's words in it. */
  sh(script: string, options?: { readonly user?: string }): Promise<ProcessResult>;
  /** The engine's own account of it. */
  inspect(format: string): Promise<string>;
}

export class Project implements AsyncDisposable {
  readonly name: string;
  readonly #mountpoints = new Map<string, string>();
  #variables: Readonly<Record<string, string>> = {};

  private constructor(name: string) {
    this.name = name;
  }

  static async make(name: string, variables: Readonly<Record<string, string>> = {}): Promise<Project> {
    const project = new Project(`${name}-${process.pid}`);
    project.set(variables);
    await must(['network', 'create', project.name]);
    for (const volume of Object.keys(project.compose.volumes)) {
      await must(['volume', 'create', `${project.name}-${volume}`]);
      const at = await must(['volume', 'inspect', '--format', '{{.Mountpoint}}', `${project.name}-${volume}`]);
      project.#mountpoints.set(volume, at);
    }
    return project;
  }

  /** What stands in `.env`. */
  set(variables: Readonly<Record<string, string>>): void {
    this.#variables = { ...this.#variables, ...variables };
  }

  get compose(): Compose {
    return readCompose(this.#variables);
  }

  get #where(): Where {
    return {
      project: this.name,
      network: this.name,
      mountpoint: (volume) => this.#mountpoints.get(volume) ?? '/nonexistent',
    };
  }

  #words(service: string, command: readonly string[] | undefined, more: readonly string[]): readonly string[] {
    const found = this.compose.services[service];
    if (found === undefined) throw new Error(`container/compose.yaml has no service ${service}`);
    const { options, image } = runOf(found, this.#where);
    return [...options, ...more, image, ...(command ?? found.command ?? [])];
  }

  /** `compose run --rm SERVICE COMMAND`. */
  run(service: string, command?: readonly string[], input = ''): Promise<ProcessResult> {
    return podman(['run', '--rm', '--interactive', ...this.#words(service, command, [])], { input });
  }

  /** `compose up -d SERVICE`. */
  async up(
    service: string,
    command?: readonly string[],
    { as = service, more = [] }: { readonly as?: string; readonly more?: readonly string[] } = {},
  ): Promise<Started> {
    const name = `${this.name}-${as}`;
    await must(['run', '--detach', '--name', name, ...this.#words(service, command, more)]);
    return startedAs(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const own = await podman(['ps', '--all', '--quiet', '--filter', `name=^${this.name}-`]);
    for (const id of own.stdout.split('\n').filter(Boolean))
      await podman(['rm', '--force', '--depend', '--time', '2', id]);
    for (const volume of this.#mountpoints.keys()) await podman(['volume', 'rm', '--force', `${this.name}-${volume}`]);
    await podman(['network', 'rm', '--force', this.name]);
  }
}

/** A container that runs. */
export function startedAs(name: string): Started {
  const exec: Started['exec'] = (command, { input = '', user } = {}) =>
    podman(['exec', '--interactive', ...(user === undefined ? [] : ['--user', user]), name, ...command], { input });
  return {
    name,
    exec,
    sh: (script, options) => exec(['sh', '-c', script], options),
    inspect: (format) => must(['inspect', '--format', format, name]),
  };
}

/** Asks again until it is so. @throws Error with what was last seen */
export async function until(what: string, look: () => Promise<ProcessResult>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const { code, stdout, stderr } = await look();
    if (code === 0) return;
    if (Date.now() > end) throw new Error(`${what}: ${stderr}${stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
