// `module/tool` patterns with `*`, as rules and user denies use them. Matching is linear: no regular expressions.
import { like } from '../cel/environment.ts';

export interface NamePattern {
  readonly text: string;
  readonly module: string;
  readonly tool: string;
  /** No `*` in either half. */
  readonly exact: boolean;
}

export function namePattern(text: string): NamePattern {
  const slash = text.indexOf('/');
  return { text, module: text.slice(0, slash), tool: text.slice(slash + 1), exact: !text.includes('*') };
}

/** Whether a pattern names a tool of a module, under any name the module goes by. */
export const matchesName = (pattern: NamePattern, modules: readonly string[], tool: string): boolean =>
  like(tool, pattern.tool) && modules.some((module) => like(module, pattern.module));
