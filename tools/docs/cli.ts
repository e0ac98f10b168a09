// docs/reference/cli.md: every command as `--help` shows it, from the program itself.
import { createProgram } from '../../packages/cli/src/program/create-program.ts';
import type { Registrar } from '../../packages/cli/src/program/registrar.ts';
import { generatedFrom } from './text.ts';

export const CLI_PAGE = 'docs/reference/cli.md';

const WIDTH = 96;

type Command = ReturnType<typeof createProgram>;

/** Help asks for a width and for nowhere to write: nothing of it runs here. */
const still = {
  context: {
    command: 'castellan',
    out: { width: WIDTH },
    world: { stdout: { write: () => true }, stderr: { write: () => true } },
  },
  done: () => undefined,
} as unknown as Omit<Registrar, 'program'>;

/** What `--help` prints, with the examples below it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
  });
  command.outputHelp();
  return text.trimEnd();
}

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;

const withAllBelow = (command: Command): readonly Command[] => [
  command,
  ...command.commands.filter((below) => below.name() !== 'help').flatMap(withAllBelow),
];

/** The page, a section a command. */
export function cliPage(): string {
  const program = createProgram(still, '0');
  const commands = withAllBelow(program);
  return [
    '# The command',
    '',
    generatedFrom('packages/cli'),
    '',
    'As `castellan --help` and `castellan COMMAND --help` print it. Exit codes: 0 done, 1 failure, 2 denied, 64 wrong usage, unless a',
    'command says otherwise.',
    '',
    ...commands.flatMap((command) => [`## ${nameOf(command)}`, '', '```text', helpOf(command), '```', '']),
  ].join('\n');
}
