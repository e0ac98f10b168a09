// The commands about who you are: set-up, signing in and out. Passwords come from a hidden question, a pipe or a file.
import { examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addPeople({ program, context, done }: Registrar): void {
  const signIn = () => import('../commands/login.ts');
  examples(
    program
      .command('setup')
      .summary('make the first account')
      .description(
        'Make the first account, with the one-time code that `castellan up` showed or that stands in a file of the state folder. Until then nothing else is answered. Refused under an agent.',
      )
      .option('--non-interactive', 'ask nothing: for containers and scripts')
      .option('--name <name>', 'what you are called: lower-case letters, digits, . _ -')
      .option('--password-file <path>', 'a file with the password in its first line')
      .option('--password-stdin', 'the password comes by a pipe')
      .option('--code <code>', 'the one-time code (default: from the state folder, where it stands there)')
      .option('--code-file <path>', 'a file with the one-time code')
      .option('--json', 'print data')
      .action(async (options) => done(await (await import('../commands/setup.ts')).setup(context, options))),
    ['castellan setup', 'asks for what it needs'],
    ['castellan setup --non-interactive --name mia --password-file password.txt', 'in a container'],
  );
  examples(
    program
      .command('login')
      .summary('sign in, to answer from this terminal')
      .description(
        'Sign in, so that `approve`, `deny`, grants, policy and secrets work in this terminal, for 8 hours, or until they go unused for 30 minutes. Another terminal signs in by itself. That stops mistakes; it does not stop a program of yours that is determined, which can read your files. A passkey cannot be used in a terminal: an app or a recovery code can. Refused under an agent.',
      )
      .option('--name <name>', 'who you are (default: who signed in last)')
      .option('--password-stdin', 'the password comes by a pipe')
      .option('--password-file <path>', 'a file with the password in its first line')
      .option('--code <code>', 'your second factor: six digits or a recovery code')
      .option('--json', 'print data')
      .action(async (options) => done(await (await signIn()).login(context, options))),
    ['castellan login', 'asks for name and password'],
    ['castellan login --name mia --password-stdin < password.txt', 'without a terminal'],
  );
  examples(
    program
      .command('logout')
      .summary('sign out in this terminal')
      .description('End the sign-in of this terminal.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await signIn()).logout(context, options))),
    ['castellan logout', 'before you leave'],
  );
  examples(
    program
      .command('whoami')
      .summary('who is signed in in this terminal')
      .description('Show who is signed in in this terminal, and for how long.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await signIn()).whoami(context, options))),
    ['castellan whoami', 'ends with 1 when nobody is'],
  );
}
