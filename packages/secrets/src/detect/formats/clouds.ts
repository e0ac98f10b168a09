// Credentials of clouds, of hosting and of what runs there.
import type { TokenFormat } from '../format.ts';

const AWS = 'docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html';
const BEDROCK = 'docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html';
const VAULT = 'developer.hashicorp.com/vault/docs/concepts/tokens';
const DIGITALOCEAN = 'docs.digitalocean.com/reference/api/create-personal-access-token';
const PLANETSCALE = 'planetscale.com/docs/reference/service-tokens';
const FLY = 'fly.io/docs/security/tokens';
const DOPPLER = 'docs.doppler.com/reference/auth-token-formats';
const DATABRICKS = 'docs.databricks.com/dev-tools/auth/pat';
const SUPABASE = 'supabase.com/docs/guides/api/api-keys';
const ALIBABA = 'alibabacloud.com/help/ram/user-guide/create-an-accesskey-pair';

export const CLOUDS: readonly TokenFormat[] = [
  { id: 'aws-access-key', shapes: ['AKIA{N16}', 'A3T{N17}'], source: AWS },
  { id: 'aws-session-key', shapes: ['ASIA{N16}'], source: AWS },
  { id: 'aws-bearer-key', shapes: ['ABIA{N16}'], source: AWS },
  { id: 'aws-context-key', shapes: ['ACCA{N16}'], source: AWS },
  { id: 'aws-bedrock-key', shapes: ['ABSKQmVkcm9ja0FQSUtleS{B90-300}{=0-2}'], source: BEDROCK },
  {
    id: 'aws-bedrock-session-key',
    shapes: [`bedrock-api-key-${btoa('bedrock.amazonaws.com')}{B0-4000}{=0-2}`],
    plain: true,
    source: BEDROCK,
  },
  {
    id: 'aws-mws-key',
    shapes: ['amzn.mws.{h8}-{h4}-{h4}-{h4}-{h12}'],
    plain: true,
    source: 'developer-docs.amazon.com/sp-api',
  },
  {
    id: 'amazon-client-secret',
    shapes: ['amzn1.oa2-cs.v1.{h64}'],
    source: 'developer.amazon.com/docs/login-with-amazon',
  },
  {
    id: 'google-api-key',
    shapes: ['AIza{b35}'],
    needsName: true,
    source: 'cloud.google.com/docs/authentication/api-keys',
  },
  { id: 'google-oauth-secret', shapes: ['GOCSPX-{b28}'], source: 'developers.google.com/identity/protocols/oauth2' },
  {
    id: 'google-oauth-token',
    shapes: ['ya29.{b40-1000}', 'ya29.{d1}.{b40-1000}', 'ya29.{w1}.{b40-1000}'],
    source: 'developers.google.com/identity/protocols/oauth2',
  },
  { id: 'google-refresh-token', shapes: ['1//0{b40-500}'], source: 'developers.google.com/identity/protocols/oauth2' },
  {
    id: 'azure-storage-key',
    shapes: ['AccountKey={B86}=='],
    leadIsName: true,
    source: 'learn.microsoft.com/azure/storage/common/storage-configure-connection-string',
  },
  {
    id: 'azure-shared-access-key',
    shapes: ['SharedAccessKey={B43}='],
    leadIsName: true,
    source: 'learn.microsoft.com/azure/service-bus-messaging/service-bus-sas',
  },
  { id: 'digitalocean-token', shapes: ['dop_v1_{h64}'], source: DIGITALOCEAN },
  { id: 'digitalocean-oauth-token', shapes: ['doo_v1_{h64}'], source: DIGITALOCEAN },
  { id: 'digitalocean-refresh-token', shapes: ['dor_v1_{h64}'], source: DIGITALOCEAN },
  {
    id: 'digitalocean-spaces-key',
    shapes: ['DO00{N16}'],
    needsName: true,
    source: 'docs.digitalocean.com/products/spaces/how-to/manage-access',
  },
  { id: 'vault-service-token', shapes: ['hvs.{b24-300}'], source: VAULT },
  { id: 'vault-batch-token', shapes: ['hvb.{b100-500}'], source: VAULT },
  { id: 'vault-recovery-token', shapes: ['hvr.{b24-300}'], source: VAULT },
  { id: 'alibaba-access-key', shapes: ['LTAI{w12-20}'], source: ALIBABA },
  { id: 'tencent-secret-id', shapes: ['AKID{w32}'], source: 'cloud.tencent.com/document/product/598' },
  {
    id: 'yandex-iam-token',
    shapes: ['t1.{t2-300}.{t86}'],
    source: 'yandex.cloud/docs/iam/concepts/authorization/iam-token',
  },
  { id: 'yandex-api-key', shapes: ['AQVN{b35-38}'], source: 'yandex.cloud/docs/iam/concepts/authorization/api-key' },
  { id: 'yandex-access-key', shapes: ['YCAJ{b21}'], source: 'yandex.cloud/docs/iam/concepts/authorization/access-key' },
  {
    id: 'yandex-oauth-token',
    shapes: ['y0_{b50-64}'],
    source: 'yandex.cloud/docs/iam/concepts/authorization/oauth-token',
  },
  { id: 'planetscale-token', shapes: ['pscale_tkn_{q32-64}'], source: PLANETSCALE },
  { id: 'planetscale-oauth-token', shapes: ['pscale_oauth_{q32-64}', 'pscale_otkn_{q32-64}'], source: PLANETSCALE },
  { id: 'planetscale-password', shapes: ['pscale_pw_{q32-64}'], source: PLANETSCALE },
  {
    id: 'fly-token',
    shapes: [
      'fo1_{b43}',
      'fm1_{B90-4000}{=0-3}',
      'fm1r_{B90-4000}{=0-3}',
      'fm1a_{B90-4000}{=0-3}',
      'fm2_{B90-4000}{=0-3}',
    ],
    source: FLY,
  },
  {
    id: 'heroku-key',
    shapes: ['HRKU-AA{b58}', 'HRKU-{h8}-{h4}-{h4}-{h4}-{h12}'],
    plain: true,
    source: 'devcenter.heroku.com/articles/authentication',
  },
  {
    id: 'doppler-token',
    shapes: [
      'dp.pt.{w43}',
      'dp.ct.{w43}',
      'dp.scim.{w40-44}',
      'dp.audit.{w40-44}',
      'dp.said.{w40-44}',
      'dp.sa.{w40-44}',
    ],
    source: DOPPLER,
  },
  { id: 'doppler-service-token', shapes: ['dp.st.{w40-44}', 'dp.st.{b2-35}.{w40-44}'], source: DOPPLER },
  { id: 'databricks-token', shapes: ['dapi{h32}', 'dapi{h32}-{d1}'], source: DATABRICKS },
  { id: 'databricks-oauth-secret', shapes: ['dose{h32}'], source: DATABRICKS },
  {
    id: 'terraform-token',
    shapes: ['{w14}.atlasv1.{t60-70}'],
    source: 'developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens',
  },
  {
    id: 'azure-client-secret',
    shapes: ['{z3}7Q~{z31-34}', '{z3}8Q~{z31-34}', '{z3}9Q~{z31-34}'],
    source: 'learn.microsoft.com/purview/sit-defn-azure-ad-client-secret',
  },
  { id: 'pulumi-token', shapes: ['pul-{h40}'], source: 'pulumi.com/docs/pulumi-cloud/access-management/access-tokens' },
  { id: 'scalingo-token', shapes: ['tk-us-{b48}', 'tk-eu-{b48}'], source: 'developers.scalingo.com/tokens' },
  { id: 'supabase-token', shapes: ['sbp_{h40}', 'sbp_v0_{h40}', 'sbp_oauth_{h40}'], source: SUPABASE },
  { id: 'supabase-secret-key', shapes: ['sb_secret_{b22}_{b8}'], source: SUPABASE },
  {
    id: 'vercel-token',
    shapes: ['vcp_{w24-60}', 'vci_{w24-60}', 'vck_{w24-60}', 'vca_{w24-60}', 'vcr_{w24-60}'],
    source: 'vercel.com/docs/rest-api',
  },
  { id: 'vercel-blob-token', shapes: ['vercel_blob_rw_{w16}_{w30}'], source: 'vercel.com/docs/storage/vercel-blob' },
  {
    id: 'netlify-token',
    shapes: ['nfp_{w36}', 'nfc_{w36}', 'nfo_{w36}', 'nfu_{w36}'],
    source: 'docs.netlify.com/api/get-started',
  },
  { id: 'neon-key', shapes: ['napi_{n64}', 'neon_api_{w40-64}'], source: 'neon.com/docs/manage/api-keys' },
  {
    id: 'cloudflare-origin-ca-key',
    shapes: ['v1.0-{h24}-{h146}'],
    source: 'developers.cloudflare.com/fundamentals/api/get-started/ca-keys',
  },
  {
    id: 'cloudflare-user-token',
    shapes: ['cfut_{b40-64}', 'cfat_{b40-64}', 'cfk_{b40-64}'],
    source: 'developers.cloudflare.com/fundamentals/api/get-started/token-formats',
  },
  { id: 'openshift-token', shapes: ['sha256~{b43}'], source: 'docs.openshift.com/container-platform/authentication' },
  {
    id: 'rancher-token',
    shapes: ['token-{n5}:{n54}', 'kubeconfig-u-{n5}:{n54}'],
    source: 'ranchermanager.docs.rancher.com/api/api-tokens',
  },
  { id: 'k3s-token', shapes: ['K10{h64}::server:{h32}'], source: 'docs.k3s.io/cli/token' },
  {
    id: 'tailscale-key',
    shapes: [
      'tskey-auth-{w10-20}-{w20-40}',
      'tskey-api-{w10-20}-{w20-40}',
      'tskey-client-{w10-20}-{w20-40}',
      'tskey-scim-{w10-20}-{w20-40}',
      'tskey-webhook-{w10-20}-{w20-40}',
    ],
    source: 'tailscale.com/kb/1215/oauth-clients',
  },
  {
    id: 'defined-networking-token',
    shapes: ['dnkey-{t26}-{t52}', 'dnkey-{t79}'],
    source: 'docs.defined.net/guides/automating-host-creation',
  },
  { id: 'clickhouse-cloud-key', shapes: ['4b1d{w38}'], source: 'clickhouse.com/docs/cloud/manage/openapi' },
  { id: 'render-key', shapes: ['rnd_{w28-40}'], source: 'render.com/docs/api' },
];
