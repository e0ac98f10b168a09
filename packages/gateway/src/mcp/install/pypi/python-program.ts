// The program of an installed Python package: a script in `bin/` that its own metadata names.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plainName } from './pip-report.ts';

export type PythonProgram = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly why: string };

const no = (why: string): PythonProgram => ({ ok: false, why });

/** @param wanted a program's name; null: the one that is called like the package, or the only one. */
export function pythonProgram(site: string, name: string, wanted: string | null): PythonProgram {
  const names = scriptsOf(site, name);
  const own = names.find((each) => (wanted === null ? plainName(each) === plainName(name) : each === wanted));
  const script = own ?? (wanted === null && names.length === 1 ? names[0] : undefined);
  if (script === undefined) {
    const list = names.map((each) => `\`${each}\``).join(', ');
    return no(names.length === 0 ? `\`${name}\` has no program to start` : `\`${name}\` has these programs: ${list}`);
  }
  const file = join(site, 'bin', script);
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true
    ? { ok: true, file }
    : no(`the program of \`${name}\` is not there: \`${script}\``);
}

function scriptsOf(site: string, name: string): readonly string[] {
  const info = readdirSync(site).find(
    (each) => each.endsWith('.dist-info') && plainName(each.slice(0, each.indexOf('-'))) === plainName(name),
  );
  if (info === undefined) return [];
  let text: string;
  try {
    text = readFileSync(join(site, info, 'entry_points.txt'), 'utf8');
  } catch {
    return [];
  }
  const section = /^\[console_scripts\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^\s*([A-Za-z0-9._-]+)\s*=/gm)].map((match) => match[1] ?? '');
}
