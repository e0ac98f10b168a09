// Changes single values in a YAML text and leaves everything else, comments included, as the user wrote it.
import { faulty, type JsonValue, type Parsed, parsed } from '@castellan/contract';
import { parseDocument } from 'yaml';

/** One change: the value at a path; `undefined` removes it. */
export interface YamlEdit {
  readonly path: readonly string[];
  readonly value: JsonValue | undefined;
}

/** Applies changes in their order and gives the new text with what it now says. A text that is no YAML is a fault. */
export function editYaml(
  text: string,
  edits: readonly YamlEdit[],
): Parsed<{ readonly text: string; readonly value: unknown }> {
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  const [fault] = document.errors;
  if (fault !== undefined) return faulty({ path: '', message: `not YAML: ${fault.message.split('\n')[0] ?? ''}` });
  for (const { path, value } of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  return parsed({ text: document.toString(), value: document.toJS({ maxAliasCount: 0 }) as unknown });
}
