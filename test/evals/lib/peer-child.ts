// Asks the peer's library about commands, in a process of its own: it reads its settings from the environment and the home.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

interface Answer {
  readonly kind: 'allow' | 'deny';
  readonly reason?: string;
  readonly ruleId?: string;
}
const [, , path = ''] = process.argv;
const { checkCommand } = (await import(pathToFileURL(path).href)) as {
  checkCommand: (input: { command: string; cwd: string }) => Answer;
};
const { commands, cwd } = JSON.parse(readFileSync(0, 'utf8')) as { commands: readonly string[]; cwd: string };

const ask = (command: string): { blocked: boolean; reason: string } => {
  try {
    const answer = checkCommand({ command, cwd });
    return { blocked: answer.kind === 'deny', reason: answer.ruleId ?? answer.reason ?? '' };
  } catch (error) {
    // An empty command is no command to it, and nothing would run.
    if (command.trim() === '') return { blocked: false, reason: 'no command' };
    return { blocked: true, reason: `error: ${error instanceof Error ? error.message : 'unknown'}` };
  }
};
const answers = commands.map((command) => {
  const begin = performance.now();
  const answer = ask(command);
  return { ...answer, micros: (performance.now() - begin) * 1000 };
});
process.stdout.write(JSON.stringify(answers));
