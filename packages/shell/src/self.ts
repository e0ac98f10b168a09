// The command that changes Castellan itself, in any form it can be started (C04): an agent that can run `castellan approve`
// has no keeper.

import type { Invocation } from './invocation.ts';
import { baseName } from './names.ts';
import { add, addUnknown } from './run.ts';
import type { Field } from './word.ts';

/** Subcommands that change what an agent may do. */
export const CHANGING = [
  'approve',
  'deny',
  'grants',
  'policy',
  'secrets',
  'up',
  'down',
  'connect',
  'disconnect',
  'agents',
  'modules',
  'freeze',
  'thaw',
  'resume',
  'alarms',
  'setup',
  'login',
  'logout',
  // What puts another state in place of this one, ends a panic, or carries records and secrets out; some of it asks no daemon.
  'restore',
  'recover-database',
  'recover',
  'backup',
  'export',
  'import',
  'undo',
  'runbook',
  'service',
  'system',
  'uninstall',
] as const;

const STARTERS = new Set([
  'npx',
  'bunx',
  'pnpx',
  'pnpm',
  'npm',
  'yarn',
  'bun',
  'deno',
  'node',
  'nodejs',
  'tsx',
  'sudo',
  'doas',
  'env',
  'exec',
  'command',
  'nohup',
  'setsid',
  'time',
  'timeout',
  'nice',
  'xargs',
  'builtin',
]);

const OWN_NAME = /^castellan(?:@[\w.^~-]+)?(?:\.(?:[cm]?[jt]s|cmd|exe))?$/i;
/** `@castellan/cli`, `…/packages/cli/bin/castellan.mjs`, `castellan@1.2`. */
const isOwn = (text: string): boolean => OWN_NAME.test(baseName(text)) || /^@castellan\/cli(?:@|$)/.test(text);

/** Whether these words start Castellan: by name, by path, or through something that starts what stands behind it. */
export function isCastellan(name: string, args: readonly Field[]): boolean {
  if (isOwn(name)) return true;
  if (!STARTERS.has(baseName(name))) return false;
  return args.some((word) => word.kind === 'text' && isOwn(word.text));
}

export function walkCastellan({ run, name, args, span }: Invocation): void {
  const words = args.map((word) => (word.kind === 'text' ? word.text : undefined));
  const start = isOwn(name) ? 0 : words.findIndex((word) => word !== undefined && isOwn(word)) + 1;
  const rest = words.slice(start);
  const first = rest.find((word) => word === undefined || !word.startsWith('-'));
  const changing = (word: string | undefined): boolean => CHANGING.some((each) => each === word);
  if (rest.some((word) => word === undefined || changing(word)))
    add(run, {
      kind: 'change-safety',
      target: `castellan ${first ?? ''}`.trim(),
      targetKind: 'command',
      certainty: changing(first) ? 'certain' : 'possible',
      span,
      note: 'changes what agents may do',
    });
  addUnknown(run, 'castellan', span, 'runs Castellan itself');
}

const CHANGING_WORDS = CHANGING.join('|');
const RAW = [
  new RegExp(
    `castellan(?:\\.[a-z]+|@[\\w.^~-]+)?(?:[\\s,()[\\]{}+:]+-[\\w=-]+)*[\\s,()[\\]{}+:]+(?:${CHANGING_WORDS})\\b`,
    'i',
  ),
  // The words that open doors count from further away.
  /castellan\b[^\n;|&]{0,80}\b(?:approve|grants)\b/i,
  /\bcastellan_home\b/i,
  /\.config\/+(?:\.\/+)*castellan\b/i,
  /\b(?:pkill|killall|kill|systemctl|launchctl|service)\b[^\n;|&]{0,120}castellan/i,
];

/** Whether text that could not be evaluated speaks of Castellan. Quotes and backslashes hide nothing. */
export function mentionsCastellan(command: string, stateFolder: string): boolean {
  const bare = command
    .replace(/\\\n/g, '')
    .replace(/["'\\]/g, '')
    .replace(/\$\{?IFS\}?/g, ' ');
  const folded = bare.replace(/\/+(?:\.\/+)*/g, '/').toLowerCase();
  return folded.includes(stateFolder.toLowerCase()) || RAW.some((pattern) => pattern.test(bare));
}
