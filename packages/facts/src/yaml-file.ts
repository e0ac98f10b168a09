// One YAML file of the policy folder: a regular file, not too long, UTF-8, plain YAML, and a value its parser accepts.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { type Fault, faulty, MAX_INPUT_BYTES, type Parsed, parsed } from '@castellan/contract';
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const errno = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';

/** Names of the YAML files in a folder; a folder that is not there holds none. Anything else in it is a fault. */
export function listYaml(folder: string, part: string): Parsed<readonly string[]> {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch (error) {
    return errno(error) === 'ENOENT' ? parsed([]) : faulty({ path: part, message: `cannot be read (${errno(error)})` });
  }
  const foreign = names.filter((name) => !/\.ya?ml$/.test(name));
  if (foreign.length === 0) return parsed(names.toSorted());
  return faulty(
    ...foreign.map((name) => ({
      path: `${part}/${name}`,
      message: 'is not a .yaml file',
      hint: 'rename it or move it away; a misspelt name must not drop a rule',
    })),
  );
}

function readText(path: string): Parsed<string> {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile()) return faulty({ path: '', message: 'is not a regular file' });
    if (stats.size > MAX_INPUT_BYTES) return faulty({ path: '', message: `is larger than ${MAX_INPUT_BYTES} bytes` });
    return parsed(utf8.decode(readFileSync(file)));
  } catch (error) {
    if (error instanceof TypeError) return faulty({ path: '', message: 'is not UTF-8' });
    return faulty({
      path: '',
      message: errno(error) === 'ELOOP' ? 'is a symbolic link' : `cannot be read (${errno(error)})`,
    });
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** The line of the field a fault names, or of the nearest one above it that exists. */
function lineOf(document: Document, lines: LineCounter, path: string): number {
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of steps) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isMap(node) || isScalar(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return lines.linePos(offset).line;
}

export function readYaml<T>(
  path: string,
  source: string,
  parse: (input: unknown) => Parsed<T>,
): Parsed<{ readonly text: string; readonly value: T }> {
  const at = (line: number, fault: Fault): Fault => ({
    ...fault,
    path: `${source}:${line}${fault.path === '' ? '' : ` ${fault.path}`}`,
  });
  const text = readText(path);
  if (!text.ok) return faulty(...text.faults.map((fault) => ({ ...fault, path: source })));
  const lines = new LineCounter();
  const document = parseDocument(text.value, {
    uniqueKeys: true,
    strict: true,
    schema: 'core',
    customTags: [],
    lineCounter: lines,
  });
  const syntax = [...document.errors, ...document.warnings].map((error) =>
    at(lines.linePos(error.pos[0]).line, {
      path: '',
      message: (error.message.split('\n')[0] ?? 'not YAML').replace(/ at line .*$/, ''),
    }),
  );
  visit(document, {
    Alias: (_key, node) => {
      syntax.push(
        at(lines.linePos(node.range?.[0] ?? 0).line, {
          path: '',
          message: 'aliases are not allowed',
          hint: 'write the value out',
        }),
      );
    },
  });
  if (syntax.length > 0) return faulty(...syntax);
  const value = parse(document.toJS({ maxAliasCount: 0 }));
  if (value.ok) return parsed({ text: text.value, value: value.value });
  return faulty(...value.faults.map((fault) => at(lineOf(document, lines, fault.path), fault)));
}
