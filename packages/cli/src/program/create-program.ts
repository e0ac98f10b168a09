// The whole command as data: names, flags, help. Nothing runs here.
import { type Argument, Command } from 'commander';
import { typed } from '../command.ts';
import { visible } from '../text/visible.ts';
import { addAgents } from './agents.ts';
import { addBackup } from './backup.ts';
import { addControl } from './control.ts';
import { addDaily } from './daily.ts';
import { addEvidence } from './evidence.ts';
import { phrase } from './help.ts';
import { addModules } from './modules.ts';
import { addOperation } from './operation.ts';
import type { Registrar } from './registrar.ts';
import { addSchedule } from './schedule.ts';
import { addScripts } from './scripts.ts';
import { addSecrets } from './secrets.ts';
import { addService } from './service.ts';
import { addSystem } from './system.ts';
import { addUndo } from './undo.ts';

/** Commander's own words in our form: `castellan: error: unknown option `--x``. */
function errorText(text: string, command: string): string {
  const message = text.replace(/^error: /, '').trim();
  const [first = '', ...more] = message.split('\n');
  const said = (first.charAt(0).toLowerCase() + first.slice(1)).replace(/\.$/, '').replaceAll("'", '`');
  const asked = more.filter((line) => line.trim() !== '').map((line) => line.replace(/^\(D(.+)\?\)$/, 'd$1?'));
  const hints = [...asked, '`castellan --help`, or `castellan help COMMAND`'].map(
    (hint) => `hint: ${typed(command, visible(hint))}\n`,
  );
  return `castellan: error: ${visible(said)}\n${hints.join('')}`;
}

const argumentTerm = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

export function createProgram(registrar: Omit<Registrar, 'program'>, version: string): Command {
  const { out, world } = registrar.context;
  const { stdout, stderr } = world;
  const program = new Command('castellan')
    .description('The keeper between your AI agents and everything they can touch.')
    .version(version, '-V, --version', 'the version')
    .helpOption('-h, --help', 'how to use it')
    .helpCommand('help [command]', 'how to use a command')
    .showHelpAfterError(false)
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
      subcommandDescription: phrase,
    })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(errorText(text, registrar.context.command)),
      getOutHelpWidth: () => Math.min(out.width, 100),
      getErrHelpWidth: () => Math.min(out.width, 100),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failure, 2 denied, 64 wrong usage.\nState lies in ~/.config/castellan, or in CASTELLAN_HOME.',
    );
  const full = { ...registrar, program };
  program.commandsGroup('Every day:');
  addDaily(full);
  program.commandsGroup('Agents:');
  addAgents(full);
  program.commandsGroup('What is allowed:');
  addControl(full);
  addModules(full);
  addSecrets(full);
  program.commandsGroup('Scripts:');
  addScripts(full);
  addSchedule(full);
  program.commandsGroup('When something went wrong:');
  addOperation(full);
  addUndo(full);
  program.commandsGroup('Evidence:');
  addEvidence(full);
  addBackup(full);
  program.commandsGroup('This machine:');
  addService(full);
  addSystem(full);
  program.commandsGroup('Help:').helpCommand(true);
  return program;
}
