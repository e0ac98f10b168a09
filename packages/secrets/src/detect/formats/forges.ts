// Tokens of code forges, of their runners and of what scans and builds their code.
import type { TokenFormat } from '../format.ts';

const GITHUB = 'docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github';
const GITLAB = 'docs.gitlab.com/security/tokens';
const SONAR = 'docs.sonarsource.com/sonarqube/latest/user-guide/user-account/generating-and-using-tokens';
const SOURCEGRAPH = 'sourcegraph.com/docs/cli/how-tos/creating_an_access_token';

export const FORGES: readonly TokenFormat[] = [
  { id: 'github-token', shapes: ['ghp_{w36}'], check: 'github-crc32', source: GITHUB },
  { id: 'github-oauth-token', shapes: ['gho_{w36}'], check: 'github-crc32', source: GITHUB },
  { id: 'github-user-token', shapes: ['ghu_{w36}'], check: 'github-crc32', source: GITHUB },
  { id: 'github-server-token', shapes: ['ghs_{w36}'], check: 'github-crc32', source: GITHUB },
  { id: 'github-refresh-token', shapes: ['ghr_{w36-76}'], check: 'github-crc32', source: GITHUB },
  { id: 'github-fine-grained-token', shapes: ['github_pat_{w22}_{w59}', 'github_pat_{w82}'], source: GITHUB },
  { id: 'gitlab-token', shapes: ['glpat-{b20}', 'glpat-{b27-300}.{n2}.{n9}', 'glpat-{b27-300}.{n9}'], source: GITLAB },
  { id: 'gitlab-deploy-token', shapes: ['gldt-{b20-64}'], source: GITLAB },
  { id: 'gitlab-feature-flag-token', shapes: ['glffct-{b20-64}'], source: GITLAB },
  { id: 'gitlab-feed-token', shapes: ['glft-{b20-96}'], source: GITLAB },
  { id: 'gitlab-incoming-mail-token', shapes: ['glimt-{b25-64}'], source: GITLAB },
  { id: 'gitlab-agent-token', shapes: ['glagent-{b50-96}'], source: GITLAB },
  { id: 'gitlab-oauth-secret', shapes: ['gloas-{b64}'], source: GITLAB },
  { id: 'gitlab-trigger-token', shapes: ['glptt-{h40}', 'glptt-{b27-64}'], source: GITLAB },
  { id: 'gitlab-runner-registration', shapes: ['GR1348941{b20}'], source: GITLAB },
  {
    id: 'gitlab-runner-token',
    shapes: ['glrt-{b20-64}', 'glrt-t{d1}_{b20-300}', 'glrt-t{d1}_{b27-300}.{n9}', 'glrtr-{b20-64}'],
    source: GITLAB,
  },
  { id: 'gitlab-scim-token', shapes: ['glsoat-{b20-64}'], source: GITLAB },
  { id: 'gitlab-job-token', shapes: ['glcbt-{w1-5}_{b20}', 'glcbt-{b20-600}'], source: GITLAB },
  { id: 'gitlab-workspace-token', shapes: ['glwt-{b20-64}'], source: GITLAB },
  { id: 'gitlab-session', shapes: ['_gitlab_session={n32}'], plain: true, source: GITLAB },
  {
    id: 'bitbucket-app-password',
    shapes: ['ATBB{w32}'],
    source: 'support.atlassian.com/bitbucket-cloud/docs/app-passwords',
  },
  {
    id: 'bitbucket-access-token',
    shapes: ['ATCTT3xFfG{b30-300}={X8}'],
    source: 'support.atlassian.com/bitbucket-cloud/docs/access-tokens',
  },
  { id: 'sonar-token', shapes: ['squ_{h40}', 'sqp_{h40}', 'sqa_{h40}'], source: SONAR },
  { id: 'sourcegraph-token', shapes: ['sgp_{X40}', 'sgp_{X16}_{X40}', 'sgp_local_{X40}'], source: SOURCEGRAPH },
  { id: 'sourcegraph-gateway-token', shapes: ['sgd_{X64}', 'slk_{X64}'], source: SOURCEGRAPH },
  {
    id: 'snyk-service-token',
    shapes: ['snyk_uat.{X8}.{b30-300}', 'snyk_sat.{X8}.{b30-300}'],
    source: 'docs.snyk.io/snyk-api/authentication-for-api',
  },
  { id: 'semgrep-token', shapes: ['semgrep_app_{h64}'], source: 'semgrep.dev/docs/deployment/manage-semgrep-tokens' },
  {
    id: 'circleci-token',
    shapes: ['CCIPAT_{w20-30}_{h40}', 'CCIPRJ_{w20-30}_{h40}'],
    source: 'circleci.com/docs/managing-api-tokens',
  },
  {
    id: 'buildkite-token',
    shapes: ['bkua_{h40}', 'bkaj_{w20-200}', 'bkct_{w30-200}'],
    source: 'buildkite.com/docs/apis/managing-api-tokens',
  },
  {
    id: 'harness-token',
    shapes: ['pat.{b22}.{X24}.{w20}', 'sat.{b22}.{X24}.{w20}', 'pat.{w22}.{n24}.{w20}', 'sat.{w22}.{n24}.{w20}'],
    source: 'developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys',
  },
  {
    id: 'launchdarkly-key',
    shapes: ['sdk-{h8}-{h4}-{h4}-{h4}-{h12}', 'api-{h8}-{h4}-{h4}-{h4}-{h12}', 'mob-{h8}-{h4}-{h4}-{h4}-{h12}'],
    plain: true,
    confidence: 'likely',
    needsName: true,
    source: 'launchdarkly.com/docs/home/account/api',
  },
];
