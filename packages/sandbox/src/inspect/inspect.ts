// What can be told of a source without running it: what it is, what it may do, where it begins; or everything that is wrong with it.
import type { Inspection } from '@castellan/contract';
import { compile } from '@castellan/starlark';
import { MAX_SOURCE, PREDECLARED } from '../child/predeclared.ts';
import { agree } from './agree.ts';
import { entryOf } from './entry.ts';
import { Faults, NOWHERE } from './faults.ts';
import { readHeader } from './header.ts';
import { MOST, SCRIPT } from './names.ts';
import { type Use, usesOf } from './uses.ts';

export function inspect(source: string): Inspection {
  const faults = new Faults();
  const header = readHeader(source, faults);
  const compiled = compile('script', source, { predeclared: PREDECLARED, maxSource: MAX_SOURCE });
  if (!compiled.ok) {
    for (const error of compiled.errors) faults.add(error.at ?? NOWHERE, error.message);
    return { kind: 'faulty', faults: faults.all };
  }
  const { file } = compiled.program;
  const uses = usesOf(file);
  agree(header, uses, faults);
  const loads = loadsOf(uses.loads, faults);
  const { entry, parameters } = entryOf(file, faults);
  if (faults.all.length > 0) return { kind: 'faulty', faults: faults.all };
  const textsOf = (words: readonly { readonly text: string }[]): string[] => words.map(({ text }) => text);
  return {
    kind: 'sound',
    about: header.about,
    capabilities: {
      secrets: textsOf(header.secrets),
      hosts: textsOf(header.hosts),
      tools: textsOf(header.tools),
      limits: header.limits,
    },
    loads,
    entry,
    parameters,
  };
}

function loadsOf(loads: readonly Use[], faults: Faults): readonly string[] {
  for (const use of loads)
    if (!SCRIPT.test(use.text))
      faults.add(
        use,
        `\`${use.text.slice(0, 100)}\` is no name of a script`,
        'scripts are loaded by their names: `load("my-script", "function")`',
      );
  const names = [...new Set(loads.map(({ text }) => text))].toSorted();
  if (names.length > MOST.loads) faults.add(NOWHERE, `it loads more than ${MOST.loads} scripts`);
  return names;
}
