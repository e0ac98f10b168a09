// The commands of schedules: approved scripts and agents' tasks that start by themselves.
import { Option } from 'commander';
import { examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

type Schedule = Registrar['program'];

export function addSchedule(registrar: Registrar): void {
  const { program } = registrar;
  const schedule = program
    .command('schedule')
    .summary('scripts and agents that start by themselves')
    .description(
      'Start an approved script or an agent by the clock. What it does takes the same road as ever. Without a command: list.',
    );
  examples(
    schedule,
    ['castellan schedule', 'what there is, when it is due'],
    ["castellan schedule add nightly --cron '0 3 * * *' --script tidy", 'every night'],
    ["castellan schedule preview '*/15 9-17 * * 1-5'", 'what an expression means'],
  );
  addLooks(registrar, schedule);
  addChanges(registrar, schedule);
}

function addLooks({ context, done }: Registrar, schedule: Schedule): void {
  const show = () => import('../commands/schedule/show.ts');
  examples(
    schedule
      .command('list', { isDefault: true })
      .description('List schedules: what each starts, and when.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await show()).scheduleList(context, options))),
    ['castellan schedule', 'all of them'],
  );
  examples(
    schedule
      .command('show')
      .argument('<schedule>', 'its name, or a part of its id')
      .description('Show a schedule: its next times, its latest outcomes.')
      .option('--json', 'print data')
      .action(async (part, options) => done(await (await show()).scheduleShow(context, part, options))),
    ['castellan schedule show nightly', 'its next times and its history'],
  );
  examples(
    schedule
      .command('preview')
      .argument('<cron>', 'minute hour day-of-month month day-of-week; or @daily')
      .description('Say what a cron expression means, and its next five times.')
      .option('--zone <zone>', 'a time zone as in Europe/Berlin (default: of this machine)')
      .option('--json', 'print data')
      .action(async (cron, options) => done(await (await show()).schedulePreview(context, cron, options))),
    ["castellan schedule preview '30 7 * * 1-5'", 'working days at 07:30'],
    ["castellan schedule preview '30 2 * * *' --zone Europe/Berlin", 'see summer time'],
  );
}

function addChanges({ context, done }: Registrar, schedule: Schedule): void {
  const change = () => import('../commands/schedule/change.ts');
  examples(
    schedule
      .command('add')
      .argument('<name>', 'what you call it')
      .description('Make a schedule for a script or an agent. Refused under an agent.')
      .requiredOption('--cron <cron>', 'minute hour day-of-month month day-of-week; or @daily')
      .option('--zone <zone>', 'a time zone as in Europe/Berlin (default: of this machine)')
      .option('--script <name>', 'an approved script')
      .option('--digest <digest>', 'this version of it and no other, by its whole digest')
      .option('--args <json>', 'a JSON list, one value for each parameter of the script')
      .option('--agent <agent>', 'an agent: Claude Code that was connected as isolated')
      .option('--prompt <text>', 'what the agent is to do')
      .option('--in <dir>', 'where the agent works (default: this folder)')
      .option('--minutes <n>', 'when the agent is ended (default: 30)', wholeNumber(1, 720))
      .option('--model-upstream <name>', 'the agent asks this model server of the broker')
      .addOption(new Option('--overlap <how>', 'what is due while the last one runs').choices(['skip', 'queue']))
      .addOption(new Option('--missed <how>', 'what was due while the machine was off').choices(['skip', 'once']))
      .option('--times <n>', 'at most so often (default: without end)', wholeNumber(1, 1_000_000))
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await change()).scheduleAdd(context, name, options))),
    ["castellan schedule add nightly --cron '0 3 * * *' --script tidy", 'every night at 03:00'],
    ['castellan schedule add report --cron @weekly --agent claude --prompt report', 'an agent'],
  );
  const simple = (
    name: 'pause' | 'go-on' | 'now',
    what: string,
    example: string,
    act: 'schedulePause' | 'scheduleGoOn' | 'scheduleNow',
  ): void => {
    examples(
      schedule
        .command(name)
        .argument('<schedule>', 'its name, or a part of its id')
        .description(`${what} Refused under an agent.`)
        .option('--json', 'print data')
        .action(async (part, options) => done(await (await change())[act](context, part, options))),
      [`castellan schedule ${name} nightly`, example],
    );
  };
  simple('pause', 'Start nothing until it goes on; what runs is left to end.', 'for now', 'schedulePause');
  simple('go-on', 'Go on after a pause; nothing is made up for.', 'from now on', 'scheduleGoOn');
  simple('now', 'Start what it starts, now, whatever its times are.', 'to try it', 'scheduleNow');
  examples(
    schedule
      .command('remove')
      .argument('<schedule>', 'its name, or a part of its id')
      .description('Remove a schedule and end what it started. Refused under an agent.')
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (part, options) => done(await (await change()).scheduleRemove(context, part, options))),
    ['castellan schedule remove nightly', 'asks first'],
  );
}
