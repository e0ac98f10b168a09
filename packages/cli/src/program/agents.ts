// The commands that put agents behind Castellan.
import { examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addAgents({ program, context, done }: Registrar): void {
  examples(
    program
      .command('agents')
      .argument('[agent]', 'everything about one: a name, or a part of an id')
      .summary('agents that are connected, and how they stand')
      .description(
        'List the agents that stand behind Castellan: client and version, when it was last proven that they are held, and which ways past are known.',
      )
      .option('--json', 'print data')
      .action(async (agent, options) =>
        done(await (await import('../commands/agents.ts')).agents(context, agent, options)),
      ),
    ['castellan agents', 'list them'],
    ['castellan agents claude-code', 'what was proven of one, and what stays open'],
  );
  examples(
    program
      .command('connect')
      .argument('[agent]', 'its name, or mcp for any MCP client (default: show what is here)')
      .summary('put an agent behind Castellan')
      .description(
        'Write what holds an agent into its settings, with a backup of each file; or make an agent of an MCP client and say how it is pointed at the gateway. Refused under an agent.',
      )
      .option(
        '-s, --scope <scope>',
        'user: every project; project: this folder; isolated: only what `run` starts; managed: the whole machine',
      )
      .option('--mode <mode>', 'hooks: its own tools, each asked about; gateway: ours in their place')
      .option('--own-tools <kept|off>', 'off: it is told to leave out tools of its own')
      .option('--name <name>', 'what you call it')
      .option('--timeout <seconds>', 'how long the agent waits for an answer', wholeNumber(10, 86_400), 600)
      .option('--client <path>', 'the client, when it is not on PATH')
      .option('-n, --dry-run', 'show what would be written, and write nothing')
      .option('--json', 'print data')
      .action(async (agent, options) =>
        done(await (await import('../commands/connect.ts')).connect(context, agent, options)),
      ),
    ['castellan connect', 'what is here, and how it stands'],
    ['castellan connect claude-code --dry-run', 'what would be written'],
    ['castellan connect claude-code', 'in every project of yours'],
    ['castellan connect claude-code --scope isolated', 'apart from your own settings'],
    ['castellan connect mcp --name cursor', 'a client that reaches its servers through the gateway'],
  );
  examples(
    program
      .command('disconnect')
      .argument('[agent]', 'its name, or a part of its id (default: the only one)')
      .summary('take an agent out again')
      .description('Put the settings back as they were and revoke the credential. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (agent, options) =>
        done(await (await import('../commands/disconnect.ts')).disconnect(context, agent, options)),
      ),
    ['castellan disconnect', 'the only one'],
    ['castellan disconnect codex', 'that one'],
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
      .action(async (agent, options) =>
        done(await (await import('../commands/verify.ts')).verify(context, agent, options)),
      ),
    ['castellan verify', 'each that can be proven: a minute or so, no model key'],
    ['castellan verify claude-code --json', 'one, for a program'],
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
      .argument('<agent>', 'claude-code, opencode or codex')
      .argument('[args...]', 'for the agent itself')
      .option('--task <title>', 'what this is about; sessions of one title in one folder share a task and its grants')
      .option('--model-upstream <name>', 'a model server of the broker: the agent gets a placeholder, never the key')
      .option(
        '--sandbox',
        'within walls: its project and its own folder, and of the network what is listed or answered',
      )
      .option('--no-watch', 'not in a terminal that can be watched and answered in the browser')
      .option(
        '--confirm <deny|wait>',
        'what needs a person: refused at once, or waits for an answer elsewhere (default: deny where nobody is at a terminal)',
      )
      .passThroughOptions()
      .summary('start an agent, isolated')
      .description(
        'Start an agent in a folder of its own, with flags that keep it held. With `--sandbox`, or where `sandbox.runs` is `always`, it is confined by the system, or not started. Ends with its exit code; signals are passed on.',
      )
      .action(async (agent, args, options) =>
        done(await (await import('../commands/run.ts')).run(context, agent, args, options)),
      ),
    ['castellan run claude-code', 'talk to it'],
    ['castellan run claude-code -- -p "run the tests"', 'one prompt'],
    ['castellan run --confirm wait codex -- exec "run the tests"', 'without a terminal; you answer in the browser'],
    ['castellan run --task "Release 2.1" claude-code', 'under a task you name'],
    ['castellan run --model-upstream ollama claude-code', 'with a model of your own'],
    ['castellan run --sandbox claude-code', 'within walls, that hold whatever the gate says'],
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
