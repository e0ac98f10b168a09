// A workspace with things around it that must not be reached, and its tools with the gate forced to let everything through: what
// refuses here are the walls alone.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect, EffectKind, JsonObject } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { limitsHere, type WallName, WorkspaceSession, type WorkspaceTool, wallsStand } from '../../src/index.ts';

/** Loudly, for a suite that is skipped looks like one that passed. */
export async function needWalls(): Promise<void> {
  if (!(await wallsStand()))
    throw new Error(
      'bubblewrap is missing or does not work on this machine: install it, or none of these walls is tried',
    );
}

export interface Grounds extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  readonly state: string;
  readonly own: string;
  /** What stands in everything that must not be reached. */
  readonly secret: string;
  use(tool: WorkspaceTool, args: JsonObject, effects?: readonly Effect[]): Promise<JsonObject>;
  /** A command with nothing decided of it but that it runs. */
  run(
    command: string,
    effects?: readonly Effect[],
    more?: JsonObject,
  ): Promise<{ readonly text: string; readonly failed: boolean }>;
}

export const effect = (kind: EffectKind, target: string, more: Partial<Effect> = {}): Effect => ({
  kind,
  target,
  targetKind: 'path',
  place: 'workspace',
  certainty: 'certain',
  ...more,
});

/** What the analysis says of a command that nothing can be told of. */
export const UNTOLD: Effect = {
  kind: 'execute',
  target: 'something',
  targetKind: 'command',
  place: 'none',
  certainty: 'unknown',
  resource: 'project-code',
};

export const saidIn = (result: JsonObject): string =>
  (result.content as readonly { text?: string }[]).map(({ text }) => text ?? '').join('\n');

/** @param root below it everything lies; not in the system's /tmp, which sessions have their own of. */
/** Programs of the system alone: whatever else is on the path of whoever runs the suite is no part of it. */
const SYSTEM = { PATH: '/usr/local/bin:/usr/bin:/bin' };

export function grounds(more: Readonly<Record<string, string | undefined>> = {}): Grounds {
  const env = { ...more, ...SYSTEM };
  const root = realpathSync(tempFolder('grounds'));
  const secret = 'the-secret-of-somebody';
  const home = join(root, 'home');
  const workspace = join(home, 'project');
  const state = join(home, '.config/castellan');
  const own = join(root, 'own');
  for (const folder of [workspace, state, join(home, '.ssh'), join(home, '.aws'), join(home, 'other')])
    mkdirSync(folder, { recursive: true });
  for (const file of [
    '.ssh/id_ed25519',
    '.aws/credentials',
    '.netrc',
    '.bashrc',
    'other/.env',
    '.config/castellan/state.json',
  ])
    writeFileSync(join(home, file), `${secret}\n`);
  writeFileSync(join(workspace, 'a.txt'), 'a file\n');
  return opened({ root, home, workspace, state, own, secret, env });
}

/** Another session of the same person in the same project. */
export const reopened = ({ root, home, workspace, state, secret }: Grounds): Grounds =>
  opened({ root, home, workspace, state, secret, own: join(root, 'own-again'), env: SYSTEM });

type Ground = Pick<Grounds, 'root' | 'home' | 'workspace' | 'state' | 'own' | 'secret'>;

/** As on a machine where nothing confines anything. */
export const bare = ({ root, home, workspace, state, secret }: Grounds, commands: 'sandboxed' | 'open'): Grounds =>
  opened({ root, home, workspace, state, secret, own: join(root, `own-${commands}`), env: SYSTEM }, commands, []);

/** As on a machine where user namespaces are off. */
export const landlocked = (
  { root, home, workspace, state, secret }: Grounds,
  commands: 'sandboxed' | 'open',
): Grounds =>
  opened({ root, home, workspace, state, secret, own: join(root, `own-landlock-${commands}`), env: SYSTEM }, commands, [
    'Landlock',
  ]);

function opened(
  { env, ...ground }: Ground & { readonly env: Readonly<Record<string, string | undefined>> },
  commands: 'sandboxed' | 'open' = 'sandboxed',
  walls?: readonly WallName[],
  way?: string,
): Grounds {
  const { workspace, home, state, own } = ground;
  const session = new WorkspaceSession({
    workspace,
    home,
    never: [state],
    own,
    limits: limitsHere(),
    way: way === undefined ? null : { egress: way, user: 'ses_test' },
    env,
    commands,
    node: process.execPath,
    ...(walls !== undefined && { walls }),
  });
  const use: Grounds['use'] = (tool, args, effects = []) =>
    session.use({ tool, arguments: args, effects, signal: new AbortController().signal, progress: () => undefined });
  return {
    ...ground,
    use,
    async run(command, effects = [UNTOLD], more = {}) {
      const result = await use('run_command', { command, ...more }, effects);
      return { text: saidIn(result), failed: result.isError === true };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** With a way out of walls. @param egress the socket that it leads to. */
export const withWay = ({ root, home, workspace, state, secret }: Grounds, egress: string): Grounds =>
  opened(
    { root, home, workspace, state, secret, own: join(root, 'own-with-way'), env: SYSTEM },
    'sandboxed',
    undefined,
    egress,
  );

/** A session that calls any folder its own. */
export const standingIn = ({ root, home, state, secret }: Grounds, workspace: string): Grounds =>
  opened({ root, home, workspace, state, secret, own: join(root, 'own-elsewhere'), env: SYSTEM });
