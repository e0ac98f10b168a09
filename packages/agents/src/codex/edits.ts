// The one file of Codex that connecting edits, and how our part is known again in it. INVARIANT: it is only edited after
// everything that could keep our hooks from running was ruled out.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AgentId, agentIdSchema, type ConnectScope } from '@castellan/contract';
import type { Edits, Entries } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { readIfThere } from '../files.ts';
import { isObject } from '../hook/plain-json.ts';
import type { Machine } from '../machine.ts';
import { parseToml } from '../mcp-clients/text/toml-edit.ts';
import { withOwn, withoutOwn } from './settings/own-part.ts';
import { partFor } from './settings/part-for.ts';
import { placeOf, requirementsPath } from './settings/places.ts';
import { groupsOf } from './settings/read.ts';

export async function codexEdits(entries: Entries): Promise<Done<Edits>> {
  const { machine, scope, folder } = entries;
  const { path, named } = await placeOf(scope, machine, folder);
  let before: string | null;
  try {
    before = await readIfThere(path);
  } catch (error) {
    return undone('settings-unreadable', `\`${path}\` cannot be read: ${String(error)}`, 'check who owns the file');
  }
  const base = parseToml(withoutOwn(before ?? '') ?? before ?? '');
  if (base === null)
    return undone('settings-rejected', `\`${path}\` is not TOML that can be read`, 'correct it by hand');
  const off = scope === 'managed' ? null : await switchedOffBy(machine);
  if (off !== null)
    return undone('hooks-disabled', `${off} keeps hooks of yours from running`, 'connect scope `managed`');
  const part = partFor(entries, named, (event) => groupsOf(base, event).length);
  const made = withOwn(before ?? '', part);
  if ('why' in made)
    return undone('settings-rejected', `\`${path}\`: ${made.why}`, 'correct it by hand, or connect another scope');
  // Readable by all of its users: what the machine's owner requires is no secret, and Codex of each of them must read it.
  const mode = scope === 'managed' ? 0o644 : 0o600;
  return done({
    files: [{ path, before, after: made.text, mode, kept: { named } }],
    warnings: warningsOf(entries, base),
  });
}

const warningsOf = ({ scope }: Entries, base: object): readonly string[] =>
  scope !== 'isolated' && ['PreToolUse', 'PermissionRequest'].some((event) => groupsOf(base, event).length > 0)
    ? ['other hooks stand there too: one may change a call after it was decided; keep only what you trust']
    : [];

/** What of the machine's own requirements keeps a user's hooks from running. */
export async function switchedOffBy(machine: Pick<Machine, 'etc'>): Promise<string | null> {
  const path = requirementsPath(machine);
  const required = parseToml((await readIfThere(path).catch(() => null)) ?? '');
  if (required === null) return null;
  if (required.allow_managed_hooks_only === true) return `\`allow_managed_hooks_only\` in ${path}`;
  return isObject(required.features) && required.features.hooks === false ? `\`features.hooks\` in ${path}` : null;
}

export function codexStrip(path: string, text: string): Done<string | null> {
  const rest = withoutOwn(text);
  if (rest !== null && parseToml(text) !== null && parseToml(rest) === null)
    return undone('settings-rejected', `\`${path}\` would be no TOML without our part`, 'take it out by hand');
  return done(rest);
}

const OURS = /\/agents\/(agent_[0-9a-z]+)\/hook'/;

/** By the file that the hooks in it name. */
export async function codexAgentIn(machine: Machine, scope: ConnectScope): Promise<AgentId | null> {
  if (scope === 'isolated') return null;
  const { path } = await placeOf(scope, machine, '');
  const text = (await readIfThere(path).catch(() => null)) ?? '';
  const found = agentIdSchema.safeParse(OURS.exec(text)?.[1]);
  return found.success ? found.data : null;
}

/** Whoever may write the machine's requirements is its owner. */
export async function mayManage(machine: Pick<Machine, 'etc'>): Promise<boolean> {
  for (let path = requirementsPath(machine); path !== dirname(path); path = dirname(path)) {
    const can = await access(path, constants.W_OK).then(
      () => true,
      (error: unknown) => (error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : false),
    );
    if (can !== null) return can;
  }
  return false;
}
