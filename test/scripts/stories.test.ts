// Every story in this folder, played.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClaimId, parseStory, runStory, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));

test('there are stories', () => expect(files.length).toBeGreaterThan(0));

for (const file of files) {
  const story = parseStory(readFileSync(join(import.meta.dirname, file), 'utf8'));
  const title = `${file}: ${story.title}`;
  // `verifies` refuses an id that is no row of claims.ts.
  if (story.claims.length === 0) test(title, () => runStory(story), 120_000);
  else verifies(story.claims as readonly ClaimId[], title, () => runStory(story), { timeout: 120_000 });
}
