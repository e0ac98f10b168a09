// docs/reference/query.md: the fields of a query, as the parser has them.
import {
  MAX_QUERY,
  QUERY_FIELD_NAMES,
  QUERY_FIELDS,
  type QueryField,
  valuesOfField,
} from '../../packages/contract/src/index.ts';
import { generatedFrom, table } from './text.ts';

export const QUERY_PAGE = 'docs/reference/query.md';

function valuesText(field: QueryField): string {
  const values = valuesOfField(field);
  switch (values.kind) {
    case 'words':
      return values.words.map((word) => `\`${word}\``).join(', ');
    case 'name':
      return 'a name, case aside; `*` is anything but `/`, `**` is anything';
    case 'path':
      return 'a whole path or `~/…`; `*` stays within a folder, `**` does not';
    case 'id':
      return `an id, whole: \`${values.prefix}_…\``;
    case 'moment':
      return '`now`, `30m`, `2h`, `2d`, `3w` (ago), `today`, `yesterday`, `2026-11-20`, `2026-11-20T18:00`';
    case 'day':
      return '`today`, `yesterday`, `2026-11-20`';
    case 'text':
      return 'a word, or words in quotes; case aside';
  }
}

/** The page. */
export const queryPage = (): string =>
  [
    '# Fields of a query',
    '',
    generatedFrom('packages/contract/src/query-words.ts'),
    '',
    `What \`castellan log\` and Activity take ([guide](../guide/log.md)). At most ${MAX_QUERY} characters.`,
    '',
    ...table(
      ['field', 'finds', 'values', 'example'],
      QUERY_FIELD_NAMES.map((field) => {
        const { what, example } = QUERY_FIELDS[field];
        return [`\`${field}:\``, what, valuesText(field), `\`${example}\``];
      }),
    ),
    '',
  ].join('\n');
