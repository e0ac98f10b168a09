// What left a daemon while a test drove it: every answer, every event, both streams, every file below its folder, and what
// the command prints. RULE: a new way out is one row of this table.
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, relative } from 'node:path';
import { inRoot, logIn, type RunningDaemon, runProcess } from '@castellan/testkit';
import { needles, type Seed } from './seeds.ts';

export interface Left {
  readonly exit: string;
  readonly text: string;
}

/** Files that hold a credential or the sealed vault, by design, and are readable by their owner alone. */
const KEPT = /^(?:daemon\/(?:state\.json|ledger\.key|lock\.db(?:-journal)?)|vault\/.*|daemon\/castellan\.sock)$/;

export function filesOf(home: string): readonly Left[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !KEPT.test(relative(home, path)))
    .flatMap((path) => {
      const bytes = readFileSync(path);
      const exit = `file ${relative(home, path)}`;
      // SQLite and the compile cache keep text as UTF-8 or UTF-16.
      return [
        { exit, text: bytes.toString('utf8') },
        { exit, text: bytes.toString('utf16le') },
        { exit: `name of ${exit}`, text: path },
      ];
    });
}

/** Every byte of the event stream, as it comes. */
export function eventsOf(daemon: RunningDaemon): { text(): string; close(): void } {
  let seen = '';
  const outgoing = request({
    socketPath: daemon.socket,
    path: '/v1/events',
    agent: false,
    headers: { authorization: `Bearer ${daemon.state.token}` },
  });
  outgoing.once('response', (incoming) => {
    incoming.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk;
    });
    incoming.on('error', () => undefined);
  });
  outgoing.on('error', () => undefined);
  outgoing.end();
  return { text: () => seen, close: () => void outgoing.destroy() };
}

/** What a person reads of the API. */
const PAGES = [
  '/v1/status',
  '/v1/approvals',
  '/v1/grants',
  '/v1/agents',
  '/v1/policy',
  '/v1/limits',
  '/v1/secrets',
  '/v1/ledger?limit=1000',
] as const;

export async function pagesOf(daemon: RunningDaemon): Promise<readonly Left[]> {
  const left: Left[] = [];
  for (const path of PAGES) left.push({ exit: `GET ${path}`, text: (await daemon.request('GET', path)).text });
  return left;
}

const COMMANDS = [
  ['status'],
  ['status', '--json'],
  ['log'],
  ['log', '--json'],
  ['pending'],
  ['pending', '--json'],
  ['agents'],
  ['grants'],
  ['limits'],
  ['ledger', 'show'],
  ['secrets', 'list'],
  ['secrets', 'list', '--json'],
  ['whoami', '--json'],
] as const;

export async function commandsOf(home: string, more: readonly (readonly string[])[]): Promise<readonly Left[]> {
  const left: Left[] = [];
  await logIn(home);
  for (const args of [...COMMANDS, ...more]) {
    const { stdout, stderr } = await runProcess(
      process.execPath,
      [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), ...args],
      { env: { PATH: process.env.PATH ?? '', HOME: join(home, '..'), CASTELLAN_HOME: home } },
    );
    left.push({ exit: `castellan ${args.join(' ')}`, text: stdout + stderr });
  }
  return left;
}

/** `exit: secret as text it stood in`, one a leak. */
export function leaks(left: readonly Left[], planted: readonly Seed[]): readonly string[] {
  return planted.flatMap((seed) =>
    needles(seed).flatMap((needle) =>
      left.flatMap(({ exit, text }) => {
        const at = text.indexOf(needle);
        return at === -1
          ? []
          : [`${exit}: ${seed.name} at …${text.slice(Math.max(0, at - 60), at + needle.length + 20)}…`];
      }),
    ),
  );
}
