// A control group around a whole daemon and all that it starts: whatever a bomb gets past, it does not get past this, and the machine
// that runs the suite goes on. As root, where the hierarchies of processes and of memory are mounted.
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

export interface OuterGroup {
  /** Put in front of the command of what is to be held. */
  readonly wrapper: readonly string[];
  /** Everybody in it, now. */
  pids(): readonly number[];
  /** Whatever is left of it ends. */
  end(): Promise<void>;
}

/** Where the group of this process itself lies in one of the older hierarchies. */
function own(controller: string): string | null {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((each) => each.split(':')[1]?.split(',').includes(controller) === true);
  const folder = line === undefined ? null : join(ROOT, controller, line.split(':').slice(2).join(':'));
  if (folder === null) return null;
  try {
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return null;
  }
}

/** null: nobody lets us make one here. */
export function outerGroup(limits: { readonly processes: number; readonly megabytes: number }): OuterGroup | null {
  const [pids, memory] = [own('pids'), own('memory')];
  if (pids === null || memory === null) return null;
  const folders = [pids, memory].map((folder) => join(folder, `bombs-${process.pid}-${Date.now()}`));
  for (const folder of folders) mkdirSync(folder);
  const [ofPids = '', ofMemory = ''] = folders;
  writeFileSync(join(ofPids, 'pids.max'), String(limits.processes));
  writeFileSync(join(ofMemory, 'memory.limit_in_bytes'), String(limits.megabytes * 1_048_576));
  const join0 = `for g in ${folders.map((folder) => `'${folder}'`).join(' ')}; do echo 0 > "$g/cgroup.procs" || exit 125; done; exec "$@"`;
  const inside = (): readonly number[] =>
    readFileSync(join(ofPids, 'cgroup.procs'), 'utf8')
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  return {
    wrapper: ['/bin/sh', '-c', join0, 'sh'],
    pids: inside,
    async end() {
      for (let round = 0; round < 100; round += 1) {
        writeFileSync(join(ofPids, 'pids.max'), '0');
        for (const pid of inside()) process.kill(pid, 'SIGKILL');
        try {
          for (const folder of folders) rmdirSync(folder);
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
  };
}
