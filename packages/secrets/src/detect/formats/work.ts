// Tokens of the places where people plan, write, draw and sell, and of password managers.
import type { TokenFormat } from '../format.ts';

const ATLASSIAN = 'support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account';
const LINEAR = 'linear.app/developers/oauth-2-0-authentication';
const NOTION = 'developers.notion.com/reference/authentication';
const FIGMA = 'developers.figma.com/docs/rest-api/authentication';
const ONE_PASSWORD = 'developer.1password.com/docs/service-accounts';
const SETTLEMINT = 'console.settlemint.com/documentation';

export const WORK: readonly TokenFormat[] = [
  { id: 'atlassian-token', shapes: ['ATATT3{t186}', 'ATATT3xFfGF0{t150-220}'], source: ATLASSIAN },
  { id: 'atlassian-oauth-token', shapes: ['ATOA{t40-300}'], source: ATLASSIAN },
  { id: 'linear-key', shapes: ['lin_api_{w40}'], source: LINEAR },
  { id: 'linear-oauth-token', shapes: ['lin_oauth_{h64}', 'lin_wh_{w40-64}'], source: LINEAR },
  { id: 'notion-token', shapes: ['ntn_{d11}{w35}'], source: NOTION },
  { id: 'notion-legacy-token', shapes: ['secret_{w43}'], source: NOTION },
  {
    id: 'figma-token',
    shapes: ['figd_{b38-64}', 'figo_{b38-64}', 'figor_{b38-64}', 'figu_{b38-64}', 'figh_{b38-64}', 'figoh_{b38-64}'],
    source: FIGMA,
  },
  { id: 'airtable-token', shapes: ['pat{w14}.{h64}'], source: 'airtable.com/developers/web/api/authentication' },
  {
    id: 'typeform-token',
    shapes: ['tfp_{q59}', 'tfp_{b44}_{b14}'],
    source: 'typeform.com/developers/get-started/personal-access-token',
  },
  {
    id: 'hubspot-token',
    shapes: [
      'pat-na1-{h8}-{h4}-{h4}-{h4}-{h12}',
      'pat-na2-{h8}-{h4}-{h4}-{h4}-{h12}',
      'pat-eu1-{h8}-{h4}-{h4}-{h4}-{h12}',
    ],
    plain: true,
    source: 'developers.hubspot.com/docs/guides/apps/private-apps/overview',
  },
  {
    id: 'contentful-token',
    shapes: ['CFPAT-{b43}'],
    source: 'contentful.com/developers/docs/references/authentication',
  },
  {
    id: 'dropbox-token',
    shapes: ['sl.{b130-152}', 'sl.u.{b130-1400}', 'sl.B{b130-1400}'],
    source: 'developers.dropbox.com/oauth-guide',
  },
  { id: 'frameio-token', shapes: ['fio-u-{t64}'], source: 'developer.frame.io/docs' },
  { id: '1password-service-token', shapes: ['ops_eyJ{B250-4000}{=0-3}'], source: ONE_PASSWORD },
  {
    id: '1password-secret-key',
    shapes: ['A3-{N6}-{N11}-{N5}-{N5}-{N5}', 'A3-{N6}-{N6}-{N5}-{N5}-{N5}-{N5}'],
    source: 'support.1password.com/secret-key',
  },
  { id: 'age-key', shapes: ['AGE-SECRET-KEY-1{N58}', 'AGE-SECRET-KEY-PQ-1{N58-200}'], source: 'age-encryption.org/v1' },
  {
    id: 'infisical-token',
    shapes: ['st.{h24}.{h32}.{h32}', 'st.{h8}-{h4}-{h4}-{h4}-{h12}.{h32}.{h32}'],
    source: 'infisical.com/docs/internals/service-tokens',
  },
  {
    id: 'adobe-client-secret',
    shapes: ['p8e-{b32}'],
    source: 'developer.adobe.com/developer-console/docs/guides/credentials',
  },
  {
    id: 'authress-key',
    shapes: [
      'sc_{n5-30}.{n4-6}.acc_{b10-32}.{t30-120}',
      'sc_{n5-30}.{n4-6}.acc-{b10-32}.{t30-120}',
      'ext_{n5-30}.{n4-6}.acc_{b10-32}.{t30-120}',
    ],
    source: 'authress.io/knowledge-base/docs/authorization/service-clients',
  },
  {
    id: 'mapbox-secret-token',
    shapes: ['sk.eyJ{b40-200}.{b22}', 'tk.eyJ{b40-200}.{b22}'],
    source: 'docs.mapbox.com/help/dive-deeper/access-tokens',
  },
  {
    id: 'mapbox-public-token',
    shapes: ['pk.eyJ{b40-200}.{b22}', 'pk.{n60}.{n22}'],
    needsName: true,
    source: 'docs.mapbox.com/help/dive-deeper/access-tokens',
  },
  {
    id: 'facebook-token',
    shapes: [
      'EAAM{w80-300}',
      'EAAC{w80-300}',
      'EAAG{w80-300}',
      'EAAB{w80-300}',
      'EAAI{w80-300}',
      'EAAJ{w80-300}',
      'EAAE{w80-300}',
      'EAAD{w80-300}',
      'EAAH{w80-300}',
      'EAAL{w80-300}',
      'EAAN{w80-300}',
      'EAAO{w80-300}',
    ],
    source: 'developers.facebook.com/docs/facebook-login/guides/access-tokens',
  },
  {
    id: 'twitter-bearer-token',
    shapes: ['AAAAAAAAAAAAAAAAAAAAA{w80-100}', 'AAAAAAAAAAAAAAAAAAAAAA{w20-60}%2F{w20-80}'],
    needsName: true,
    source: 'docs.x.com/resources/fundamentals/authentication',
  },
  {
    id: 'intra42-secret',
    shapes: ['s-s4t2ud-{h64}', 's-s4t2af-{h64}'],
    source: 'api.intra.42.fr/apidoc/guides/getting_started',
  },
  { id: 'settlemint-token', shapes: ['sm_pat_{w16}', 'sm_aat_{w16}', 'sm_sat_{w16}'], source: SETTLEMINT },
  { id: 'ionic-token', shapes: ['ion_{w42}'], source: 'ionic.io/docs/appflow/personal-access-tokens' },
  {
    id: 'pinterest-token',
    shapes: ['pina_{w56}'],
    source: 'developers.pinterest.com/docs/getting-started/authentication',
  },
  {
    id: 'wakatime-key',
    shapes: ['waka_{h8}-{h4}-{h4}-{h4}-{h12}', 'waka_tok_{w20-60}', 'waka_sec_{w20-60}'],
    plain: true,
    source: 'wakatime.com/developers',
  },
];
