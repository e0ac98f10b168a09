// Command-line tests as text a person can read. A story is a sequence of steps; each step runs a line of shell in the
// story's folder, with the real `castellan` on its PATH, and says all that must come of it. See test/scripts/the-form.txt.
// RULE: what is not expected must not happen: a step without `>` prints nothing, one without `?` exits with 0.
export interface Step {
  /** Line number in the story. */
  readonly line: number;
  readonly action:
    | { readonly kind: 'run'; readonly command: string; readonly background: boolean }
    | { readonly kind: 'wait' }
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'daemon'; readonly change: 'start' | 'stop' | 'kill' };
  /** Standard input, or the content of a file. */
  readonly input: string;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly code: number;
}

export interface Story {
  readonly title: string;
  /** Ids of the claims the whole story proves. */
  readonly claims: readonly string[];
  readonly steps: readonly Step[];
}

export class StoryError extends Error {}

type Draft = { -readonly [Key in keyof Step]: Step[Key] extends readonly string[] ? string[] : Step[Key] };

function actionOf(text: string): Step['action'] | undefined {
  const run = /^\$ (.+?)( &)?$/.exec(text);
  if (run?.[1] !== undefined) return { kind: 'run', command: run[1], background: run[2] !== undefined };
  if (text === 'wait') return { kind: 'wait' };
  const file = /^file (\S+)$/.exec(text)?.[1];
  if (file !== undefined) return { kind: 'file', path: file };
  const change = /^daemon (start|stop|kill)$/.exec(text)?.[1];
  if (change === 'start' || change === 'stop' || change === 'kill') return { kind: 'daemon', change };
  return undefined;
}

/** Adds a line to the step it belongs to; false when it is no such line. */
function extend(step: Draft | undefined, text: string): boolean {
  if (step === undefined) return false;
  const [mark, rest] = [text.charAt(0), text.slice(2)];
  if (!/^[<>!?|]( |$)/.test(text)) return false;
  if (mark === '>') step.stdout.push(rest);
  else if (mark === '!') step.stderr.push(rest);
  else if (mark === '?' && /^\d+$/.test(rest)) step.code = Number(rest);
  else if (mark === '<' || (mark === '|' && step.action.kind === 'file')) step.input += `${rest}\n`;
  else return false;
  return true;
}

/** @throws StoryError at the first line that is none of a story's. */
export function parseStory(text: string): Story {
  const steps: Draft[] = [];
  let title = '';
  const claims: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (line === '') continue;
    if (line.startsWith('#')) {
      if (title === '') title = line.slice(1).trim();
      continue;
    }
    const cited = /^claims (.+)$/.exec(line)?.[1];
    const action = actionOf(line);
    if (cited !== undefined && steps.length === 0) claims.push(...cited.split(' '));
    else if (action !== undefined) steps.push({ line: index + 1, action, input: '', stdout: [], stderr: [], code: 0 });
    else if (!extend(steps.at(-1), line))
      throw new StoryError(`line ${index + 1}: no such line in a story: \`${line}\``);
  }
  if (title === '' || steps.length === 0) throw new StoryError('a story has a title (its first `#` line) and a step');
  return { title, claims, steps };
}

/**
 * Compares output with what was expected, line by line: text is exact, `/…/` is a pattern for the whole line, `...` any
 * number of lines. Named groups of the patterns are given back. A string says what is wrong.
 */
export function matchLines(
  expected: readonly string[],
  actual: readonly string[],
): Readonly<Record<string, string>> | string {
  const [head, ...rest] = expected;
  if (head === undefined)
    return actual.length === 0 ? {} : `nothing more was expected, but there is\n${actual.join('\n')}`;
  if (head === '...') {
    const ways = Array.from({ length: actual.length + 1 }, (_, skipped) => matchLines(rest, actual.slice(skipped)));
    return ways.find((way) => typeof way !== 'string') ?? `nothing after \`...\` matches\n${rest.join('\n')}`;
  }
  const [line, ...more] = actual;
  if (line === undefined) return `expected \`${head}\`, but there is nothing more`;
  const pattern = /^\/(.+)\/$/.exec(head)?.[1];
  const found = pattern === undefined ? null : new RegExp(`^(?:${pattern})$`, 'u').exec(line);
  if (pattern === undefined ? line !== head : found === null) return `expected \`${head}\`, but there is\n${line}`;
  const after = matchLines(rest, more);
  return typeof after === 'string' ? after : { ...found?.groups, ...after };
}
