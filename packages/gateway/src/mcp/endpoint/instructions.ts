// What a model is told at the start: ours in short, then what each module's server says, as it was accepted.
import type { ServedModule } from '../host.ts';
import { INSTRUCTION_CHARS } from './limits.ts';

const OURS =
  'Castellan stands between you and these tools. A call may wait for a person, or be refused with a line that says why and what you may do; do not try the same by another way. A long result says how to read the rest.';

export function instructionsOf(modules: readonly ServedModule[], hide: (text: string) => string): string {
  let text = OURS;
  for (const { name, title, lock } of modules) {
    if (lock.instructions === null || lock.instructions.trim() === '') continue;
    const heading = `\n\n${title === name ? name : `${title} (${name})`} says:\n`;
    const left = INSTRUCTION_CHARS - text.length - heading.length;
    if (left < 200) return `${text}\n\n(what further modules say is left out)`;
    const said = hide(lock.instructions);
    text += `${heading}${said.length <= left ? said : `${said.slice(0, left - 2).toWellFormed()} …`}`;
  }
  return text;
}
