// What the user's own settings say of a call: denies, which nothing lifts (P8), and levels, which decide where no grant does.
import { type Call, type Effect, type Level, PRESET_LEVELS, type Reason, type ToolClass } from '@castellan/contract';
import type { Policy, ToolInfo } from '../policy.ts';
import { matchesName } from '../text/name-pattern.ts';
import { namesOf } from '../tools.ts';
import { isUntold } from './safe.ts';

interface Settings {
  readonly level: Level | undefined;
  readonly override: Level | undefined;
}

/** Read by own keys only: a tool called `constructor` has no setting unless the user wrote one. */
function settingsFor({ config }: Policy, info: ToolInfo): Settings {
  const own = Object.hasOwn(config.modules, info.moduleName) ? config.modules[info.moduleName] : undefined;
  if (own === undefined) return { level: undefined, override: undefined };
  return {
    level: own.level,
    override: Object.hasOwn(own.tools, info.toolName) ? own.tools[info.toolName] : undefined,
  };
}

/** The user's denies: floors. */
export function denyReasons(policy: Policy, info: ToolInfo): readonly Reason[] {
  const reasons: Reason[] = [];
  const { level, override } = settingsFor(policy, info);
  const { deny } = policy.compiled;
  if (deny.length > 0) {
    const names = namesOf(info).map((name) => name.toLowerCase());
    const tool = info.toolName.toLowerCase();
    for (const pattern of deny) {
      if (!matchesName(pattern, names, tool)) continue;
      const text = `you denied \`${pattern.text}\``;
      const remedy = `take it out of \`deny\` in config.yaml`;
      reasons.push({ source: 'user-deny', part: 'floor', id: pattern.text, outcome: 'deny', text, remedy });
    }
  }
  const id = `${info.moduleName}/${info.toolName}`;
  if (override === 'deny') {
    const remedy = `change the level of \`${id}\``;
    reasons.push({
      source: 'user-deny',
      part: 'floor',
      id,
      outcome: 'deny',
      text: `you set \`${id}\` to deny`,
      remedy,
    });
  }
  if (level === 'deny') {
    const text = `you set the module \`${info.moduleName}\` to deny`;
    const remedy = `change the level of \`${info.moduleName}\``;
    reasons.push({ source: 'module-deny', part: 'floor', id: info.moduleName, outcome: 'deny', text, remedy });
  }
  return reasons;
}

/** The module of what scripts do by themselves: its leniency stands on the version that a person approved. */
const OF_SCRIPTS = 'scripts';

/** INVARIANT: nobody but a script uses it: an agent's own server of this name gets nothing of what a person said of scripts. */
export function onlyScriptsReasons(
  { module, origin, script }: Pick<Call, 'module' | 'origin' | 'script'>,
  info: ToolInfo,
): readonly Reason[] {
  if (info.moduleName !== OF_SCRIPTS && module !== OF_SCRIPTS) return [];
  if (origin === 'script' && script !== undefined) return [];
  const text = `\`${OF_SCRIPTS}\` is what scripts do by themselves, and no script makes this call`;
  const remedy = 'propose a script, or give your own server another name';
  return [{ source: 'module-deny', part: 'floor', id: OF_SCRIPTS, outcome: 'deny', text, remedy }];
}

/** Whether the user has denied it, whatever its arguments and whoever asks: it may as well not be there (M1). */
export const isDenied = (policy: Policy, info: ToolInfo): boolean => denyReasons(policy, info).length > 0;

/** The base where no grant covers: override, safe call, module level, preset, default. Denies are floors already. */
export function baseReason(policy: Policy, info: ToolInfo, toolClass: ToolClass, effects: readonly Effect[]): Reason {
  const { level, override } = settingsFor(policy, info);
  const id = `${info.moduleName}/${info.toolName}`;
  if (override !== undefined && override !== 'deny') {
    return {
      source: 'tool-override',
      part: 'base',
      id,
      outcome: override,
      text: `you set \`${id}\` to ${override}`,
      remedy: `change the level of \`${id}\``,
    };
  }
  if (toolClass === 'safe') {
    const text =
      info.class === 'safe' ? `\`${id}\` is a safe tool` : `everything this call of \`${id}\` would do is safe`;
    return { source: 'safe-call', part: 'base', id, outcome: 'allow', text };
  }
  if (level !== undefined && level !== 'deny') {
    return {
      source: 'module-level',
      part: 'base',
      id: info.moduleName,
      outcome: level,
      text: `you set the module \`${info.moduleName}\` to ${level}`,
      remedy: `change the level of \`${info.moduleName}\`, or set \`${id}\` alone`,
    };
  }
  if (toolClass === 'unclassified') {
    return {
      source: 'default',
      part: 'base',
      id,
      outcome: 'confirm',
      text: `nobody has said what \`${id}\` does, so each call needs a person`,
      remedy: `set a level for \`${id}\`, or list it in modules/${info.moduleName}.yaml with what it does`,
    };
  }
  const presetLevel = PRESET_LEVELS[policy.preset];
  // A preset speaks of what is known: what could not be told may be anything, so only the user's own word lets it run.
  if (presetLevel === 'allow' && effects.some(isUntold)) {
    return {
      source: 'preset',
      part: 'base',
      id: policy.preset,
      outcome: 'confirm',
      text: `part of what this call of \`${id}\` would do could not be told, which the preset ${policy.preset} does not cover`,
      remedy: `make the call plainer, grant it, or set a level for \`${info.moduleName}\` or \`${id}\``,
    };
  }
  return {
    source: 'preset',
    part: 'base',
    id: policy.preset,
    outcome: presetLevel,
    text: `this call of \`${id}\` would do more than what is known to be safe, and the preset ${policy.preset} says ${presetLevel}`,
    remedy: 'if it comes again, give a grant with the answer (`castellan pending --full` shows which)',
  };
}
