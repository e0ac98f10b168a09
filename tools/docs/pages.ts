// Every page of the documentation that is made of what the product says of itself. One list: the generator writes it, the law compares it.
import { WAYS_PAST, waysPastPage } from '../lib/ways-past.ts';
import { CLI_PAGE, cliPage } from './cli.ts';
import { DOCTOR_PAGE, doctorPage } from './doctor.ts';
import { FAULTS_PAGE, faultsPage } from './faults.ts';
import { GUARDRAILS, guardrailsPage } from './guardrails.ts';
import { MAPPING_PAGES } from './mappings/pages.ts';
import { PERMISSIONS_PAGE, permissionsPage } from './permissions.ts';
import { PRIVACY, privacyPage } from './privacy/page.ts';
import { PROMISES, promisesPage } from './promises.ts';
import { QUERY_PAGE, queryPage } from './query.ts';

/** Path from the root to what makes the page. */
export const GENERATED_PAGES: ReadonlyMap<string, () => string> = new Map([
  [WAYS_PAST, waysPastPage],
  [GUARDRAILS, guardrailsPage],
  [PERMISSIONS_PAGE, permissionsPage],
  [PROMISES, promisesPage],
  [PRIVACY, privacyPage],
  [CLI_PAGE, cliPage],
  [QUERY_PAGE, queryPage],
  [DOCTOR_PAGE, doctorPage],
  [FAULTS_PAGE, faultsPage],
  ...MAPPING_PAGES,
]);
