// The commands of scripts: look, propose, review, run. What approves or runs one is a person's.
import { Option } from 'commander';
import { examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

type Scripts = Registrar['program'];
const VERSION = ['--version <n>', 'which version; without it the one that waits', wholeNumber(1, 1_000_000)] as const;
const DIGEST = ['--digest <digest>', 'the version you looked at before; asks nothing'] as const;
const ARGS = ['--args <json>', 'a JSON list, one value for each parameter'] as const;

export function addScripts(registrar: Registrar): void {
  const { program } = registrar;
  const scripts = program
    .command('scripts')
    .summary('programs that agents write and you approve')
    .description(
      'Programs in Starlark that agents write. Nothing of one runs before a person approved these very bytes and what they may do. Without a command: list.',
    );
  examples(
    scripts,
    ['castellan scripts', 'what there is, what waits'],
    ['castellan scripts approve tidy', 'look at what waits, and answer'],
    ['castellan scripts run tidy', 'run the approved version'],
  );
  addLooks(registrar, scripts);
  addProposals(registrar, scripts);
  addAnswers(registrar, scripts);
  addRuns(registrar, scripts);
}

function addLooks({ context, done }: Registrar, scripts: Scripts): void {
  const show = () => import('../commands/scripts/show.ts');
  examples(
    scripts
      .command('list', { isDefault: true })
      .description('List scripts: what is approved, what waits, what ran last.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await show()).scriptsList(context, options))),
    ['castellan scripts', 'all of them'],
  );
  examples(
    scripts
      .command('show')
      .argument('<name>', 'the script')
      .summary('one version as it is reviewed')
      .description('Show a version: what it may do, its source or what changed, its test run, what ran.')
      .option(...VERSION)
      .option('--digest <digest>', 'which version, by its digest or the beginning of it')
      .option('--diff', 'only what changed against the version before')
      .option('--source', 'only the source')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await show()).scriptsShow(context, name, options))),
    ['castellan scripts show tidy', 'the one that waits, else the approved one'],
    ['castellan scripts show tidy --diff', 'what changed'],
    ['castellan scripts show tidy --version 1 --source', 'an older source'],
  );
  examples(
    scripts
      .command('runs')
      .argument('[name]', 'of one script only')
      .description('List runs, newest first.')
      .option('-n, --limit <n>', 'how many', wholeNumber(1, 200), 20)
      .option('--schedule <schedule>', 'only those that a schedule began')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await show()).scriptsRuns(context, name, options))),
    ['castellan scripts runs', 'the latest'],
    ['castellan scripts runs tidy -n 5', 'of one script'],
  );
  examples(
    scripts
      .command('log')
      .argument('<run>', 'any part of its id that no other run has')
      .description('Show one run: its calls, what it printed, its result.')
      .option('--json', 'print data')
      .action(async (run, options) => done(await (await show()).scriptsLog(context, run, options))),
    ['castellan scripts log 4f2a', 'everything about it'],
  );
}

function addProposals({ context, done }: Registrar, scripts: Scripts): void {
  const propose = () => import('../commands/scripts/propose.ts');
  examples(
    scripts
      .command('inspect')
      .argument('<file>', 'a source; `-` for a pipe')
      .summary('what a source asks for, without keeping it')
      .description(
        'Say what a source asks for and what is wrong with it. Runs and keeps nothing. Refused under an agent.',
      )
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await propose()).scriptsInspect(context, file, options))),
    ['castellan scripts inspect tidy.star', 'before you propose it; ends with 1 where it has faults'],
  );
  examples(
    scripts
      .command('propose')
      .argument('<file>', 'a source; `-` for a pipe')
      .description('Propose a version: it waits until a person approves it. Refused under an agent.')
      .option('--name <name>', 'the script (default: as its file is called)')
      .option('--note <text>', 'why, for whoever reviews it')
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await propose()).scriptsPropose(context, file, options))),
    ['castellan scripts propose tidy.star', 'the script `tidy`'],
    ['castellan scripts propose - --name tidy --note "two pages"', 'from a pipe'],
  );
  examples(
    scripts
      .command('test')
      .argument('<name>', 'the script')
      .summary('run a version with nothing done')
      .description(
        'Run a version before it is approved: what it would call is noted, not done. Refused under an agent.',
      )
      .option(...VERSION)
      .option('--digest <digest>', 'which version, by its digest or the beginning of it')
      .option(...ARGS)
      .addOption(
        new Option('--calls <how>', 'what its calls are answered with: a stand-in, or a refusal')
          .choices(['recorded', 'refused'])
          .default('recorded'),
      )
      .addOption(
        new Option('--answer <json>', 'what a call answers; once for each call, in their order').argParser(
          (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
        ),
      )
      .option('--answers <file>', 'the same from a file: a list of `{"value": 1, "status": 200}`')
      .option('--json', 'print data')
      .action(async (name, options) =>
        done(await (await import('../commands/scripts/run.ts')).scriptsTest(context, name, options)),
      ),
    ['castellan scripts test tidy', 'the version that waits'],
    [`castellan scripts test tidy --args '["inbox", 10]'`, 'with arguments'],
    [`castellan scripts test tidy --answer '{"tickets": [1]}'`, 'to see what it does with an answer'],
  );
}

