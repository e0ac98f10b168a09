// The commands that put agents behind Castellan.
import { examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addAgents({ program, context, done }: Registrar): void {
  examples(
    program
      .command('agents')
      .summary('agents that are connected')
      .description('List the agents that stand behind Castellan.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/lists.ts')).agents(context, options))),
    ['castellan agents', 'list them'],
  );
  const commands = () => import('../commands/connect.ts');
  examples(
    program
      .command('connect')
      .argument('<agent>', 'claude-code, or mcp for any MCP client')
      .summary('put an agent behind Castellan')
      .description(
        'Put hooks into the settings of an agent, or make an agent of an MCP client and say how it is pointed at the gateway. Refused under an agent.',
      )
      .option(
        '-s, --scope <scope>',
        'user: every project; project: this folder; isolated: only what `run` starts',
        'user',
      )
      .option('--name <name>', 'what you call it')
      .option('--timeout <seconds>', 'how long the agent waits for an answer', wholeNumber(10, 86_400), 600)
      .option('--claude <path>', 'the client, when it is not on PATH')
      .option('--json', 'print data')
      .action(async (agent, options) => done(await (await commands()).connect(context, agent, options))),
    ['castellan connect claude-code', 'in every project of yours'],
    ['castellan connect claude-code --scope isolated', 'apart from your own settings'],
    ['castellan connect mcp --name cursor', 'a client that reaches its servers through the gateway'],
  );
  examples(
    program
      .command('disconnect')
      .argument('[agent]', 'an agent, or a part of its id (default: the only one)')
      .summary('take an agent out again')
      .description('Put the settings back as they were and revoke the credential. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (agent, options) => done(await (await commands()).disconnect(context, agent, options))),
    ['castellan disconnect', 'the only one'],
  );
  for (const [name, frozen, summary, what] of [
    ['freeze', true, 'stop an agent at once', 'Nothing the agent asks for runs until it is thawed.'],
    [
      'thaw',
      false,
      'let a frozen agent go on',
      'Let an agent go on that was frozen, by you or because it touched a canary.',
    ],
  ] as const)
    examples(
      program
        .command(name)
        .argument('[agent]', 'an agent, by name or a part of its id (default: the only one)')
        .summary(summary)
        .description(`${what} Refused under an agent.`)
        .option('--json', 'print data')
        .action(async (agent, options) =>
          done(await (await import('../commands/freeze.ts')).setFrozen(context, agent, frozen, options)),
        ),
      [`castellan ${name}`, 'the only one'],
    );
  examples(
    program
      .command('verify')
      .argument('[agent]', 'an agent, or a part of its id (default: each)')
      .summary('prove that an agent is held')
      .description(
        'Run the real agent against a scripted model: what is denied must not run, what is allowed must be recorded, and without the daemon nothing may run.',
      )
      .option('--json', 'print data')
      .action(async (agent, options) => done(await (await commands()).verify(context, agent, options))),
    ['castellan verify', 'a few seconds, no model key'],
  );
  examples(
    program
      .command('mcp')
      .summary('the MCP server that a client starts')
      .description(
        'Speak MCP over standard input and output, for a client that was connected. Every tool behind it is a call of the gate.',
      )
      .option('--module <name>', 'one module alone, names as its server says them')
      .option('--agent <name>', 'the agent this client is (default: the only one)')
      .action(async (options) => done(await (await import('../commands/mcp.ts')).mcp(context, options))),
    ['castellan mcp --agent cursor', 'in the settings of that client'],
  );
  examples(
    program
      .command('run')
      .argument('<agent>', 'claude-code')
      .argument('[args...]', 'for the agent itself')
      .option('--task <title>', 'what this is about; sessions of one title share a task and its grants')
      .option('--model-upstream <name>', 'a model server of the broker: the agent gets a placeholder, never the key')
      .option('--no-watch', 'not in a terminal that can be watched and answered in the browser')
      .passThroughOptions()
      .summary('start an agent, isolated')
      .description(
        'Start an agent in a folder of its own, with flags that keep the hooks in force. Ends with its exit code.',
      )
      .action(async (agent, args, options) => done(await (await commands()).run(context, agent, args, options))),
    ['castellan run claude-code', 'talk to it'],
    ['castellan run claude-code -- -p "run the tests"', 'one prompt'],
    ['castellan run --task "Release 2.1" claude-code', 'under a task you name'],
    ['castellan run --model-upstream ollama claude-code', 'with a model of your own'],
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
