// The commands of an installation with two users.
import type { Command } from 'commander';
import { collect, examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addSystem({ program, context, done }: Registrar): void {
  const system = program
    .command('system')
    .summary('an installation where agents are another user than Castellan')
    .description(
      'Make, look at and remove an installation with two users: secrets, ledger and daemon belong to one, agents are the other. Linux, as root.',
    );
  examples(
    system,
    ['sudo castellan system install --dry-run', 'what it would do'],
    ['castellan system check', 'whether all of it stands'],
  );
  const prefixed = (command: Command): Command =>
    command.option('--prefix <folder>', 'make or find everything below this folder instead of /');
  examples(
    prefixed(
      system
        .command('install')
        .summary('make users, folders and the service')
        .description(
          'Make users, folders, access to projects and the service: all of it or nothing. Shows it and asks first.',
        ),
    )
      .option('--project <folder>', 'agents may read and write in it; may be given again', collect)
      .option('--system-user <name>', 'owns secrets, ledger and daemon (default: castellan)')
      .option('--agent-user <name>', 'what agents are (default: castellan-agent)')
      .option('--server-user <name>', 'what MCP servers are (default: castellan-server)')
      .option('--group <name>', 'shared by system user and agents (default: castellan-shared)')
      .option('--dry-run', 'only show what it would do')
      .option('-y, --yes', 'do not ask')
      .action(async (options) =>
        done(await (await import('../commands/system/install.ts')).systemInstall(context, options)),
      ),
    ['sudo castellan system install --dry-run', 'what it would do'],
    ['sudo castellan system install --project /srv/website', 'with a folder that agents may work in'],
  );
  examples(
    prefixed(
      system
        .command('check')
        .summary('look at every owner, mode and program of it')
        .description(
          'Hold every owner, mode, program and access list against what it should be. Exit code 1 where something is wrong.',
        ),
    )
      .option('--json', 'print data')
      .action(async (options) => done((await import('../commands/system/check.ts')).systemCheck(context, options))),
    ['sudo castellan system check', 'everything, with what to do'],
  );
  examples(
    prefixed(
      system
        .command('uninstall')
        .summary('take away what installing made')
        .description('Take away exactly what installing made, and nothing else. Shows it and asks first.'),
    )
      .option('--keep-data', 'leave the state folder and the users')
      .option('--dry-run', 'only show what it would do')
      .option('-y, --yes', 'do not ask')
      .action(async (options) =>
        done(await (await import('../commands/system/uninstall.ts')).systemUninstall(context, options)),
      ),
    ['sudo castellan system uninstall --keep-data', 'the ledger and the secrets stay'],
  );
}
