// Tokens of monitoring, logging and analytics.
import type { TokenFormat } from '../format.ts';

const GRAFANA = 'grafana.com/docs/grafana/latest/administration/service-accounts';
const NEW_RELIC = 'docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys';
const SENTRY = 'docs.sentry.io/account/auth-tokens';

export const WATCH: readonly TokenFormat[] = [
  { id: 'grafana-key', shapes: ['eyJrIjoi{w60-420}{=0-3}'], source: GRAFANA },
  { id: 'grafana-cloud-token', shapes: ['glc_{B32-400}{=0-3}'], source: GRAFANA },
  { id: 'grafana-service-token', shapes: ['glsa_{w32}_{X8}'], source: GRAFANA },
  { id: 'sentry-org-token', shapes: ['sntrys_eyJ{B60-500}{=0-2}_{B43}{=0-1}'], source: SENTRY },
  { id: 'sentry-user-token', shapes: ['sntryu_{h64}'], source: SENTRY },
  { id: 'sentry-integration-token', shapes: ['sntryi_{h64}', 'sntrya_{h64}'], source: SENTRY },
  { id: 'new-relic-user-key', shapes: ['NRAK-{N27}', 'NRAK-{n27}'], source: NEW_RELIC },
  { id: 'new-relic-insert-key', shapes: ['NRII-{b32}', 'NRIQ-{b32}'], source: NEW_RELIC },
  { id: 'new-relic-admin-key', shapes: ['NRAA-{h27}', 'NRRA-{h42}', 'NRSP-{w2}-{h32}'], source: NEW_RELIC },
  { id: 'new-relic-browser-key', shapes: ['NRJS-{h19}', 'NRBR-{h19}'], source: NEW_RELIC },
  {
    id: 'dynatrace-token',
    shapes: ['dt0c01.{w24}.{w64}', 'dt0s01.{w24}.{w64}', 'dt0s02.{w8}.{w64}', 'dt0s16.{w24}.{w64}'],
    source: 'docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients',
  },
  {
    id: 'honeycomb-key',
    shapes: ['hcaik_{n58}', 'hcxik_{n58}', 'hcamk_{n58}'],
    source: 'docs.honeycomb.io/configure/environments/manage-api-keys',
  },
  { id: 'posthog-key', shapes: ['phx_{w43-48}', 'phs_{w43-48}', 'pha_{w43-48}'], source: 'posthog.com/docs/api' },
  { id: 'posthog-project-key', shapes: ['phc_{w43-48}'], confidence: 'possible', source: 'posthog.com/docs/api' },
  { id: 'pagerduty-key', shapes: ['pdus+_{w3}_{h32}'], source: 'support.pagerduty.com/docs/api-access-keys' },
  {
    id: 'axiom-token',
    shapes: ['xaat-{h8}-{h4}-{h4}-{h4}-{h12}', 'xapt-{h8}-{h4}-{h4}-{h4}-{h12}'],
    plain: true,
    source: 'axiom.co/docs/reference/tokens',
  },
  {
    id: 'logfire-token',
    shapes: ['pylf_v1_us_{w43}', 'pylf_v1_eu_{w43}'],
    source: 'logfire.pydantic.dev/docs/how-to-guides/create-write-tokens',
  },
  {
    id: 'datadog-token',
    shapes: ['ddapp_{w34}', 'ddpat_{w34-60}'],
    source: 'docs.datadoghq.com/account_management/api-app-keys',
  },
  { id: 'statsig-key', shapes: ['secret-{w42-48}'], needsName: true, source: 'docs.statsig.com/sdk-keys/api-keys' },
];
