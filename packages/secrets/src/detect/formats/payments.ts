// Keys of payments, shops, addresses and parcels.
import type { TokenFormat } from '../format.ts';

const STRIPE = 'docs.stripe.com/keys';
const SHOPIFY = 'shopify.dev/docs/apps/build/authentication-authorization/access-tokens';
const SQUARE = 'developer.squareup.com/docs/build-basics/access-tokens';
const FLUTTERWAVE = 'developer.flutterwave.com/docs/authentication';
const PLAID = 'plaid.com/docs/api/tokens';
const EASYPOST = 'docs.easypost.com/docs/authentication';
const LOB = 'docs.lob.com';

export const PAYMENTS: readonly TokenFormat[] = [
  { id: 'stripe-key', shapes: ['sk_live_{w10-240}', 'sk_test_{w10-240}', 'sk_prod_{w10-240}'], source: STRIPE },
  {
    id: 'stripe-restricted-key',
    shapes: ['rk_live_{w10-240}', 'rk_test_{w10-240}', 'rk_prod_{w10-240}'],
    source: STRIPE,
  },
  { id: 'stripe-webhook-secret', shapes: ['whsec_{B32-64}{=0-2}'], source: STRIPE },
  { id: 'shopify-token', shapes: ['shpat_{x32}', 'shpua_{x32}'], source: SHOPIFY },
  { id: 'shopify-custom-token', shapes: ['shpca_{x32}'], source: SHOPIFY },
  { id: 'shopify-private-token', shapes: ['shppa_{x32}'], source: SHOPIFY },
  { id: 'shopify-shared-secret', shapes: ['shpss_{x32}'], source: SHOPIFY },
  { id: 'shopify-theme-password', shapes: ['shptka_{x32}'], source: SHOPIFY },
  { id: 'square-token', shapes: ['sq0atp-{b22}', 'EAAA{b60}'], source: SQUARE },
  { id: 'square-secret', shapes: ['sq0csp-{b43}'], source: SQUARE },
  {
    id: 'paypal-braintree-token',
    shapes: ['access_token$production$' + '{n16}$' + '{h32}', 'access_token$sandbox$' + '{n16}$' + '{h32}'],
    source: 'developer.paypal.com/braintree/docs/guides/authorization',
  },
  {
    id: 'flutterwave-key',
    shapes: ['FLWSECK_TEST-{h32}-X', 'FLWSECK-{h32}-X', 'FLWSECK-{h32}-{w11}vt-X'],
    source: FLUTTERWAVE,
  },
  { id: 'flutterwave-public-key', shapes: ['FLWPUBK_TEST-{h32}-X', 'FLWPUBK-{h32}-X'], source: FLUTTERWAVE },
  { id: 'flutterwave-encryption-key', shapes: ['FLWSECK_TEST-{h12}', 'FLWSECK_TEST{h12}'], source: FLUTTERWAVE },
  {
    id: 'razorpay-key',
    shapes: ['rzp_live_{w14}', 'rzp_test_{w14}'],
    needsName: true,
    source: 'razorpay.com/docs/api/authentication',
  },
  {
    id: 'plaid-token',
    shapes: [
      'access-production-{h8}-{h4}-{h4}-{h4}-{h12}',
      'access-development-{h8}-{h4}-{h4}-{h4}-{h12}',
      'access-sandbox-{h8}-{h4}-{h4}-{h4}-{h12}',
    ],
    plain: true,
    source: PLAID,
  },
  {
    id: 'gocardless-token',
    shapes: ['live_{t40}', 'sandbox_{t40}'],
    needsName: true,
    source: 'developer.gocardless.com/api-reference',
  },
  { id: 'easypost-key', shapes: ['EZAK{w54}'], source: EASYPOST },
  { id: 'easypost-test-key', shapes: ['EZTK{w54}'], source: EASYPOST },
  {
    id: 'shippo-token',
    shapes: ['shippo_live_{h40}', 'shippo_test_{h40}'],
    source: 'docs.goshippo.com/docs/guides_general/authentication',
  },
  { id: 'lob-key', shapes: ['live_{h35}', 'test_{h35}'], source: LOB },
  { id: 'lob-public-key', shapes: ['live_pub_{h31}', 'test_pub_{h31}'], source: LOB },
  {
    id: 'duffel-token',
    shapes: ['duffel_test_{t43}', 'duffel_live_{t43}'],
    source: 'duffel.com/docs/api/overview/test-mode',
  },
  {
    id: 'adyen-key',
    shapes: ['AQE{t3}hmfuXNWTK0Qc+iS{B60-200}{=0-2}'],
    source: 'docs.adyen.com/development-resources/api-credentials',
  },
  {
    id: 'mollie-key',
    shapes: ['live_{w30}', 'test_{w30}'],
    needsName: true,
    source: 'docs.mollie.com/reference/authentication',
  },
  {
    id: 'checkout-key',
    shapes: ['sk_sbox_{b20-40}'],
    needsName: true,
    source: 'checkout.com/docs/developer-resources/api/api-keys',
  },
  { id: 'paystack-key', shapes: ['sk_live_{h40}', 'sk_test_{h40}'], source: 'paystack.com/docs/api/authentication' },
  {
    id: 'coinbase-cloud-key',
    shapes: ['organizations/{h8}-{h4}-{h4}-{h4}-{h12}/apiKeys/{h8}-{h4}-{h4}-{h4}-{h12}'],
    plain: true,
    confidence: 'likely',
    source: 'docs.cdp.coinbase.com/get-started/authentication/cdp-api-keys',
  },
  {
    id: 'paddle-key',
    shapes: ['pdl_live_apikey_{n26}_{w22}_{w3}', 'pdl_sdbx_apikey_{n26}_{w22}_{w3}'],
    source: 'developer.paddle.com/api-reference/about/api-keys',
  },
];
