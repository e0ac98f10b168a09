// Patterns to search for. INVARIANT: whatever a model writes, and whatever a file holds, a line is searched in time linear in its
// length: a pattern the engine cannot run so (a look around, a back reference) is refused, and one that it can is run so as
// soon as it begins to backtrack (`--enable-experimental-regexp-engine-on-excessive-backtracks`).
import { ToolFault } from './fault.ts';

/** Both cases of every ASCII letter that stands for itself: the linear engine knows no flag for it. Pure. */
function eitherCase(source: string): string {
  let made = '';
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const rest = source.slice(at);
    const [kept] =
      /^(?:\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|k<\w*>|[pP]\{\w*\}|.)|\(\?<\w+>|\(\?[:=!])/s.exec(rest) ?? [];
    const [range, from = '', to = ''] = inClass ? (/^([a-zA-Z])-([a-zA-Z])/.exec(rest) ?? []) : [];
    const character = source[at] ?? '';
    if (kept !== undefined && (!inClass || kept.startsWith('\\'))) {
      made += kept;
      at += kept.length - 1;
    } else if (range !== undefined) {
      const lower = `${from.toLowerCase()}-${to.toLowerCase()}`;
      const upper = `${from.toUpperCase()}-${to.toUpperCase()}`;
      made += /^(?:[a-z]-[a-z]|[A-Z]-[A-Z])$/.test(range) ? lower + upper : range;
      at += range.length - 1;
    } else if (/[a-zA-Z]/.test(character)) {
      const both = character.toLowerCase() + character.toUpperCase();
      made += inClass ? both : `[${both}]`;
    } else {
      if (character === '[') inClass = true;
      if (character === ']') inClass = false;
      made += character;
    }
  }
  return made;
}

export function searchPattern(source: string, ignoreCase: boolean): RegExp {
  const wanted = ignoreCase ? eitherCase(source) : source;
  let plain: RegExp;
  try {
    plain = new RegExp(wanted);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new ToolFault(
      `\`pattern\` is no regular expression (${why}); write \`\\\` before a character that is meant itself`,
    );
  }
  try {
    new RegExp(wanted, 'l');
  } catch {
    throw new ToolFault('`pattern` looks around or refers back, which is not searched for: write it without');
  }
  return plain;
}
