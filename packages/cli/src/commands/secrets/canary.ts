// `castellan secrets canary`: a credential that nobody uses, where a thief would look. INVARIANT: the vault knows it before
// the file is there, so that no reader of it is missed; a file that cannot be written leaves no canary behind.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeFileAtomic } from '@castellan/facts';
import { CANARY_RANDOM_BYTES, type CanaryKind, plantedFile } from '@castellan/secrets';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';

const KINDS = ['env', 'aws', 'ssh-key'] as const satisfies readonly CanaryKind[];

export async function secretsCanary(
  { world, out }: Context,
  name: string,
  file: string,
  options: JsonOption & { readonly kind: string },
): Promise<ExitCode> {
  const refused = refuseUnderAgent(world, out, 'secrets canary');
  if (refused !== undefined) return refused;
  const kind = KINDS.find((each) => each === options.kind);
  if (kind === undefined)
    return out.error(`\`${visible(options.kind)}\` is no kind of canary`, [KINDS.join(', ')], EXIT.usage);
  const path = resolve(world.cwd, file);
  if (existsSync(path))
    return out.error(
      `\`${visible(file)}\` is there already`,
      ['plant it in a new file, beside a real one'],
      EXIT.usage,
    );
  const connection = await connectPerson(world, out, 'secrets canary');
  if (typeof connection === 'number') return connection;
  const { value, text } = plantedFile(kind, world.random(CANARY_RANDOM_BYTES));
  const answer = await connection.client.addSecret({
    body: { name, value, canary: true, planted: [path], note: `planted in ${path}`.slice(0, 200) },
  });
  if (!answer.ok) return tell(out, answer.error);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomic(path, text, 0o600);
  } catch {
    await connection.client.removeSecret({ params: { name } });
    return out.error(`\`${visible(file)}\` cannot be written`, ['nothing was planted; name another place']);
  }
  if (options.json) out.json(answer.value);
  else out.line(`${name} is planted in ${visible(path)}: an agent that reads or sends it is frozen, and you are told`);
  return EXIT.done;
}
