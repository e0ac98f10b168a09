// One story of a guardrail: what an agent does through the real hook, and whether its rule must stop it. RULE: a story says
// what an agent sends and which rule it is about, never how the daemon comes to know.
import type { Json } from '../world.ts';

export interface Step {
  readonly tool: string;
  readonly input: Json;
  /** What the tool gave: told to the daemon when the call was let through. */
  readonly gives?: unknown;
}

export interface Story {
  readonly rule: string;
  /** Whether the rule catches the last step. */
  readonly caught: boolean;
  /** Done in the same session before; a person approves what asks. */
  readonly before: readonly Step[];
  readonly step: Step;
}

/** The home folder of the stories. It does not exist: nothing an agent could break. */
export const HOME = '/home/user';

/** A step that must be stopped in the rule's name, and one like it that must not. */
export const caught = (rule: string, step: Step, ...before: readonly Step[]): Story => ({
  rule,
  caught: true,
  before,
  step,
});
export const passes = (rule: string, step: Step, ...before: readonly Step[]): Story => ({
  ...caught(rule, step, ...before),
  caught: false,
});

export const use = (tool: string, input: Json = {}, gives?: unknown): Step => ({
  tool,
  input,
  ...(gives === undefined ? {} : { gives }),
});
export const bash = (command: string, gives?: string): Step =>
  use('Bash', { command, description: 'A step of a story' }, gives === undefined ? undefined : { stdout: gives });
export const read = (file_path: string, content?: string): Step =>
  use(
    'Read',
    { file_path },
    content === undefined ? undefined : { type: 'text', file: { filePath: file_path, content } },
  );
export const write = (file_path: string, content = 'x'): Step => use('Write', { file_path, content });
export const fetch = (url: string, gives?: string): Step =>
  use('WebFetch', { url, prompt: 'What does it say?' }, gives);
/** A tool of a server the user configured. */
export const mcp = (name: string, input: Json = {}, gives?: unknown): Step => {
  const [server = '', tool = ''] = name.split('/');
  return use(`mcp__${server}__${tool}`, input, gives);
};

/** Several commands a rule catches, and several it lets pass. */
export const commands = (rule: string, bad: readonly string[], good: readonly string[]): readonly Story[] => [
  ...bad.map((command) => caught(rule, bash(command))),
  ...good.map((command) => passes(rule, bash(command))),
];
