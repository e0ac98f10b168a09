// The claims gate: over the citations of all suites of one run, every promise asked for now must have been shown by a
// scenario that was executed and passed. Exit code 1 names those that were not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAIMS } from '../test/claims/claims.ts';
import { claimsReport, parseCitations, unprovenOf } from './lib/claims-report.ts';
import { resultsFolder } from './lib/counts.ts';

const folder = resultsFolder();
const files = readdirSync(folder).filter((name) => name.endsWith('.citations'));
const cited = parseCitations(files.map((name) => readFileSync(join(folder, name), 'utf8')).join(''));
const suites = files.map((name) => name.replace(/\.citations$/, '')).join(' and ');
for (const line of claimsReport(CLAIMS, cited, suites === '' ? 'no suite at all' : suites)) console.log(line);
process.exitCode = unprovenOf(CLAIMS, cited).length === 0 ? 0 : 1;
