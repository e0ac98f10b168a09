// Argument patterns worth offering: a command's first words, a folder, a recipient, a host. Each is made from one declared
// argument and says in words what it matches.
import type { ArgumentPattern, Call } from '@castellan/contract';
import type { ToolInfo } from '../policy.ts';
import { quoted } from '../text/visible.ts';

export interface OfferedPattern {
  readonly key: string;
  readonly pattern: ArgumentPattern;
  /** "when `command` begins with …". */
  readonly text: string;
}

/** Words after a program's name that name what it does: `git status`, `npm run build`. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9:_-]*$/;

export function patternsFor(call: Call, info: ToolInfo): readonly OfferedPattern[] {
  const offered: OfferedPattern[] = [];
  for (const { from, as } of info.effects ?? []) {
    const value = from !== undefined && Object.hasOwn(call.arguments, from) ? call.arguments[from] : undefined;
    if (from === undefined || typeof value !== 'string' || value === '') continue;
    const begins = (key: string, prefix: string): OfferedPattern => ({
      key,
      pattern: { name: from, match: { kind: 'prefix', value: prefix } },
      text: `when ${from} begins with ${quoted(prefix)}`,
    });
    switch (as) {
      case 'shell': {
        const prefix = commandPrefix(value);
        if (prefix !== null) offered.push(begins('command-prefix', prefix));
        break;
      }
      case 'path': {
        const folder = value.slice(0, value.lastIndexOf('/') + 1);
        if (folder.length > 1) offered.push(begins('folder', folder));
        break;
      }
      case 'url': {
        const origin = /^https?:\/\/[^/?#\\@\s]+/i.exec(value)?.[0];
        if (origin !== undefined) offered.push(begins('host', `${origin}/`));
        break;
      }
      case 'host':
      case 'recipient':
        offered.push({
          key: as,
          pattern: { name: from, match: { kind: 'equals', value } },
          text: `when ${from} is ${quoted(value)}`,
        });
        break;
      case 'text':
      case 'patch':
        break;
    }
  }
  const seen = new Set<string>();
  return offered.filter(({ key }) => !seen.has(key) && seen.add(key));
}

/** The program and its first word, when the command is one plain command. */
function commandPrefix(command: string): string | null {
  const [program, sub] = command.trim().split(/\s+/);
  if (program === undefined || command !== command.trimStart() || /[;&|<>$`(){}\\\n\r'"=]/.test(program)) return null;
  return sub !== undefined && WORD.test(sub) && command.startsWith(`${program} ${sub}`) ? `${program} ${sub}` : program;
}
