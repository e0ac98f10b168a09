// The commands about copies of the whole state, and the ways back to one.
import { examples } from './help.ts';
import type { Registrar } from './registrar.ts';

const PASSPHRASE = ['--passphrase-file <path>', 'a file that holds the passphrase'] as const;
const offline = () => import('../commands/backup/offline.ts');

export function addBackup({ program, context, done }: Registrar): void {
  const backup = program
    .command('backup')
    .summary('a copy of everything in one sealed file')
    .description(
      'Copy configuration, rules, modules, scripts, secrets, people and ledger into one file that a passphrase opens on any machine. It is read back whole before it counts. Without a command: make one.',
    );
  examples(
    backup,
    ['castellan backup', 'asks for a passphrase'],
    ['castellan backup --out /media/usb/castellan.copy', 'a file of your choice'],
    ['castellan backup verify FILE', 'without a daemon, on any machine'],
  );
  examples(
    backup
      .command('make', { isDefault: true })
      .description('Make a copy. You must be signed in as an admin; refused under an agent.')
      .option('-o, --out <file>', 'a new file (default: one in the folder of copies)')
      .option('--undo', 'with what undo needs')
      .option(...PASSPHRASE)
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/backup/backup.ts')).backup(context, options))),
    ['castellan backup', 'asks for a passphrase'],
    ['pass show copy | castellan backup --out /media/usb/castellan.copy', 'piped in'],
  );
  examples(
    backup
      .command('list')
      .description('List copies in the folder of copies, and when the last was made.')
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../commands/backup/backup.ts')).backupList(context, options)),
      ),
    ['castellan backup list', 'and whether one is made by itself'],
  );
  examples(
    backup
      .command('verify')
      .argument('<file>', 'what `backup` wrote')
      .description('Read every byte of a copy and verify the ledger in it. Needs no daemon; writes nothing.')
      .option(...PASSPHRASE)
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await offline()).backupVerify(context, file, options))),
    ['castellan backup verify /media/usb/castellan.copy', 'asks for the passphrase'],
  );
  examples(
    program
      .command('restore')
      .argument('<file>', 'what `backup` wrote, or a copy made before an upgrade')
      .summary('put a copy in the place of the state')
      .description(
        'Verify a copy and put it where the state lies. What is there already is moved aside with `--replace`, never deleted. No daemon may run on it. Agents, grants and API tokens of the copy end at its first start; a panic that stands goes on. Refused under an agent.',
      )
      .option('--to <folder>', 'another state folder than yours')
      .option('--replace', 'move the state that is there aside')
      .option('-y, --yes', 'with --replace: do not ask')
      .option(...PASSPHRASE)
      .option('--json', 'print data')
      .action(async (file, options) => done(await (await offline()).restore(context, file, options))),
    ['castellan restore /media/usb/castellan.copy', 'on a new machine'],
    ['castellan restore FILE --replace', 'back to it; what was there stays beside it'],
  );
  examples(
    program
      .command('recover-database')
      .summary('make a damaged database anew from the ledger')
      .description(
        'Make `castellan.db` anew where it is damaged or gone: calls, approvals and agents from the ledger. Passwords, grants, tokens and schedules are in no record, and are gone. The damaged file is kept. Refused under an agent.',
      )
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (options) => done(await (await offline()).recoverDatabase(context, options))),
    ['castellan recover-database', 'then `castellan up`, `castellan setup`, `castellan connect`'],
  );
}
