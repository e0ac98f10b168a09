// The commands of a bad day: panic, recover, incidents, runbook.
import { Option } from 'commander';
import { collect, examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addOperation(registrar: Registrar): void {
  const { program, context, done } = registrar;
  examples(
    program
      .command('panic')
      .summary('stop everything, now')
      .description(
        'Stop everything at once: no call is let through on any surface, agents are frozen and their credentials revoked, what waits is cancelled, people are signed out but for you, API tokens are revoked, scripts disabled, schedules paused. It stays so, after restarts too, until `castellan recover`. Works without a daemon. Asks nothing back. Refused under an agent.',
      )
      .option('--kill', 'also end the programs of agents, with everything they started')
      .option('--note <text>', 'what you saw, for the record')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/operation/panic.ts')).panic(context, options))),
    ['castellan panic', 'everything stands still'],
    ['castellan panic --kill --note "it reads my mail"', 'and the agents end'],
  );
  examples(
    program
      .command('recover')
      .argument('[step]', 'look, secrets, people, agents, scripts, rules or close (default: show them)')
      .summary('walk back from a panic')
      .description(
        'Show the steps that lead back from a panic, or take one. They come in one order, and `close` ends the panic. Needs an admin who is signed in, and their second factor where there is one. Refused under an agent.',
      )
      .option('--accept <secret>', 'secrets: it stays as it is; may be repeated', collect)
      .option('--script <name>', 'scripts: it comes back; may be repeated', collect)
      .option('--schedule <name>', 'scripts: it comes back; may be repeated', collect)
      .option('--code <code>', 'your second factor')
      .option('--json', 'print data')
      .action(async (step, options) =>
        done(await (await import('../commands/operation/recover.ts')).recover(context, step, options)),
      ),
    ['castellan recover', 'where you are'],
    ['castellan recover secrets --accept OLD_KEY', 'one that need not be rotated'],
    ['castellan recover scripts --script backup --schedule nightly', 'what runs again'],
    ['castellan recover close', 'end the panic'],
  );
  addIncidents(registrar);
  const runbook = program
    .command('runbook')
    .summary('whom to call, what to do')
    .description(
      'Your own page for a bad day: whom to call and what to do. A panic shows it. Without a command: show.',
    );
  examples(runbook, ['castellan runbook', 'read it'], ['castellan runbook edit', 'write it']);
  examples(
    runbook
      .command('show', { isDefault: true })
      .description('Show your runbook.')
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../commands/operation/runbook.ts')).runbook(context, options)),
      ),
    ['castellan runbook', 'read it'],
  );
  examples(
    runbook
      .command('edit')
      .description('Open your runbook in your editor (VISUAL or EDITOR). Refused under an agent.')
      .action(async () => done(await (await import('../commands/operation/runbook.ts')).runbookEdit(context))),
    ['castellan runbook edit', 'write it'],
  );
}

function addIncidents({ program, context, done }: Registrar): void {
  const commands = () => import('../commands/operation/incidents.ts');
  const incidents = program
    .command('incidents')
    .summary('what happened on a bad day')
    .description('List incidents, report what happened in one, and write down what you know. Without a command: list.');
  examples(
    incidents,
    ['castellan incidents', 'all of them'],
    ['castellan incidents show', 'what happened in the latest'],
    ['castellan incidents open "it mailed itself"', 'without a panic'],
  );
  examples(
    incidents
      .command('list', { isDefault: true })
      .description('List incidents, newest first.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await commands()).incidentsList(context, options))),
    ['castellan incidents', 'all of them'],
  );
  examples(
    incidents
      .command('show')
      .argument('[incident]', 'which one, by id or a part of it (default: the latest)')
      .summary('what happened: calls, approvals, secrets, hosts, files')
      .description(
        'Report what happened in an incident, out of the ledger: which calls ran, who approved them, which secrets were used, what to rotate, which files were changed.',
      )
      .addOption(new Option('--report <form>', 'as Markdown or JSON').choices(['md', 'json']).default('md'))
      .option('--json', 'print data: the same as `--report json`')
      .action(async (id, options) => done(await (await commands()).incidentsShow(context, id, options))),
    ['castellan incidents show 4f3a', 'what happened in this one'],
    ['castellan incidents show > incident.md', 'the latest, for somebody else'],
    ['castellan incidents show --report json', 'for a program'],
  );
  examples(
    incidents
      .command('open')
      .argument('<text>', 'what you saw')
      .description('Open an incident. It stops nothing: `castellan panic` does. Refused under an agent.')
      .option('--alarm <id>', 'the alarm it is about')
      .option('--json', 'print data')
      .action(async (text, options) => done(await (await commands()).incidentsOpen(context, text, options))),
    ['castellan incidents open "a file is gone"', 'look at it later'],
  );
  for (const [name, what, act] of [
    ['note', 'Write something down beside an incident. Refused under an agent.', 'incidentsNote'],
    ['close', 'End an incident in which no panic is in force. Refused under an agent.', 'incidentsClose'],
  ] as const)
    examples(
      incidents
        .command(name)
        .argument('<incident>', 'which one, by id or a part of it')
        .argument('<text>', name === 'note' ? 'what you know' : 'what came of it')
        .description(what)
        .option('--json', 'print data')
        .action(async (id, text, options) => done(await (await commands())[act](context, id, text, options))),
      [`castellan incidents ${name} 4f3a "the key was rotated"`, name === 'note' ? 'for the report' : 'it is over'],
    );
}
