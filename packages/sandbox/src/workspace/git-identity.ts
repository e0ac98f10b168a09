// Whom commits are by: of the person's git configuration the name and the address, and nothing else of it, for it may hold logins,
// programs to run and addresses with tokens.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MOST_BYTES = 262_144;

/** Pure. */
function identityIn(config: string): Readonly<Record<'name' | 'email', string | null>> {
  const found: Record<'name' | 'email', string | null> = { name: null, email: null };
  let section = '';
  for (const line of config.split(/\r?\n/)) {
    section = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.toLowerCase() ?? section;
    const [, key = '', value = ''] = /^\s*(name|email)\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    const known = key.toLowerCase();
    // A value with quotes or escapes is one that would have to be understood.
    if (section === 'user' && (known === 'name' || known === 'email') && /^[^"\\#;\n]{1,200}$/.test(value))
      found[known] = value;
  }
  return found;
}

function textOf(path: string): string {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}

/** @param own what the session's commands find as their home. */
export function giveIdentity(home: string, own: string): void {
  const texts = ['.config/git/config', '.gitconfig'].map((file) => textOf(join(home, file)));
  const { name, email } = identityIn(texts.join('\n'));
  const lines = [...(name === null ? [] : [`\tname = ${name}`]), ...(email === null ? [] : [`\temail = ${email}`])];
  mkdirSync(own, { recursive: true, mode: 0o700 });
  if (lines.length > 0) writeFileSync(join(own, '.gitconfig'), `[user]\n${lines.join('\n')}\n`, { mode: 0o600 });
}
