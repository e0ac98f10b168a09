// `castellan runbook`: the person's own page for a bad day, whom to call and what to do. It is theirs: nothing reads it but people.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNBOOK_TEMPLATE } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { typed } from '../../command.ts';
import type { Context, JsonOption } from '../../context.ts';
import { edit } from '../../editor.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { visible } from '../../text/visible.ts';
import { isInteractive, stateFolder } from '../../world.ts';

const pathOf = (home: string): string => join(home, 'runbook.md');
const LONGEST = 64 * 1024;

/** Null: there is none, or nobody has written anything into it. */
export function runbookText(home: string): string | null {
  try {
    const text = readFileSync(pathOf(home), 'utf8').slice(0, LONGEST);
    return text.trim() === RUNBOOK_TEMPLATE.trim() ? null : text;
  } catch {
    return null;
  }
}

export async function runbook({ world, out, command }: Context, options: JsonOption): Promise<ExitCode> {
  const home = stateFolder(world);
  const text = runbookText(home);
  if (options.json) out.json({ path: pathOf(home), text });
  else if (text === null) out.line(typed(command, 'you have no runbook yet: `castellan runbook edit`'));
  else for (const each of text.trimEnd().split('\n')) out.line(visible(each));
  return EXIT.done;
}

export async function runbookEdit({ world, out }: Context): Promise<ExitCode> {
  const refused = refuseUnderAgent(world, out, 'runbook edit');
  if (refused !== undefined) return refused;
  const home = stateFolder(world);
  const path = pathOf(home);
  if (!existsSync(home)) return out.error(`there is no Castellan at \`${home}\``, ['`castellan up` makes it']);
  if (!existsSync(path)) writeFileAtomic(path, RUNBOOK_TEMPLATE, 0o600);
  if (!isInteractive(world)) {
    out.line(path);
    return EXIT.done;
  }
  const edited = await edit(world, path);
  if (edited.kind === 'failed')
    return out.error(`the editor did not end well: ${visible(edited.why)}`, [
      `set EDITOR, or edit \`${path}\` yourself`,
    ]);
  out.line(runbookText(home) === null ? 'nothing was written into it yet' : 'kept; a panic shows it');
  return EXIT.done;
}
