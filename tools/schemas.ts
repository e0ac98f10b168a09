// `npm run generate`: writes docs/reference and docs/guide/ways-past.md. A law fails while what is committed is not what this writes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inRoot } from './lib/run.ts';
import { referenceFiles } from './lib/schema-docs.ts';
import { WAYS_PAST, waysPastPage } from './lib/ways-past.ts';

// A noun that is gone must not leave its schema behind.
rmSync(inRoot('docs', 'reference', 'schemas'), { recursive: true, force: true });
for (const [path, content] of [...referenceFiles(), [WAYS_PAST, waysPastPage()] as const]) {
  mkdirSync(dirname(inRoot(path)), { recursive: true });
  writeFileSync(inRoot(path), content);
  console.log(path);
}
