// `castellan modules import`, as data.
import { examples } from './help.ts';
import type { Registrar } from './registrar.ts';

export function addModulesImport(modules: Registrar['program'], { context, done }: Registrar): void {
  examples(
    modules
      .command('import')
      .summary('move the servers of your clients behind the gate')
      .description(
        'Find the MCP servers of Claude Code, Claude Desktop, Cursor, VS Code, Windsurf, Gemini CLI, Goose, Zed, Codex and OpenCode, add them as modules and leave one entry, `castellan`, in their place. Credentials go to the vault. What cannot be moved stays, and then it ends with 1. Refused under an agent.',
      )
      .option('--client <name>', 'one client only: claude-code, cursor, zed, … (as `connect` calls them)')
      .option('--dry-run', 'show what would be done')
      .option('--undo', 'put the files of the clients back, and end the agents that were made for them')
      .option('-y, --yes', 'ask nothing; a server whose descriptions look wrong is left where it is')
      .option('--json', 'print data')
      .action(async (options) =>
        done(await (await import('../commands/modules/import/import.ts')).modulesImport(context, options)),
      ),
    ['castellan modules import --dry-run', 'what would be moved'],
    ['castellan modules import', 'all of it, after a question'],
    ['castellan modules import --undo', 'byte for byte as it was'],
  );
}
