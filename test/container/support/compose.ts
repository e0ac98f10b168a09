// container/compose.yaml as options of `podman run`, so that what is tested is what the file says. RULE: a key that this does not know is a
// fault: a line that hardens must never be one that no test starts anything with.
import { readFileSync } from 'node:fs';
import { inRoot } from '@castellan/testkit';
import { parse } from 'yaml';

type Variables = Readonly<Record<string, string>>;

interface LongVolume {
  readonly type: 'volume';
  readonly source: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly volume?: { readonly subpath?: string };
}

export interface Service {
  readonly image: string;
  readonly user: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly working_dir?: string;
  readonly group_add?: readonly string[];
  readonly network_mode?: string;
  readonly pid?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ulimits?: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly tmpfs?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | LongVolume)[];
  readonly init?: boolean;
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[]; readonly interval: string };
  readonly stdin_open?: boolean;
  readonly tty?: boolean;
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** As Compose does: `${NAME:-default}`, no more than that is used here. */
const filled = (text: string, variables: Variables): string =>
  text.replace(/\$\{([A-Z_]+):-([^}]*)\}/g, (_, name: string, otherwise: string) => variables[name] ?? otherwise);

export function readCompose(variables: Variables = {}): Compose {
  const text = filled(readFileSync(inRoot('container', 'compose.yaml'), 'utf8'), variables);
  return parse(text, { merge: true }) as Compose;
}

export interface Where {
  /** Before the name of each volume and image: nothing of another run is used. */
  readonly project: string;
  /** The network of services that name none. */
  readonly network: string;
  /** Where a volume of the project lies on this machine. */
  readonly mountpoint: (volume: string) => string;
}

const volumeOf = (given: string, { project }: Where): readonly string[] => {
  const [source = '', ...rest] = given.split(':');
  const isPath = /^[./]/.test(source);
  return ['-v', [isPath ? source : `${project}-${source}`, ...rest].join(':')];
};

/** An engine without `subpath` is given the folder itself: the same folder of the same volume. */
function longVolumeOf(
  { type, source, target, read_only, volume, ...other }: LongVolume,
  where: Where,
): readonly string[] {
  if (type !== 'volume' || Object.keys(other).length > 0) throw new Error(`a volume of another form: ${source}`);
  const from =
    volume?.subpath === undefined ? `${where.project}-${source}` : `${where.mountpoint(source)}/${volume.subpath}`;
  return ['-v', `${from}:${target}:${read_only === true ? 'ro' : 'rw'}`];
}

const many = (flag: string, values: readonly string[] | undefined): readonly string[] =>
  (values ?? []).flatMap((value) => [flag, value]);

/** What each key becomes. Those of no meaning to a single start become nothing, and are named. */
const OPTIONS: { readonly [Key in keyof Required<Service>]: (service: Service, where: Where) => readonly string[] } = {
  image: () => [],
  command: () => [],
  build: () => [],
  profiles: () => [],
  depends_on: () => [],
  restart: () => [],
  stdin_open: () => [],
  tty: () => [],
  user: ({ user }) => ['--user', user],
  entrypoint: ({ entrypoint }) => (entrypoint === undefined ? [] : ['--entrypoint', JSON.stringify(entrypoint)]),
  working_dir: ({ working_dir = '/' }) => ['--workdir', working_dir],
  group_add: ({ group_add }) => many('--group-add', group_add),
  network_mode: ({ network_mode = '' }) => ['--network', network_mode],
  pid: ({ pid = '' }, { project }) => ['--pid', pid.replace(/^service:/, `container:${project}-`)],
  // What podman adds of its own to a root that is read only, Docker does not.
  read_only: ({ read_only }) => (read_only === true ? ['--read-only', '--read-only-tmpfs=false'] : []),
  cap_drop: ({ cap_drop }) => many('--cap-drop', cap_drop),
  cap_add: ({ cap_add }) => many('--cap-add', cap_add),
  security_opt: ({ security_opt }) =>
    many(
      '--security-opt',
      security_opt?.map((each) => each.replace(/:true$/, '')),
    ),
  ulimits: ({ ulimits = {} }) =>
    Object.entries(ulimits).flatMap(([name, { soft, hard }]) => ['--ulimit', `${name}=${soft}:${hard}`]),
  mem_limit: ({ mem_limit = '' }) => ['--memory', mem_limit],
  cpus: ({ cpus = 0 }) => ['--cpus', String(cpus)],
  pids_limit: ({ pids_limit = 0 }) => ['--pids-limit', String(pids_limit)],
  environment: ({ environment = {} }) =>
    Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  tmpfs: ({ tmpfs }) => many('--tmpfs', tmpfs),
  // The same address and the same port within; which one outside is free here and now.
  ports: ({ ports }) =>
    many(
      '--publish',
      ports?.map((each) => each.replace(/^(\d+(?:\.\d+){3}):\d+:/, '$1::')),
    ),
  volumes: ({ volumes = [] }, where) =>
    volumes.flatMap((each) => (typeof each === 'string' ? volumeOf(each, where) : longVolumeOf(each, where))),
  init: ({ init }) => (init === true ? ['--init'] : []),
  healthcheck: ({ healthcheck }) =>
    healthcheck === undefined ? [] : ['--health-cmd', healthcheck.test.slice(1).join(' ')],
};

const isKey = (key: string): key is keyof Service => Object.hasOwn(OPTIONS, key);

/** Options for `podman run` (before the image), the image, and the command behind it. */
export function runOf(service: Service, where: Where): { readonly options: readonly string[]; readonly image: string } {
  const unknown = Object.keys(service).filter((key) => !isKey(key));
  if (unknown.length > 0) throw new Error(`container/compose.yaml: no test knows ${unknown.join(', ')}`);
  const options = Object.keys(service)
    .filter(isKey)
    .flatMap((key) => OPTIONS[key](service, where));
  const network = service.network_mode === undefined ? ['--network', where.network] : [];
  return { options: [...network, ...options], image: `localhost/${service.image}` };
}
