// The stories of this folder, a share of them a file, so that no file is the one that everybody waits for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClaimId, parseStory, runStory, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';

const FOLDER = join(import.meta.dirname, '..');
const SHARES = 3;

/** @param share 0 to 2 */
export function playStories(share: number): void {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .filter((_, at) => at % SHARES === share);
  test('there are stories', () => expect(files.length).toBeGreaterThan(0));
  for (const file of files) {
    const story = parseStory(readFileSync(join(FOLDER, file), 'utf8'));
    const title = `${file}: ${story.title}`;
    // `verifies` refuses an id that is no row of claims.ts.
    if (story.claims.length === 0) test(title, () => runStory(story), 300_000);
    else verifies(story.claims as readonly ClaimId[], title, () => runStory(story), { timeout: 300_000 });
  }
}