function addAnswers({ context, done }: Registrar, scripts: Scripts): void {
  const answer = () => import('../commands/scripts/answer.ts');
  examples(
    scripts
      .command('approve')
      .argument('<name>', 'the script')
      .summary('look at what waits, and approve it')
      .description(
        'Show what waits and ask. What is approved are exactly those bytes and what they may do. Refused under an agent.',
      )
      .option(...VERSION)
      .option(...DIGEST)
      .option('--code <code>', 'your second factor, where it is needed')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await answer()).scriptsApprove(context, name, options))),
    ['castellan scripts approve tidy', 'shows it and asks'],
    ['castellan scripts approve tidy --digest 3f9c21d07ab4', 'what you looked at before'],
  );
  examples(
    scripts
      .command('reject')
      .argument('<name>', 'the script')
      .description('Reject the version that waits; its author reads the reason. Refused under an agent.')
      .option(...VERSION)
      .option('--digest <digest>', 'which version, by its digest or the beginning of it')
      .option('--reason <text>', 'why; asked for where you are at a terminal')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await answer()).scriptsReject(context, name, options))),
    ['castellan scripts reject tidy --reason "one host is enough"', 'and why'],
  );
  examples(
    scripts
      .command('disable')
      .argument('<name>', 'the script')
      .description('Let nothing of a script run any more; what runs is ended. Refused under an agent.')
      .option('--reason <text>', 'why')
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await answer()).scriptsDisable(context, name, options))),
    ['castellan scripts disable tidy', 'asks first'],
  );
  examples(
    scripts
      .command('restore')
      .argument('<name>', 'the script')
      .summary('approve a version again')
      .description('Approve a version again that was approved before. Refused under an agent.')
      .option('--version <n>', 'which version; without it the latest of them', wholeNumber(1, 1_000_000))
      .option(...DIGEST)
      .option('--code <code>', 'your second factor, where it is needed')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await answer()).scriptsRestore(context, name, options))),
    ['castellan scripts restore tidy --version 1', 'shows it and asks'],
  );
}

function addRuns({ context, done }: Registrar, scripts: Scripts): void {
  const run = () => import('../commands/scripts/run.ts');
  examples(
    scripts
      .command('run')
      .argument('<name>', 'the script')
      .description('Run the approved version. Ends with 2 where it was not let. Refused under an agent.')
      .option(...ARGS)
      .option('--no-wait', 'go on at once; `castellan scripts log` shows it')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await run()).scriptsRun(context, name, options))),
    ['castellan scripts run tidy', 'and see what it did'],
    [`castellan scripts run tidy --args '["inbox"]' --json`, 'for another program'],
  );
  examples(
    scripts
      .command('eval')
      .argument('<file>', 'a source; `-` for a pipe')
      .summary('run a source nobody approved, without anything')
      .description('Run a source that nobody approved: no secrets, no network, no tools. Refused under an agent.')
      .option(...ARGS)
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await run()).scriptsEval(context, file, options))),
    ['castellan scripts eval sums.star', 'it can only compute'],
    [`echo 'result = 6 * 7' | castellan scripts eval -`, 'from a pipe'],
  );
  examples(
    scripts
      .command('cancel')
      .argument('<run>', 'any part of its id that no other run has')
      .description('End a run; what it did stays done. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (id, options) => done(await (await run()).scriptsCancel(context, id, options))),
    ['castellan scripts cancel 4f2a', 'at once'],
  );
}
