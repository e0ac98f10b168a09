// Whether a header says what its source does: nothing is used that is not declared, nothing is declared that cannot be used (S4).
import type { Faults } from './faults.ts';
import type { Header } from './header.ts';
import { covers, hostOf } from './urls.ts';
import type { AllUses, Kind, Use } from './uses.ts';

interface Words {
  readonly one: string;
  readonly key: string;
}

const WORDS: Readonly<Record<Kind, Words>> = {
  secrets: { one: 'secret', key: '@secrets' },
  hosts: { one: 'host', key: '@hosts' },
  tools: { one: 'tool', key: '@tools' },
};

export function agree(header: Header, uses: AllUses, faults: Faults): void {
  for (const kind of ['secrets', 'hosts', 'tools'] as const) {
    const { one, key } = WORDS[kind];
    const declared = header[kind];
    const means = kind === 'hosts' ? covers : (name: string, meant: string): boolean => name === meant;
    const { named, open } = uses[kind];
    const meant = named.flatMap((use) => {
      const name = kind === 'hosts' ? hostIn(use, faults) : use.text;
      return name === undefined ? [] : [{ ...use, text: name }];
    });
    for (const use of meant)
      if (!declared.some(({ text }) => means(text, use.text)))
        faults.add(
          use,
          `the ${one} \`${use.text}\` is used and not declared`,
          `add it to the header: \`# ${key}: ${use.text}\``,
        );
    const [somewhere] = open;
    if (somewhere === undefined) {
      for (const word of declared)
        if (!meant.some(({ text }) => means(word.text, text)))
          faults.add(
            word,
            `the ${one} \`${word.text}\` is declared and nothing uses it`,
            'a header asks for what is used and no more',
          );
    } else if (declared.length === 0)
      faults.add(
        somewhere,
        `a ${one} is used here that the source does not name, and none is declared`,
        `say in the header which it may be: \`# ${key}: …\``,
      );
  }
}

function hostIn(use: Use, faults: Faults): string | undefined {
  const host = hostOf(use.text);
  if (host === undefined)
    faults.add(use, `\`${use.text}\` is no URL of http or https with a host and without a password`);
  return host;
}
