// What is wrong with arguments, in house words. An agent reads them, so each says what to do about it.
import type { Fault } from '@castellan/contract';

/** As the compiler reports it. */
interface Reported {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** More would only fill the agent's context. */
const MAX_FAULTS = 10;
/** Of the alternatives: that none fits is said by the keyword itself, and what each wanted by its own. */
const QUIET: ReadonlySet<string> = new Set(['if']);

export function faultsOf(errors: readonly Reported[]): readonly Fault[] {
  const faults: Fault[] = [];
  const said = new Set<string>();
  for (const error of errors) {
    if (QUIET.has(error.keyword)) continue;
    const fault = faultOf(error);
    const line = `${fault.path} ${fault.message}`;
    if (said.has(line)) continue;
    said.add(line);
    if (faults.push(fault) === MAX_FAULTS) break;
  }
  return faults.length > 0 ? faults : [{ path: '', message: 'the arguments do not fit the schema' }];
}

function faultOf({ keyword, instancePath, message, params }: Reported): Fault {
  const path = dotted(instancePath);
  switch (keyword) {
    case 'castellanKnown': {
      const { unknown, known } = params;
      const takes = Array.isArray(known) ? known.slice(0, 20).map((name) => `\`${String(name)}\``) : [];
      return {
        path: within(path, String(unknown)),
        message: `unknown argument \`${cut(String(unknown))}\``,
        hint: takes.length === 0 ? 'it takes none' : `it takes ${takes.join(', ')}`,
      };
    }
    case 'additionalProperties': {
      const name = String(params.additionalProperty);
      return { path: within(path, name), message: `unknown argument \`${cut(name)}\``, hint: 'leave it out' };
    }
    case 'required': {
      const name = String(params.missingProperty);
      return { path: within(path, name), message: `\`${cut(name)}\` is missing`, hint: 'it is required' };
    }
    case 'enum': {
      const allowed = Array.isArray(params.allowedValues) ? params.allowedValues.slice(0, 20) : [];
      return { path, message: 'not one of the allowed values', hint: `one of ${cut(JSON.stringify(allowed), 300)}` };
    }
    case 'castellanUnique':
      return { path, message: 'must not have the same item twice' };
    default:
      return { path, message: cut((message ?? 'does not fit').replaceAll('"', '`'), 300) };
  }
}

/** `/a/0/b` → `a[0].b`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^[0-9]+$/.test(part) ? `${path}[${part}]` : within(path, part)), '');
}

const within = (path: string, name: string): string => (path === '' ? cut(name) : `${path}.${cut(name)}`);
/** Whole or not at all: who redacts it later does not recognise half of a secret. */
const cut = (text: string, at = 100): string => (text.length > at ? `… (${text.length} characters)` : text);

/** The keyword by which an object takes nothing that its schema does not name. */
export function knownOnly(names: readonly string[]): (value: object) => boolean {
  const known = new Set(names);
  const check = (value: object): boolean => {
    const unknown = Object.keys(value).filter((name) => !known.has(name));
    check.errors = unknown.slice(0, MAX_FAULTS).map((name) => ({
      keyword: 'castellanKnown',
      message: 'unknown argument',
      params: { unknown: name, known: names },
    }));
    return unknown.length === 0;
  };
  check.errors = [] as object[];
  return check;
}
