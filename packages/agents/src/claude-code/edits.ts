// The one settings file of Claude Code that connecting edits. INVARIANT: it is only edited after everything that could make the
// client drop it was ruled out.
import { dirname, join } from 'node:path';
import { type AgentId, type ConnectScope, faultLine, type JsonObject } from '@castellan/contract';
import type { Edits, Entries } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { isShared, readIfThere, realPath } from '../files.ts';
import { isObject } from '../hook/plain-json.ts';
import type { Machine } from '../machine.ts';
import { agentOf, ourGroups } from './settings/entries.ts';
import { readSettings, switchedOff } from './settings/faults.ts';
import { foreignHooks } from './settings/foreign.ts';
import { gitExposure } from './settings/git.ts';
import { isolatedFolder, managedFault, settingsPath } from './settings/location.ts';
import { settingsText, withHooks, withoutHooks } from './settings/merge.ts';
import { before, hasProtections } from './settings/protections.ts';

/** Null: an isolated agent that does not exist yet. */
async function pathOf(machine: Machine, scope: ConnectScope, agent: AgentId | null): Promise<string | null> {
  if (scope !== 'isolated') return realPath(settingsPath(scope, machine));
  return agent === null ? null : realPath(join(isolatedFolder(machine.home, agent), 'settings.json'));
}

/** The agent whose hooks stand in the file of a scope. A file that cannot be read holds none: `edits` says what is wrong. */
export async function agentAt(machine: Machine, scope: ConnectScope): Promise<AgentId | null> {
  const path = await pathOf(machine, scope, null);
  const text = path === null ? null : await readIfThere(path).catch(() => null);
  const read = text === null ? null : readSettings(text);
  return read?.ok === true ? agentOf(read.value) : null;
}

export async function claudeEdits({ machine, scope, agent, timeoutSeconds, hook }: Entries): Promise<Done<Edits>> {
  const path = await pathOf(machine, scope, agent);
  if (path === null) return undone('wrong-scope', `there is no file of scope \`${scope}\``, 'connect another scope');
  const managed = scope === 'managed' ? await managedFault(machine) : null;
  if (managed !== null) return undone('wrong-scope', managed, 'connect another scope, or make that folder yours');
  let text: string | null;
  try {
    text = await readIfThere(path);
  } catch (error) {
    return undone('settings-unreadable', `\`${path}\` cannot be read: ${String(error)}`, 'check who owns the file');
  }
  const read = readSettings(text ?? '');
  if (!read.ok) {
    const hints = read.faults.flatMap((fault) => (fault.hint === undefined ? [] : [fault.hint]));
    return undone('settings-rejected', `\`${path}\`: ${read.faults.map(faultLine).join('; ')}`, ...new Set(hints));
  }
  const settings = read.value;
  const off = switchedOff(settings, scope === 'managed');
  if (off !== null)
    return undone('hooks-disabled', `\`${path}\`: \`${off}\` keeps hooks from running`, `remove \`${off}\``);
  const exposure = scope === 'project' ? await gitExposure(path, machine.env) : 'safe';
  if (exposure === 'tracked')
    return undone(
      'settings-rejected',
      `\`${path}\` is committed to git: whoever checks it out could not use Claude Code there`,
      'remove it from the repository and ignore it, or connect another scope',
    );
  const wanted = { hook, timeoutSeconds, scope, hookFile: hook.args.at(-1) ?? '' };
  const after = settingsText(withHooks(settings, wanted), text ?? '');
  return done({
    files: [{ path, before: text, after, mode: 0o600, kept: before(settings, wanted) }],
    warnings: [
      ...(exposure === 'not-ignored' ? [`\`${path}\` is not ignored by git: add it to .gitignore`] : []),
      ...(scope === 'managed' ? await managedWarnings(path) : foreignHooks(settings)),
    ],
  });
}

const managedWarnings = async (path: string): Promise<readonly string[]> => [
  'every Claude Code you start on this machine is held by this; hooks of your own and of projects do not run any more',
  ...((await isShared(dirname(path)))
    ? []
    : ['other users of this machine cannot read these settings: Claude Code tells them so, and they are not held']),
];

/** Our entries taken out of a settings text; null: nothing of ours is in it. */
export function claudeStrip(path: string, text: string, kept: JsonObject): Done<string | null> {
  const read = readSettings(text);
  if (!read.ok)
    return undone(
      'settings-rejected',
      `\`${path}\`: ${read.faults.map(faultLine).join('; ')}`,
      'correct it, then run this again',
    );
  const { hooks } = read.value;
  const hooked = isObject(hooks) && Object.values(hooks).some((groups) => ourGroups(groups).length > 0);
  if (!hooked && !hasProtections(read.value, kept)) return done(null);
  return done(settingsText(withoutHooks(read.value, kept), text));
}
