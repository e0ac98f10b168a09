// What a call would do, from what its tool declares and the arguments it was given. INVARIANT: an argument that cannot be
// read as the declaration says is `unknown`, never no effect; a tool nobody classified is unknown as a whole.
import type { Call, DeclaredEffect, Effect, Facts, JsonValue, Resource } from '@castellan/contract';
import { analyseCommand, analyseSql, effectOnHost, hostEffect, readUrl, type SqlEffect } from '@castellan/shell';
import { guessEffects } from './guess.ts';
import { readPatch } from './patches.ts';
import { pathEffects } from './path-effects.ts';
import { recipientsOf } from './recipients.ts';
import { scanArguments, untold } from './scan-arguments.ts';
import { searchEffects } from './search-effects.ts';
import { uriEffects } from './uri-effects.ts';

/** Longest list of targets that is looked at one by one. */
const MAX_TARGETS = 1000;

export function analyseEffects(
  call: Call,
  declared: readonly DeclaredEffect[] | null,
  facts: Facts,
): readonly Effect[] {
  const found: readonly Effect[] =
    declared === null
      ? [unknownEffect(call.tool, 'nobody has said what this tool does'), ...guessEffects(call, facts)]
      : declared.flatMap((each) => effectsOf(call, each, facts));
  const scanned = scanArguments(call, facts).filter(
    ({ target }) => !found.some((effect) => effect.kind === 'change-safety' && effect.target === target),
  );
  return [...found, ...scanned, ...searchEffects(call, declared ?? [], [...found, ...scanned], facts)];
}

function unknownEffect(target: string, note: string): Effect {
  return {
    kind: 'unknown',
    target: target.slice(0, 200),
    targetKind: 'text',
    place: 'none',
    certainty: 'unknown',
    note,
  };
}

function effectsOf(call: Call, declared: DeclaredEffect, facts: Facts): readonly Effect[] {
  if (declared.from === undefined) {
    const { target = '' } = declared;
    return target === '' ? [plain(declared, call.tool)] : readTarget(call, declared, target, facts);
  }
  const value = Object.hasOwn(call.arguments, declared.from) ? call.arguments[declared.from] : undefined;
  // Some runtimes write a missing argument as null.
  if (value === undefined || value === null) return missing(call, declared, facts);
  if (declared.as === 'uri') return uriEffects(call, value, facts);
  const targets = Array.isArray(value) ? value : [value];
  if (targets.length > MAX_TARGETS)
    return [unknownEffect(declared.from, `more than ${MAX_TARGETS} targets`), untold(facts)];
  if (targets.length === 0) return missing(call, declared, facts);
  return targets.flatMap((target: JsonValue) => {
    if (typeof target === 'string' && target !== '') return readTarget(call, declared, target, facts);
    if (declared.as === 'text' && (typeof target === 'number' || typeof target === 'boolean'))
      return readTarget(call, declared, String(target), facts);
    return [unknownEffect(declared.from ?? '', `\`${declared.from}\` is not text`)];
  });
}

/** An optional path stands for the working folder; another optional argument for nothing; a required one must be there. */
function missing(call: Call, declared: DeclaredEffect, facts: Facts): readonly Effect[] {
  if (!declared.optional) return [unknownEffect(declared.from ?? '', `\`${declared.from}\` is missing`)];
  return declared.as === 'path' ? pathEffects(call, declared.kind, call.cwd, facts, declared.resource) : [];
}

const plain = (
  { kind, resource }: DeclaredEffect,
  target: string,
  targetKind: Effect['targetKind'] = 'text',
): Effect => ({
  kind,
  target,
  targetKind,
  place: 'none',
  // Code says nothing of what it does.
  certainty: kind === 'unknown' || (resource !== undefined && CODE.has(resource)) ? 'unknown' : 'certain',
  ...(resource === undefined ? {} : { resource }),
});

const CODE: ReadonlySet<Resource> = new Set(['project-code', 'package-code', 'downloaded-code', 'inline-code']);

function readTarget(call: Call, declared: DeclaredEffect, text: string, facts: Facts): readonly Effect[] {
  const { kind, resource } = declared;
  const about = resource === undefined ? {} : { resource };
  switch (declared.as) {
    case 'path':
      return pathEffects(call, kind, text, facts, resource);
    case 'url':
      return urlEffects(call, declared, text, facts);
    case 'uri':
      return uriEffects(call, text, facts);
    case 'host':
      return [{ ...hostEffect('connect', text), kind, ...about }];
    case 'recipient':
      return recipientsOf(text).map(({ address, note }) => ({
        ...plain(declared, address, 'recipient'),
        ...(note === undefined ? {} : { certainty: 'unknown' as const, note }),
      }));
    case 'shell':
      return [
        ...analyseCommand(text, { cwd: call.cwd, workspace: call.workspace, facts }),
        ...patchInside(call, text, facts),
      ];
    case 'patch':
      return patchEffects(call, text, facts);
    case 'sql':
      return analyseSql(text).flatMap((each) => sqlEffect(call, each, facts));
    case 'text':
      return [plain(declared, text)];
  }
}

function patchEffects(call: Call, text: string, facts: Facts): readonly Effect[] {
  const files = readPatch(text);
  if (files === null) return [unknownEffect(call.tool, 'which files this patch changes cannot be told'), untold(facts)];
  return files.flatMap(({ kind, path }) => pathEffects(call, kind, path, facts));
}

/** `apply_patch` in a command: the files stand in the text, and the program that is given it is not known. */
const patchInside = (call: Call, text: string, facts: Facts): readonly Effect[] =>
  /\*\*\* Begin Patch/.test(text) ? patchEffects(call, text, facts) : [];

/** Some databases read and write files of their own machine, which may be this one. */
function sqlEffect(call: Call, found: SqlEffect, facts: Facts): readonly Effect[] {
  if (found.targetKind !== 'path') return [{ ...found, place: 'none' }];
  const effects = pathEffects(call, found.kind, found.target, facts, found.resource);
  return effects.map((effect) =>
    effect.certainty === 'certain'
      ? { ...effect, certainty: found.certainty === 'certain' ? 'possible' : found.certainty }
      : effect,
  );
}

function urlEffects(call: Call, { kind, resource }: DeclaredEffect, text: string, facts: Facts): readonly Effect[] {
  const url = readUrl(text);
  const about = resource === undefined ? {} : { resource };
  switch (url.kind) {
    case 'invalid':
      return [
        {
          kind,
          target: text.slice(0, 200),
          targetKind: 'host',
          place: 'unresolved',
          certainty: 'unknown',
          ...about,
          note: url.note,
        },
      ];
    // A tool that fetches `file:` reads a file, whatever it was declared to do.
    case 'file':
      return pathEffects(call, 'read', url.path, facts);
    case 'host':
      return [{ ...effectOnHost('connect', url.host), kind, ...about }];
  }
}
