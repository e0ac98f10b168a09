// `npm run docs`: the documentation as a site, on this machine, as it is written. `npm run docs:build` writes it to .cache/site.
import { inRoot, tool } from '../lib/run.ts';

const [verb = 'dev'] = process.argv.slice(2);
const { code } = await tool('vitepress', [verb, inRoot('docs')], {});
process.exitCode = code;
