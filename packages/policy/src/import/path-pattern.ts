// A pattern on paths, written as .gitignore files are, as patterns on where effects really lead. `*` of ours crosses folders,
// so ours may match more, never less. What a pattern names, everything below it is meant too.
import { celText } from './make-rule.ts';

export interface PathPattern {
  /** For `like`, on a whole real path. */
  readonly patterns: readonly string[];
  /** The part before the first `*`, where the pattern begins at the root of the machine. */
  readonly base: string | null;
  readonly example: string;
}

export interface Roots {
  readonly home: string;
  /** Of settings that belong to a project. */
  readonly project?: string;
  readonly realPath: (path: string) => string;
}

/** `//abs`, `~/home`, `/from the project`, `./from here`, `anywhere`. `absolute`: a single leading slash is the root already. */
export function pathPattern(given: string, { home, project, realPath }: Roots, absolute = false): PathPattern {
  const text = given.replace(/\?|\[[^\]]*\]/g, '*').replace(/\*+/g, '*');
  const rooted = rootOf(text, home, project, absolute);
  if (rooted === null) {
    // Anywhere: stricter than "below the folder the agent is in".
    const rest = text.replace(/^(?:\.\/|\/)+/, '').replace(/\/\*?$/, '');
    return {
      patterns: rest === '' || rest === '*' ? ['*'] : [`*/${rest}`, `*/${rest}/*`],
      base: null,
      example: `/home/user/project/${rest.replaceAll('*', 'x') || 'x'}`,
    };
  }
  const star = rooted.indexOf('*');
  const literal = star === -1 ? rooted : rooted.slice(0, rooted.lastIndexOf('/', star) + 1);
  const tail = rooted.slice(literal.length);
  const real = realPath(literal.replace(/(.)\/$/, '$1'));
  const starts = [...new Set([literal, literal.endsWith('/') && !real.endsWith('/') ? `${real}/` : real])];
  const patterns = starts.flatMap((start) => {
    const whole = (start + tail).replace(/\/\*?$/, '');
    return [whole === '' ? '/*' : whole, `${whole}/*`];
  });
  return { patterns: [...new Set(patterns)], base: real, example: (starts[0] + tail).replaceAll('*', 'x') };
}

function rootOf(text: string, home: string, project: string | undefined, absolute: boolean): string | null {
  if (text.startsWith('//')) return text.slice(1);
  if (text === '~' || text.startsWith('~/')) return home + text.slice(1);
  if (text.startsWith('/')) return absolute ? text : project === undefined ? null : project + text;
  if (text.startsWith('./')) return project === undefined ? null : `${project}/${text.slice(2)}`;
  return null;
}

/** As an exception, so nothing more than what is meant: one folder and all below it; undefined where that is not certain. */
export function exactlyBelow(given: string, { home, project, realPath }: Roots): string | undefined {
  const folder = /^([^*?[\]]+)\/\*{1,2}$/.exec(given)?.[1];
  if (folder === undefined || folder.split('/').includes('..')) return undefined;
  if (folder.startsWith('/')) return `${realPath(folder)}/*`;
  if (folder.startsWith('~/')) return `${realPath(home + folder.slice(1))}/*`;
  return project === undefined ? undefined : `${realPath(`${project}/${folder.replace(/^(?:\.\/)+/, '')}`)}/*`;
}

/** Whether an effect of one of these kinds is on such a path. `e` is the effect. */
export function onPath(kinds: readonly string[], { patterns }: PathPattern): string {
  const list = patterns.map(celText).join(', ');
  const tests = patterns.length === 1 ? `e.target.like(${list})` : `[${list}].exists(p, e.target.like(p))`;
  return `effects.exists(e, e.kind in [${kinds.map(celText).join(', ')}] && e.target_kind == "path" && ${tests})`;
}

/** Whether an effect takes in a folder above such a path, with everything below it. */
export const abovePath = (kinds: readonly string[], base: string): string =>
  `effects.exists(e, e.kind in [${kinds.map(celText).join(', ')}] && e.recursive && e.target_kind == "path" && ${celText(base)}.startsWith(e.target))`;
