// What a sed script does beyond the text it edits. INVARIANT: read to its last character or not at all, so nothing can hide
// behind what was taken for text. Sources: POSIX sed; the manuals of GNU and FreeBSD sed (`e`, `w`, `r`, `R`, `W`).
export interface SedDeeds {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly runs: readonly string[];
}

/** `undefined`: could not be read, or runs what it finds in the text it edits. */
export function sedDeeds(script: string): SedDeeds | undefined {
  const reads: string[] = [];
  const writes: string[] = [];
  const runs: string[] = [];
  let rest = script;
  let open = 0;
  const skip = (pattern: RegExp): string => {
    const found = pattern.exec(rest)?.[0] ?? '';
    rest = rest.slice(found.length);
    return found;
  };
  const line = (): string => skip(/^[^\n]*/).trim();
  for (;;) {
    skip(/^[\s;]+/);
    if (rest === '') return open === 0 ? { reads, writes, runs } : undefined;
    const behind = withoutAddresses(rest);
    if (behind === undefined) return undefined;
    rest = behind;
    const command = rest[0] ?? '';
    rest = rest.slice(1);
    switch (command) {
      case '{':
        open += 1;
        continue;
      case '}':
        open -= 1;
        break;
      case '#':
        line();
        continue;
      case ':':
        if (skip(/^[ \t]*[\w.-]+/) === '') return undefined;
        break;
      case 'b':
      case 't':
      case 'T':
        skip(/^[ \t]*[\w.-]*/);
        break;
      case 'q':
      case 'Q':
      case 'l':
      case 'L':
        skip(/^[ \t]*\d*/);
        break;
      case 'a':
      case 'i':
      case 'c':
        // Text up to the end of the line, and further behind a backslash; with nothing behind it the next argument goes on.
        if (/^[^\n]*(?:\\\n[^\n]*)*\\$/.test(rest)) return undefined;
        skip(/^(?:[^\n\\]|\\[\s\S])*/);
        continue;
      case 'r':
      case 'R':
        reads.push(line());
        continue;
      case 'w':
      case 'W':
        writes.push(line());
        continue;
      case 'e': {
        const text = line();
        if (text === '') return undefined;
        runs.push(text);
        continue;
      }
      case 'y':
      case 's': {
        const after = substitution(rest);
        if (after === undefined) return undefined;
        rest = after;
        if (command === 'y') break;
        skip(/^[gpIiMm\d]*/);
        if (rest.startsWith('w')) {
          rest = rest.slice(1);
          writes.push(line());
          continue;
        }
        break;
      }
      default:
        if (!/^[=dDgGhHnNpPxzF]$/.test(command)) return undefined;
    }
    // Behind a command only a separator or a closing brace: anything else was not read right.
    if (!/^[ \t]*(?:[;\n}#]|$)/.test(rest)) return undefined;
    skip(/^[ \t]+/);
  }
}

/** `s/a/b/`: the flags begin behind it. Systems differ in whether brackets hide the separator, so it may not stand in any. */
function substitution(text: string): string | undefined {
  const separator = text[0];
  if (separator === undefined || separator === '\n' || separator === '\\') return undefined;
  let parts = 0;
  let bracket = false;
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === separator) {
      if (bracket) return undefined;
      parts += 1;
      if (parts === 2) return text.slice(index + 1);
    } else if (bracket && character === '[' && /[:.=]/.test(text[index + 1] ?? '')) {
      index = text.indexOf(`${text[index + 1]}]`, index + 2) + 1;
      if (index === 0) return undefined;
    } else if (parts === 0 && character === '[') {
      bracket = true;
      if (text[index + 1] === '^') index += 1;
      if (text[index + 1] === ']') index += 1;
    } else if (character === ']') bracket = false;
    else if (character === '\n' && parts === 0) return undefined;
  }
  return undefined;
}

/** Behind the addresses of a command: numbers, `$`, patterns, steps. */
function withoutAddresses(text: string): string | undefined {
  let rest = text;
  for (let index = 0; index < 2; index += 1) {
    const plain = /^(?:\d+(?:~\d+)?|\$|[+~]\d+)/.exec(rest)?.[0];
    if (plain !== undefined && (index === 1 || !/^[+~]/.test(plain))) rest = rest.slice(plain.length);
    else if (rest.startsWith('/') || rest.startsWith('\\')) {
      const behind = pattern(rest.startsWith('\\') ? rest.slice(1) : rest);
      if (behind === undefined) return undefined;
      rest = behind.replace(/^[IM]+/, '');
    } else if (index === 1) return undefined;
    else break;
    const comma = /^[ \t]*,[ \t]*/.exec(rest)?.[0];
    if (comma === undefined) break;
    if (index === 1) return undefined;
    rest = rest.slice(comma.length);
  }
  return rest.replace(/^[ \t]*(?:![ \t]*)*/, '');
}

function pattern(text: string): string | undefined {
  const separator = text[0];
  if (separator === undefined || separator === '\n' || separator === '\\') return undefined;
  let bracket = false;
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === '\n') return undefined;
    else if (character === separator) return bracket ? undefined : text.slice(index + 1);
    else if (bracket && character === '[' && /[:.=]/.test(text[index + 1] ?? '')) {
      index = text.indexOf(`${text[index + 1]}]`, index + 2) + 1;
      if (index === 0) return undefined;
    } else if (character === '[') {
      bracket = true;
      if (text[index + 1] === '^') index += 1;
      if (text[index + 1] === ']') index += 1;
    } else if (character === ']') bracket = false;
  }
  return undefined;
}
