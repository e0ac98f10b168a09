// Users and groups of an installation: by name, made where they are missing; or by number, for users somebody else looks after.
import { runTool } from './tool.ts';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Null: it has no entry in the list of users. */
  readonly shell: string | null;
  readonly home: string | null;
}

const NUMBER = /^[1-9]\d{0,9}$/;
/** What useradd takes everywhere, and nothing that could be an option. */
const NAME = /^[a-z_][a-z0-9_-]{0,30}$/;

export const accountFault = (name: string): string | null =>
  NUMBER.test(name) || NAME.test(name) ? null : `\`${name}\` is neither a name of a user nor a number`;

/** null: there is none yet. A number is one whether it has an entry or not; its group has the same number then. */
export function findUser(name: string): Account | null {
  const { code, stdout } = runTool('getent', ['passwd', name]);
  const [found, , uid, gid, , home, shell] = stdout.trim().split(':');
  if (code === 0 && found !== undefined && uid !== undefined)
    return { name: found, uid: Number(uid), gid: Number(gid), home: home ?? null, shell: shell ?? null };
  return NUMBER.test(name) ? { name, uid: Number(name), gid: Number(name), home: null, shell: null } : null;
}

export function findGroup(name: string): { readonly name: string; readonly gid: number } | null {
  const { code, stdout } = runTool('getent', ['group', name]);
  const [found, , gid] = stdout.trim().split(':');
  if (code === 0 && found !== undefined && gid !== undefined) return { name: found, gid: Number(gid) };
  return NUMBER.test(name) ? { name, gid: Number(name) } : null;
}

/** Those who are in it beside whose first group it is. */
export function membersOf(name: string): readonly string[] {
  const { stdout } = runTool('getent', ['group', name]);
  return (stdout.trim().split(':')[3] ?? '').split(',').filter((each) => each !== '');
}

/** Homes of those who can sign in. */
export const findHomes = (): readonly string[] =>
  runTool('getent', ['passwd'])
    .stdout.split('\n')
    .map((line) => line.split(':'))
    .flatMap(([, , , , , home, shell]) =>
      home === undefined || /(?:nologin|false|sync)$/.test(shell ?? '') ? [] : [home],
    );
