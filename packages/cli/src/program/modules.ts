// The commands of MCP servers behind the gate: add, look, accept, remove.
import { collect, examples } from './help.ts';
import { addModulesImport } from './modules-import.ts';
import type { Registrar } from './registrar.ts';

export function addModules(registrar: Registrar): void {
  const { program, context, done } = registrar;
  const modules = program
    .command('modules')
    .summary('tools agents may use, and the servers behind them')
    .description(
      'List, add and accept modules: sets of tools, most of them MCP servers that agents reach only through the gate. Without a command: list.',
    );
  examples(
    modules,
    ['castellan modules', 'list them'],
    ['castellan modules inspect mail', 'its tools: class, scope, level'],
    ['castellan modules add notes -- npx -y @example/notes', 'put a server behind the gate'],
  );
  const show = () => import('../commands/modules/show.ts');
  const change = () => import('../commands/modules/change.ts');
  examples(
    modules
      .command('list', { isDefault: true })
      .description('List modules: level, state of the server, tools.')
      .option('--json', 'print data')
      .action(async (options) => done(await (await show()).modulesList(context, options))),
    ['castellan modules', 'list them'],
  );
  examples(
    modules
      .command('inspect')
      .argument('<module>', 'which one')
      .summary('everything about one of them')
      .description(
        'Show what a module offers, what differs from what you accepted, what was found, health, latest calls.',
      )
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await show()).modulesInspect(context, name, options))),
    ['castellan modules inspect notes', 'before you accept a change'],
  );
  examples(
    modules
      .command('add')
      .argument('<module>', 'what you call it: lower case, digits, `-` and `_`')
      .argument('[command...]', 'after `--`: what starts the server')
      .summary('put an MCP server behind the gate')
      .description(
        'Show what would be started, start it once, show what it offers and what was found, then ask. Packages of `npx` and `uvx` are pinned to one version; no install script runs. Without a command: a module that has a manifest. Refused under an agent.',
      )
      .option('--url <url>', 'a server that is reached by HTTP')
      .option('-e, --env <name=value>', 'a variable for it; may be repeated', collect)
      .option('--pass <name>', "a variable of the daemon's own that it gets; may be repeated", collect)
      .option('--header <name=value>', 'a header for it, with `--url`; may be repeated', collect)
      .option('--sign-in-host <host>', 'where its sign-in may lead, and nowhere else; may be repeated', collect)
      .option('--client-id <id>', 'a client that you registered for its sign-in')
      .option('--client-secret <place>', `its secret, as a place of the vault: \${secret:NAME}`)
      .option('--scope <scope>', 'what its sign-in asks for; may be repeated', collect)
      .option('--timeout <seconds>', 'longest that one request to it may take (default: 60)')
      .option('--at-a-time <number>', 'requests to it at the same time (default: 16)')
      .option('--cwd <dir>', 'where it is started (default: where the session is)')
      .option('--sandbox', 'walls around it: it touches its own package, its own folder, and what is listed')
      .option('--allow-host <host>', 'with `--sandbox`: a host it may reach; may be repeated', collect)
      .option('--read <path>', 'with `--sandbox`: what it may read; may be repeated', collect)
      .option('--write <path>', 'with `--sandbox`: what it may change; may be repeated', collect)
      .option('--title <title>', 'what people call it')
      .option('--safe <tool>', 'a tool that needs nobody; may be repeated', collect)
      .option('--sort-as <module>', 'the program is the one that this shipped module is about: sort its tools so')
      .option('-y, --yes', 'ask nothing, where nothing is found')
      .option('--json', 'print data')
      .action(async (name, words, options) =>
        done(await (await import('../commands/modules/add.ts')).modulesAdd(context, name, words, options)),
      ),
    ['castellan modules add notes -- npx -y @example/notes', 'a package, pinned'],
    ['castellan modules add notes --safe search -- ./notes-server', 'a program; one tool needs nobody'],
    ['castellan modules add filesystem', 'one that comes with Castellan'],
    [`castellan modules add git -e 'TOKEN=\${secret:git}' -- git-mcp`, 'with a secret of the vault'],
    ['castellan modules add wiki --url https://wiki.example.org/mcp', 'by HTTP'],
    ['castellan modules add notes --sandbox --write ~/notes -- ./notes-server', 'within walls'],
  );
  addModulesImport(modules, registrar);
  examples(
    modules
      .command('accept')
      .argument('<module>', 'a module of yours')
      .summary('believe it as it stands')
      .description(
        'Show what changed in a manifest of yours, or in what its server offers, and take it on. Refused under an agent.',
      )
      .option('--digest <digest>', 'what you looked at before; for use without a terminal')
      .option('--json', 'print data')
      .action(async (name, options) =>
        done(await (await import('../commands/modules/accept.ts')).modulesAccept(context, name, options)),
      ),
    ['castellan modules accept notes', 'after its server changed, or modules/notes.yaml'],
  );
  examples(
    modules
      .command('sandbox')
      .argument('<module>', 'one whose server is started here')
      .summary('walls around its server')
      .description(
        'Put walls around a server, or other ones: it touches its own package, a folder of its own, and what is listed here. What was listed before is not added to. Refused under an agent.',
      )
      .option('--allow-host <host>', 'a host it may reach; may be repeated', collect)
      .option('--read <path>', 'what it may read; may be repeated', collect)
      .option('--write <path>', 'what it may change; may be repeated', collect)
      .option('--off', 'no walls: it may touch whatever you may')
      .option('--json', 'print data')
      .action(async (name, options) =>
        done(await (await import('../commands/modules/sandbox.ts')).modulesSandbox(context, name, options)),
      ),
    ['castellan modules sandbox notes --write ~/notes', 'it reaches no host'],
    ['castellan modules sandbox wiki --allow-host wiki.example.org', 'and nothing else'],
  );
  examples(
    modules
      .command('remove')
      .argument('<module>', 'a module of yours')
      .description('Stop its servers and forget its manifest and what you accepted. Refused under an agent.')
      .option('-y, --yes', 'ask nothing')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await change()).modulesRemove(context, name, options))),
    ['castellan modules remove notes', 'its tools are gone at once'],
  );
  examples(
    modules
      .command('restart')
      .argument('<module>', 'which one')
      .description('Stop its servers; the next call starts one. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await change()).modulesRestart(context, name, options))),
    ['castellan modules restart notes', 'when it hangs'],
  );
  examples(
    modules
      .command('sign-in')
      .argument('<module>', 'one that is reached by HTTP')
      .description('Sign in to a server: prints the address to open, and waits for you. Refused under an agent.')
      .option('--no-wait', 'print the address and go on')
      .option('--json', 'print data, and go on')
      .action(async (name, options) => {
        const { modulesSignIn } = await import('../commands/modules/sign-in.ts');
        return done(await modulesSignIn(context, name, options));
      }),
    ['castellan modules sign-in wiki', 'prints the address, then waits'],
  );
  examples(
    modules
      .command('sign-out')
      .argument('<module>', 'one that is reached by HTTP')
      .description('Forget the tokens of a server. Refused under an agent.')
      .option('--json', 'print data')
      .action(async (name, options) => done(await (await change()).modulesSignOut(context, name, options))),
    ['castellan modules sign-out wiki', 'until you sign in again'],
  );
}
