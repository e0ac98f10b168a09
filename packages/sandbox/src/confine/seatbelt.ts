// A spec as a profile of macOS' Seatbelt, which sandbox-runtime writes. INVARIANT: reading is refused everywhere but below what is named;
// what Seatbelt cannot hold of a spec is a fault. The package is asked for a text and for nothing else: its proxies are never started.
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import type { MacOSSandboxParams } from '@anthropic-ai/sandbox-runtime/dist/sandbox/macos-sandbox-utils.js';
import { grantedOf } from './given.ts';
import { reachOf } from './reach.ts';
import type { ConfinedProgram, ConfineFault, Confinement, PlainProgram } from './spec.ts';
import { homeProgramPaths, systemStands } from './system.ts';
import { forwardsOf } from './way-out.ts';

export const SEATBELT_WORDS = 'Seatbelt (sandbox-runtime)';

/** Programs, libraries and what names things; of what else there is, nothing. */
const OF_MACOS = [
  ...['/System', '/Library/Developer', '/Library/Frameworks', '/Library/Java', '/Applications/Xcode.app'],
  ...['/private/var/db/dyld', '/private/var/db/timezone', '/private/var/select', '/dev', '/opt/homebrew'],
];
const LAUNCHER = '/usr/bin/sandbox-exec';

/** A command line that ends with 0 where these walls stand; null: something of them is missing. */
export const seatbeltTrial = (): readonly string[] | null =>
  process.platform === 'darwin' && existsSync(LAUNCHER)
    ? [LAUNCHER, '-p', '(version 1)(allow default)', '/usr/bin/true']
    : null;

const HINT = 'work on Linux, or without this';

function lacking(spec: Confinement): string | null {
  if (forwardsOf(spec.network).length > 0) return 'has no loopback of its own, so that others could use a way out';
  const moved = spec.given.find(({ from, at }) => from !== at);
  return moved === undefined ? null : `cannot put \`${moved.from}\` elsewhere`;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Limits that a shell there can set, or nothing starts; then the program in its place. */
const commandOf = ({ limits, folder }: Confinement, { file, args }: PlainProgram, home: string, temp: string): string =>
  [
    `export HOME=${quoted(home)} TMPDIR=${quoted(temp)}`,
    'ulimit -c 0',
    `ulimit -f ${Math.floor(limits.fileBytes / 512)}`,
    `cd ${quoted(folder)}`,
    `exec ${[file, ...args].map(quoted).join(' ')}`,
  ].join(' && ');

/** What sandbox-runtime is told. Names are taken as they are, never as patterns. */
export function runtimeParameters(spec: Confinement, program: PlainProgram): MacOSSandboxParams | ConfineFault {
  const why = lacking(spec);
  if (why !== null) return { ok: false, why: `Seatbelt, the walls of this machine, ${why}`, hint: HINT };
  const reached = reachOf(spec);
  if (!reached.ok) return reached;
  const granted = grantedOf(spec);
  if (!granted.ok) return granted;
  for (const folder of [spec.own.home, spec.own.temp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [home, temp] = [realpathSync(spec.own.home), realpathSync(spec.own.temp)];
  const stands = [
    ...reached.bound,
    ...[...granted.given, ...granted.kept].map(({ at, ...each }) => ({ ...each, path: at })),
  ];
  const named = stands.map(({ path }) => path);
  const written = stands.filter(({ writable }) => writable).map(({ path }) => path);
  const programs = spec.programs ? [...systemStands().paths, ...homeProgramPaths(spec, program.env.PATH ?? '')] : [];
  const system = spec.programs ? OF_MACOS.filter(existsSync) : [];
  return {
    command: commandOf(spec, program, home, temp),
    // Else the command itself would stand in the machine's log.
    commandId: 'castellan',
    needsNetworkRestriction: spec.network !== 'host',
    allowUnixSockets: spec.sockets === 'given' ? granted.given.map(({ at }) => at) : [],
    readConfig: { denyOnly: ['/'], literalAllowWithinDeny: [...programs, ...system, ...named, home, temp] },
    writeConfig: {
      allowOnly: [],
      literalAllowOnly: [...written, home, temp],
      denyWithinAllow: [],
      literalDenyWithinAllow: [...spec.keep, ...stands.filter(({ writable }) => !writable).map(({ path }) => path)],
    },
    allowPty: spec.terminal,
    binShell: '/bin/sh',
  };
}

/** @returns undefined: no part of it on this machine. */
export async function withSeatbelt(
  spec: Confinement,
  program: PlainProgram,
): Promise<ConfinedProgram | ConfineFault | undefined> {
  const parameters = runtimeParameters(spec, program);
  if ('ok' in parameters) return parameters;
  // Only where it is used: everywhere else it would have to be read at every start.
  const runtime = await import('@anthropic-ai/sandbox-runtime/dist/sandbox/macos-sandbox-utils.js');
  const text = runtime.wrapCommandWithSandboxMacOS(parameters);
  return { ok: true, file: '/bin/sh', args: ['-c', `exec ${text}`], env: program.env, words: SEATBELT_WORDS };
}
