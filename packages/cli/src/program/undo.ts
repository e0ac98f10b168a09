// The command that takes back what calls did to files.
import { collect, examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addUndo({ program, context, done }: Registrar): void {
  examples(
    program
      .command('undo')
      .argument('[what]', 'a call or a task, or a part of its id; nothing: list what can be undone')
      .summary('take back what calls did to files')
      .description(
        'Take back what a call, or all calls of a task, did to files. Shows what would change first, line by line, then asks. What somebody changed since is a conflict: it is named and left alone. An undo is a call in the ledger and can be undone itself. Needs an administrator who is signed in. Refused under an agent.',
      )
      .option('-n, --dry-run', 'show what it would change, and change nothing')
      .option('--only <path>', 'this file, or all below this folder; may be given again', collect)
      .option('--skip-conflicts', 'leave conflicts alone and do the rest')
      .option('-y, --yes', 'do not ask')
      .option('--json', 'print data')
      .action(async (what, options) => done(await (await import('../commands/undo.ts')).undo(context, what, options))),
    ['castellan undo', 'what can be undone, newest first'],
    ['castellan undo 7bq2mm --dry-run', 'what undoing that call would change'],
    ['castellan undo task_4k2h9x', 'everything of a task, back to before its first change'],
    ['castellan undo 7bq2mm --only src', 'a part of it'],
  );
}
