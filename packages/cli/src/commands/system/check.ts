// `castellan system check`: every fact of the installation with two users, what was seen, and what to do.
import { resolve } from 'node:path';
import { systemAt, systemFacts } from '@castellan/agents';
import { typed } from '../../command.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { type Line, line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';

export interface CheckOptions {
  readonly json?: boolean;
  readonly prefix?: string;
}

const TONES = { good: 'good', warn: 'caution', bad: 'danger' } as const;

export function systemCheck({ world, out, command }: Context, options: CheckOptions): ExitCode {
  const found = systemAt(options.prefix === undefined ? '' : resolve(world.cwd, options.prefix));
  if (found.kind === 'none')
    return out.error('there is no installation with two users here', ['`castellan system install` makes one']);
  if (found.kind === 'unusable') return out.error(visible(found.why), [visible(found.hint)]);
  const facts = systemFacts(found.installation.home);
  if (options.json === true) out.json({ facts });
  else
    out.lines(
      facts.flatMap(({ title, state, evidence, fix }): readonly Line[] => [
        line(`${state.padEnd(4)}  ${visible(title)}: ${visible(evidence)}`, TONES[state]),
        ...(fix === '' ? [] : [line(`      fix: ${typed(command, visible(fix))}`)]),
      ]),
    );
  return facts.some(({ state }) => state === 'bad') ? EXIT.failure : EXIT.done;
}
