// What a model is told at the start: ours in short, then what each module's server says, as it was accepted.
import type { McpGate, ServedModule } from '../host.ts';
import type { Catalogue } from './catalogue.ts';
import { INSTRUCTION_CHARS } from './limits.ts';

const OURS =
  'Castellan stands between you and these tools. A call may wait for a person, or be refused with a line that says why and what you may do; do not try the same by another way. A long result says how to read the rest.';

const kept = new WeakMap<Catalogue, { readonly version: number; readonly text: string }>();

/** Looked through once, until what is offered changes or something else may be a secret. */
export function instructionsFor(catalogue: Catalogue, gate: McpGate): string {
  const { version } = gate;
  const known = kept.get(catalogue);
  if (known?.version === version) return known.text;
  const text = instructionsOf(catalogue.modules, (said) => gate.hide(said));
  kept.set(catalogue, { version, text });
  return text;
}

function instructionsOf(modules: readonly ServedModule[], hide: (text: string) => string): string {
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
