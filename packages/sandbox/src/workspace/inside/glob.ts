// Names by pattern: `*`, `?`, `[a-z]`, `{a,b}` within a name, `**` over folders. Pure.
import { ToolFault } from './fault.ts';

const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

/** @throws ToolFault where it cannot be read. */
export function globPattern(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    if (character === '*') {
      const isDeep = glob[at + 1] === '*';
      const isWhole = isDeep && (at === 0 || glob[at - 1] === '/') && (glob[at + 2] === '/' || at + 2 === glob.length);
      if (isWhole && glob[at + 2] === '/') {
        source += '(?:[^/]+/)*';
        at += 2;
      } else if (isDeep) {
        source += '.*';
        at += 1;
      } else source += '[^/]*';
    } else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', at + 2);
      if (end < 0) source += '\\[';
      else {
        const inner = glob
          .slice(at + 1, end)
          .replace(/^!/, '^')
          .replace(/\\/g, '\\\\')
          .replace(/\[/g, '\\[');
        source += `[${inner}]`;
        at = end;
      }
    } else if (character === '{') {
      source += '(?:';
      depth += 1;
    } else if (character === '}' && depth > 0) {
      source += ')';
      depth -= 1;
    } else if (character === ',' && depth > 0) source += '|';
    else if (character === '\\') {
      at += 1;
      source += escaped(glob[at] ?? '\\');
    } else source += escaped(character);
  }
  try {
    return new RegExp(`^${source}${')'.repeat(depth)}$`, 's');
  } catch {
    throw new ToolFault(`\`${glob}\` is no pattern of names: write \`**/*.ts\` or \`src/{a,b}/*.js\``);
  }
}

/** A pattern without a slash is about names at any depth. */
export function namesLike(glob: string): (relative: string) => boolean {
  const plain = glob.replace(/^\.\//, '');
  const pattern = globPattern(plain.includes('/') ? plain : `**/${plain}`);
  return (relative) => pattern.test(relative);
}
