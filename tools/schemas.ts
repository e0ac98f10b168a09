// `npm run generate`: writes docs/reference and every page of GENERATED_PAGES. A law fails while what is committed is not what this writes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GENERATED_PAGES } from './docs/pages.ts';
import { inRoot } from './lib/run.ts';
import { referenceFiles } from './lib/schema-docs.ts';

// A noun that is gone must not leave its schema behind.
rmSync(inRoot('docs', 'reference', 'schemas'), { recursive: true, force: true });
const pages = [...GENERATED_PAGES].map(([path, page]) => [path, page()] as const);
for (const [path, content] of [...referenceFiles(), ...pages]) {
  mkdirSync(dirname(inRoot(path)), { recursive: true });
  writeFileSync(inRoot(path), content);
  console.log(path);
}
