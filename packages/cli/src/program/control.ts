// The commands that change what is allowed: grants, policy and limits.
import type { Command } from 'commander';
import { collect, examples, positive, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addControl(registrar: Registrar): void {
  addGrants(registrar);
  addPolicy(registrar);
  addLimits(registrar);
  addAlarms(registrar);
}

function addLimits({ program, context, done }: Registrar): void {
  examples(
    program
      .command('limits')
      .summary('budgets, and what sessions have used of them')
      .description('List budgets and quotas, what each open session has used of them, and which sessions are held.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/limits.ts')).limits(context, options))),
    ['castellan limits', 'what is left, and who is held'],
  );
  examples(
    program
      .command('resume')
      .argument('[session]', 'which one, by id or a part of it (default: the only one that is held)')
      .summary('let a held session go on')
      .description('Let a session that was paused or stopped go on with fresh budgets. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (session, options) =>
        done(await (await import('../commands/resume.ts')).resume(context, session, options)),
      ),
    ['castellan resume', 'the one that is held'],
  );
}

function addAlarms({ program, context, done }: Registrar): void {
  const alarms = program
    .command('alarms')
    .summary('what you must see, because the boundary may not hold')
    .description('List the alarms that are open, and what to do about each. Without a command: list.');
  examples(alarms, ['castellan alarms', 'what is open'], ['castellan alarms seen', 'you have looked at it']);
  examples(
    alarms
      .command('list', { isDefault: true })
      .description('List the alarms that are open.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/alarms.ts')).alarmsList(context, options))),
    ['castellan alarms', 'what is open'],
  );
  examples(
    alarms
      .command('seen')
      .argument('[alarm]', 'which one, by id or a part of it (default: the only one)')
      .summary('you have seen what no call explains, or a strange sign-in')
      .description(
        'End an alarm about what no call explains, or about a sign-in that is unlike somebody: you have seen it. What no call explains rings again after 30 days; a sign-in that was yours is usual from then on, and cannot end its own alarm. Every other alarm ends with what caused it. Refused under an agent.',
      )
      .option('--json', 'print data')
      .action(async (alarm, options) =>
        done(await (await import('../commands/alarms.ts')).alarmsSeen(context, alarm, options)),
      ),
    ['castellan alarms seen', 'the only one'],
  );
}

function addGrants({ program, context, done }: Registrar): void {
  const grants = program
    .command('grants')
    .summary('permissions you gave for future calls')
    .description(
      'List, give and revoke permissions for future calls. Every grant ends; none covers a Critical or Strict rule. Without a command: list.',
    );
  examples(grants, ['castellan grants', 'those in force'], ['castellan grants add --help', 'how to give one']);
  examples(
    grants
      .command('list', { isDefault: true })
      .description('List grants in force.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/grants.ts')).grantsList(context, options))),
    ['castellan grants', 'those in force'],
  );
  examples(
    grants
      .command('add')
      .description('Give a permission. Refused under an agent.')
      .requiredOption('--tool <tool>', 'module/tool, or as the agent names it')
      .requiredOption('--minutes <n>', 'how long it lasts', positive)
      .option('--uses <n>', 'how many calls (default: any number)', wholeNumber(1, 10_000))
      .option('--agent <id>', 'for which agent, by id or name (default: the only one)')
      .option('--session <id>', 'only in this session')
      .option('--task <id>', 'only in this task')
      .option('--project <dir>', 'only in this project')
      .option('--arg <pattern>', 'an argument: name=value, name^=beginning or name~=glob; may be repeated', collect)
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/grants.ts')).grantsAdd(context, options))),
    ["castellan grants add --tool Write --minutes 30 --arg 'file_path^=/srv/site/'", 'writes below a folder'],
    ['castellan grants add --tool mail/send --minutes 60 --uses 3', 'three e-mails within the hour'],
  );
  examples(
    grants
      .command('revoke')
      .argument('<id>', 'the grant, or a part of its id')
      .description('End a grant now.')
      .option('--json', 'print data')
      .action(async (id, options) =>
        done(await (await import('../commands/grants.ts')).grantsRevoke(context, id, options)),
      ),
    ['castellan grants revoke 9fm3kd', 'ids are in `castellan grants`'],
  );
}

/** `watch`, `policy lint`: what a remedy may tell people to type. */
const pathsOf = (command: Command, before = ''): readonly string[] =>
  command.commands.flatMap((child) => [`${before}${child.name()}`, ...pathsOf(child, `${before}${child.name()} `)]);

