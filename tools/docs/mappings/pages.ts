// docs/mappings: how the product stands to lists that others wrote.
import { generatedFrom, table } from '../text.ts';
import { type Answer, cells, counted } from './answer.ts';
import { ASVS_ANSWERS } from './asvs.ts';
import { ASVS_SECTIONS } from './asvs-sections.ts';
import { AGENTIC, type Item, MCP } from './owasp.ts';

export const MAPPINGS = 'docs/mappings';

const LEGEND = [
  'A `yes` names promises ([all of them](../reference/promises.md)) that tests show in every run of CI; the reading is ours, and no auditor',
  'has looked at it. A `no` is one.',
];

const ten = (title: string, source: string, items: readonly Item[]): string =>
  [
    `# ${title}`,
    '',
    generatedFrom('tools/docs/mappings'),
    '',
    `${source} ${counted(items.map(({ answer }) => answer))}.`,
    ...LEGEND,
    '',
    ...table(
      ['id', 'what', 'held', 'how far'],
      items.map(({ id, title: what, answer }) => [id, what, ...cells(answer)]),
    ),
    '',
  ].join('\n');

/** `V6.2.1 V10.4.1-16` as single ids. */
export const idsOf = (text: string): readonly string[] =>
  text.split(' ').flatMap((word) => {
    const range = /^(V\d+\.\d+)\.(\d+)-(\d+)$/.exec(word);
    if (range === null) return [word];
    const [, section = '', first = '', last = ''] = range;
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => `${section}.${Number(first) + n}`);
  });

export const asvsAnswers = (): ReadonlyMap<string, Answer> =>
  new Map(ASVS_ANSWERS.flatMap(([ids, answer]) => idsOf(ids).map((id) => [id, answer] as const)));

/** Every requirement, in order. */
export const asvsIds = (): readonly { readonly id: string; readonly level: string }[] =>
  ASVS_SECTIONS.flatMap(({ id, levels }) => [...levels].map((level, n) => ({ id: `${id}.${n + 1}`, level })));

function asvsPage(): string {
  const answers = asvsAnswers();
  const of = (id: string): Answer => {
    const answer = answers.get(id);
    if (answer === undefined) throw new Error(`no answer to ${id}: add it to tools/docs/mappings/asvs.ts`);
    return answer;
  };
  const chapters = [...new Set(ASVS_SECTIONS.map(({ chapter }) => chapter))];
  return [
    '# OWASP ASVS 5.0.0',
    '',
    generatedFrom('tools/docs/mappings'),
    '',
    `Of ${asvsIds().length} requirements: ${counted(asvsIds().map(({ id }) => of(id)))}.`,
    ...LEGEND,
    '',
    ...chapters.flatMap((chapter) => [
      `## ${chapter}`,
      '',
      ...table(
        ['id', 'level', 'held', 'how far'],
        ASVS_SECTIONS.filter((section) => section.chapter === chapter).flatMap(({ id, title, levels }) => [
          [`**${id}**`, '', `**${title}**`, ''],
          ...[...levels].map((level, n) => [`${id}.${n + 1}`, level, ...cells(of(`${id}.${n + 1}`))]),
        ]),
      ),
      '',
    ]),
  ].join('\n');
}

export const MAPPING_PAGES: ReadonlyMap<string, () => string> = new Map([
  [`${MAPPINGS}/owasp-agentic.md`, () => ten('OWASP Top 10 for Agentic Applications (2026)', 'Of ten:', AGENTIC)],
  [`${MAPPINGS}/owasp-mcp.md`, () => ten('OWASP MCP Top 10 (2025)', 'Of ten:', MCP)],
  [`${MAPPINGS}/asvs.md`, asvsPage],
]);
