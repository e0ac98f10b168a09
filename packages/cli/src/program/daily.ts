// The commands of every day: start, look, answer.
import { examples, wholeNumber } from './help.ts';
import { addPeople } from './people.ts';
import type { Registrar } from './registrar.ts';

export function addDaily({ program, context, done }: Registrar): void {
  examples(
    program
      .command('up')
      .summary('start the daemon')
      .description('Start the daemon. When it already runs, say so.')
      .option('-f, --foreground', 'stay attached to this terminal; end with Ctrl-C')
      .option('-p, --port <port>', 'port on 127.0.0.1 (0: any free one)', wholeNumber(0, 65_535))
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/up.ts')).up(context, options))),
    ['castellan up', 'start it in the background'],
    ['castellan up --foreground --port 0', 'run it here, on any free port'],
  );
  examples(
    program
      .command('down')
      .summary('stop the daemon')
      .description('Stop the daemon. Calls that wait are cancelled; connected agents are refused until it runs again.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/down.ts')).down(context, options))),
    ['castellan down', 'stop it'],
  );
  addPeople({ program, context, done });
  examples(
    program
      .command('status')
      .summary('what runs, what waits, what is wrong')
      .description('Show what runs, what waits and what is wrong.')
      .option('--line', 'one short line, for a shell prompt; exit code 1 when it is off')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/status.ts')).status(context, options))),
    ['castellan status', 'everything'],
    ["PS1='[$(castellan status --line)] '$PS1", 'in your prompt'],
  );
  examples(
    program
      .command('doctor')
      .summary('what of this machine and installation must be mended, and how')
      .description(
        'Look at everything that keeps agents in bounds on this machine: accounts, agents, walls, the state folder, hosts, secrets, the ledger. Each line says what was seen and what to do. Works without the daemon too, and says less then. With `--fix` it shows what can be mended safely, asks, and has the daemon do it, on record: close files to others, put the entries of agents back, prove agents, try channels, verify the ledger. That needs you to be signed in as an admin, and is refused under an agent. Exit code 0: nothing must be fixed. 1: something must. 2: with `--fix`, you may not, or said no.',
      )
      .option('--fix', 'show what can be mended safely, ask, and do it')
      .option('-y, --yes', 'with --fix: do not ask')
      .option('--checklist', 'line by line as OpenPact, Opta and OpenTidy ask it')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/doctor.ts')).doctor(context, options))),
    ['castellan doctor', 'everything, by subject, worst first'],
    ['castellan doctor --fix', 'and mend what can be mended'],
    ['castellan doctor --checklist', 'before deployment, in operation, when something happens'],
    ['castellan doctor --json | jq \'.checks[] | select(.state != "good")\'', 'only what is to be done, as data'],
  );
  examples(
    program
      .command('watch')
      .summary('see and answer what agents want to do, live')
      .description(
        'Follow what agents do and answer what waits, live. In a terminal: the queue and the whole card, `?` shows the keys. Elsewhere: one line for each event.',
      )
      .option('--json', 'one JSON event a line')
      .action(async (options) => done(await (await import('../commands/watch.ts')).watch(context, options))),
    ['castellan watch', 'in a terminal'],
    ['castellan watch | grep --line-buffered waiting', 'as a feed'],
  );
  examples(
    program
      .command('pending')
      .summary('what waits for an answer')
      .description('List what waits for an answer, oldest first.')
      .option('-a, --all', 'lately answered ones too')
      .option('--full', 'the whole card of each')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/pending.ts')).pending(context, options))),
    ['castellan pending', 'one line each'],
    ['castellan pending --full', 'with effects, arguments and rules'],
  );
  examples(
    program
      .command('approve')
      .argument('[id]', 'the approval, or a part of its id that only it has')
      .summary('approve a call')
      .description(
        'Show a waiting call whole and approve exactly what was shown. For some tools that allows more of the same for the rest of the task: the card says what, in a terminal you are asked, and `--once` leaves it out. Without an id, when only one waits, it is shown and you are asked. Needs you to be signed in. Refused under an agent.',
      )
      .option('-g, --grant <key>', 'also make this offered grant (instead of what the card allows for the task)')
      .option('--once', 'this call only, nothing for the rest of the task')
      .option('--code <code>', 'your second factor, where the call needs one: six digits or a recovery code')
      .option('--json', 'print data')
      .action(async (id, options) => done(await (await import('../commands/answer.ts')).approve(context, id, options))),
    ['castellan approve', 'the only one waiting, after a question'],
    ['castellan approve 4k2h9x', 'this one'],
    ['castellan approve 4k2h9x --once', 'this one, and nothing for its task'],
    ['castellan approve 4k2h9x --grant task', 'and more like it, as the card offers'],
  );
  examples(
    program
      .command('deny')
      .argument('[id]', 'the approval, or a part of its id that only it has')
      .argument('[reason...]', 'told to the agent')
      .summary('deny a call')
      .description(
        'Deny a waiting call. The reason, when you give one, is told to the agent. Needs you to be signed in. Refused under an agent.',
      )
      .option('--json', 'print data')
      .action(async (id, reason, options) =>
        done(await (await import('../commands/answer.ts')).deny(context, id, reason, options)),
      ),
    ['castellan deny 4k2h9x', 'without a word'],
    ['castellan deny 4k2h9x "use the staging server"', 'and say why'],
  );
  examples(
    program
      .command('why')
      .argument('<call>', 'a call or an approval, or a part of its id')
      .summary('how a call came to its verdict')
      .description('Show how a call came to its verdict: every rule looked at, which decided, what would change it.')
      .option('--json', 'print data')
      .action(async (call, options) => done(await (await import('../commands/why.ts')).why(context, call, options))),
    ['castellan why 7bq2mm', 'ids are in `castellan log`'],
  );
}