function addPolicy({ program, context, done }: Registrar): void {
  const policy = program
    .command('policy')
    .summary('rules, levels, presets')
    .description('Show, test and change what is allowed. Changes are refused under an agent. Without a command: show.');
  examples(
    policy,
    ['castellan policy', 'what is in force'],
    ['castellan policy profile plan', 'nothing is changed, sent or deleted'],
    ['castellan policy test', 'whether the rules do what they say'],
  );
  const commands = () => import('../commands/policy.ts');
  const files = () => import('../offline/policy-files.ts');
  examples(
    policy
      .command('show', { isDefault: true })
      .description('Show what is in force.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await commands()).policyShow(context, options))),
    ['castellan policy', 'levels, denies, rules'],
  );
  examples(
    policy
      .command('test')
      .summary('Run the tests beside the rules, with coverage. Needs no daemon.')
      .description(
        'Run the tests that stand beside rules and labels, and say which of them lack a case. Fails when a shipped rule lacks one. Needs no daemon.',
      )
      .option('--policy <dir>', 'a policy folder (default: yours)')
      .option('--json', 'print data')
      .action(async (options) => done(await (await files()).policyTest(context, options))),
    ['castellan policy test --policy ./policy', 'before you put it in force'],
  );
  examples(
    policy
      .command('check')
      .description('Look for faults in a policy folder. Needs no daemon.')
      .option('--policy <dir>', 'a policy folder (default: yours)')
      .option('--json', 'print data')
      .action(async (options) => done(await (await files()).policyCheck(context, options))),
    ['castellan policy check', 'yours'],
  );
  examples(
    policy
      .command('lint')
      .summary('Find what cannot be meant as it stands. Needs no daemon.')
      .description(
        'Find what cannot be meant: rules that never match, are outdone by others or have no tests, settings without effect, tools sorted too mildly. Ends with 1 on errors. Needs no daemon.',
      )
      .option('--policy <dir>', 'a policy folder (default: yours)')
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../offline/lint.ts')).policyLint(context, options, new Set(pathsOf(program)))),
      ),
    ['castellan policy lint', 'yours'],
    ['castellan policy lint --policy ./policy', 'before you put it in force'],
  );
  examples(
    policy
      .command('import')
      .summary("Translate an agent's own permission settings; writes only with `--write`.")
      .argument('<agent>', 'claude-code, codex or opencode')
      .argument('[file...]', "the agent's settings (default: yours and the project's)")
      .description(
        "Translate an agent's own permission settings into rules, denies and levels, and say what could not be said. Shows it; writes nothing without `--write`. Never milder than what it reads.",
      )
      .option('--write', 'put it into the policy folder; refused under an agent')
      .option('--policy <dir>', 'the policy folder to write to (default: yours)')
      .option('--json', 'print data')
      .action(async (agent, files, options) =>
        done(await (await import('../offline/import.ts')).policyImport(context, agent, files, options)),
      ),
    ['castellan policy import claude-code', 'see what would come of your settings'],
    ['castellan policy import codex --write', 'and put it in force'],
    ['castellan policy import opencode ./opencode.jsonc', 'one file'],
  );
  examples(
    policy
      .command('preset')
      .argument('<preset>', 'supervised, autonomous or full-auto')
      .description('Set what everything starts from: ask, confirm or allow.')
      .option('--json', 'print data')
      .action(async (preset, options) => done(await (await commands()).policyPreset(context, preset, options))),
    ['castellan policy preset supervised', 'ask for what is not known to be safe'],
  );
  examples(
    policy
      .command('profile')
      .argument('<profile>', 'safe, auto, plan, review, research, ci, dangerous; or autonomy 1 to 5')
      .description('Tighten everything at once: what an agent may do, and how long without you.')
      .option('--json', 'print data')
      .action(async (profile, options) => done(await (await commands()).policyProfile(context, profile, options))),
    ['castellan policy profile plan', 'nothing is changed, sent or deleted'],
    ['castellan policy profile 2', 'asks for changes; pauses after 80 calls without you'],
    ['castellan policy profile auto', 'no tightening'],
  );
  examples(
    policy
      .command('level')
      .argument('<name>', 'a module, or module/tool')
      .argument('<level>', 'allow, ask, confirm, deny; none removes it')
      .description('Set the level of a module or a tool.')
      .option('--json', 'print data')
      .action(async (name, level, options) =>
        done(await (await commands()).policyLevel(context, name, level, options)),
      ),
    ['castellan policy level mail confirm', 'a module'],
    ['castellan policy level mail/list allow', 'one tool'],
  );
  for (const [name, denied, what] of [
    ['deny', true, 'Deny a tool whatever else says: no preset, level or grant lifts it.'],
    ['undeny', false, 'Take back a deny of yours.'],
  ] as const) {
    examples(
      policy
        .command(name)
        .argument('<pattern>', 'module/tool or module/*')
        .description(what)
        .option('--json', 'print data')
        .action(async (pattern, options) =>
          done(await (await commands()).policyDeny(context, pattern, denied, options)),
        ),
      [`castellan policy ${name} mail/delete_all`, 'one tool'],
    );
  }
  examples(
    policy
      .command('reload')
      .description('Read the policy folder again now.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await commands()).policyReload(context, options))),
    ['castellan policy reload', 'after you edited a file'],
  );
}
