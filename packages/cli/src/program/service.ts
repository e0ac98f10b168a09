// The commands of the daemon as a service of this machine.
import type { Command } from 'commander';
import { collect, examples, wholeNumber } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addService({ program, context, done }: Registrar): void {
  const service = program
    .command('service')
    .summary('the daemon as a service: started by itself, looked at, its log')
    .description(
      'Have systemd (Linux) or launchd (macOS) start the daemon by itself, see how it stands, read its log, and take it away again. State stays.',
    );
  examples(
    service,
    ['castellan service install', 'starts with you, and again after a failure'],
    ['castellan service status', 'is it there, does it run, is it ready'],
    ['castellan service logs --follow', 'what it does'],
  );
  const scoped = (command: Command): Command =>
    command
      .option('--system', "the machine's service, started with it (Linux, as root)")
      .option('--user <name>', 'with --system: who it runs as (default: who called sudo)');
  examples(
    scoped(
      service
        .command('install')
        .summary('write its file and have it started')
        .description('Show the file, ask, write it, and have it started by itself. Doing it twice is doing it once.'),
    )
      .option(
        '--project <folder>',
        'with --system: write nowhere but here and in its own folders; again for more',
        collect,
      )
      .option('--dry-run', 'only show the file')
      .option('-y, --yes', 'do not ask')
      .action(async (options) =>
        done(await (await import('../commands/service/install.ts')).serviceInstall(context, options)),
      ),
    ['castellan service install --dry-run', 'the file, and nothing else'],
    ['sudo castellan service install --system --user mia', 'with the machine'],
  );
  examples(
    scoped(
      service
        .command('status')
        .description(
          'Whether its file is there, what the manager says, and whether the daemon is ready. Exit code 1 where not.',
        ),
    )
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../commands/service/status.ts')).serviceStatus(context, options)),
      ),
    ['castellan service status', 'yours'],
  );
  examples(
    service
      .command('logs')
      .description("The daemon's own log: what it did and what failed, without a secret. Needs no daemon.")
      .option('-n, --lines <number>', 'so many of the latest (default: 50)', wholeNumber(1, 100_000))
      .option('-f, --follow', 'go on with what comes')
      .option('--level <level>', 'this and what weighs more: debug, info, warn, error')
      .option('--json', 'the lines as they stand there')
      .action(async (options) =>
        done(await (await import('../commands/service/logs.ts')).serviceLogs(context, options)),
      ),
    ['castellan service logs -n 200', 'the latest 200 lines'],
    ['castellan service logs --follow --level warn', 'only what went wrong, as it happens'],
  );
  examples(
    scoped(
      service
        .command('uninstall')
        .summary('stop it and take its file away')
        .description('Stop it and take its file away. What Castellan keeps stays.'),
    )
      .option('-y, --yes', 'do not ask')
      .action(async (options) =>
        done(await (await import('../commands/service/uninstall.ts')).serviceUninstall(context, options)),
      ),
    ['castellan service uninstall', 'and the daemon starts no more by itself'],
  );
}
