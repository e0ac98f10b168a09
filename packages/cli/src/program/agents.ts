// The commands that put agents behind Castellan.
import { examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addAgents({ program, context, done }: Registrar): void {
  examples(
    program
      .command('agents')
      .summary('agents that are connected')
      .description('List the agents that stand behind Castellan.')
      .option('-a, --all', 'disconnected ones too')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/lists.ts')).agents(context, options))),
    ['castellan agents', 'list them'],
  );
  examples(
    program
      .command('completion')
      .argument('<shell>', 'bash, zsh or fish')
      .summary('completion for your shell')
      .description('Print a completion script for your shell.')
      .action(async (shell) => done((await import('../commands/completion.ts')).completion(context, program, shell))),
    ['source <(castellan completion bash)', 'in ~/.bashrc'],
    ['castellan completion fish > ~/.config/fish/completions/castellan.fish', 'for fish'],
  );
}
