// The real rsyslogd, receiving over TLS into a file: what it understood of each message, one JSON object a line.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pem, tempFolder } from '@castellan/testkit';

const PROGRAM = '/usr/sbin/rsyslogd';
const DRIVERS = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((arch) => `/usr/lib/${arch}/rsyslog/lmnsd_gtls.so`);
/** Debian: `rsyslog` and `rsyslog-gnutls`. */
export const hasRsyslog = existsSync(PROGRAM) && DRIVERS.some((path) => existsSync(path));

export interface Understood {
  readonly pri: string;
  readonly host: string;
  readonly app: string;
  readonly id: string;
  readonly data: string;
  readonly text: string;
}

export interface Rsyslog extends AsyncDisposable {
  start(): void;
  /** SIGKILL: what it had not written is gone with it. */
  kill(): Promise<void>;
  understood(): readonly Understood[];
}

const PROPERTIES: Readonly<Record<keyof Understood, string>> = {
  pri: 'pri',
  host: 'hostname',
  app: 'app-name',
  id: 'msgid',
  data: 'structured-data',
  text: 'msg',
};

export function rsyslog({ certificate, key }: Pem, port: number): Rsyslog {
  const folder = tempFolder();
  const out = join(folder, 'out.jsonl');
  const config = join(folder, 'rsyslog.conf');
  const properties = Object.entries(PROPERTIES).map(
    ([name, property]) => `property(outname="${name}" name="${property}" format="jsonf")`,
  );
  writeFileSync(
    config,
    [
      `global(workDirectory="${folder}" maxMessageSize="8k" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="${certificate}" defaultNetstreamDriverCertFile="${certificate}" defaultNetstreamDriverKeyFile="${key}")`,
      'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")',
      `template(name="understood" type="list" option.jsonf="on") { ${properties.join(' ')} }`,
      `ruleset(name="in") { action(type="omfile" file="${out}" template="understood") }`,
      `input(type="imtcp" port="${port}" ruleset="in")`,
      '',
    ].join('\n'),
  );
  let child: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  return {
    start: () => {
      child = spawn(PROGRAM, ['-n', '-f', config, '-i', join(folder, 'pid')], { stdio: 'ignore' });
    },
    kill,
    understood: () =>
      existsSync(out)
        ? readFileSync(out, 'utf8')
            .split('\n')
            .filter((line) => line.endsWith('}'))
            .map((line) => JSON.parse(line) as Understood)
        : [],
    [Symbol.asyncDispose]: kill,
  };
}
