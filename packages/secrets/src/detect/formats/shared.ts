// Forms that many products use: JSON web tokens, signed URLs, keys inside base64.
import type { TokenFormat } from '../format.ts';

const JOSE = 'rfc-editor.org/rfc/rfc7519';
const SAS = 'learn.microsoft.com/azure/storage/common/storage-sas-overview';
const SIGV4 = 'docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html';

export const SHARED: readonly TokenFormat[] = [
  {
    id: 'jwt',
    shapes: ['eyJ{b12-2000}.eyJ{b10-8000}.{b10-2000}{=0-2}', 'eyJ{b12-2000}.eyJ{b10-8000}.'],
    check: 'jwt',
    source: JOSE,
  },
  {
    id: 'jwe',
    shapes: ['eyJ{b17-2000}.{b0-2000}.{b12-64}.{b10-8000}.{b20-64}'],
    check: 'jwt',
    strict: true,
    source: 'rfc-editor.org/rfc/rfc7516',
  },
  { id: 'jwt-in-base64', shapes: ['ZXlK{B60-8000}{=0-2}'], confidence: 'likely', source: JOSE },
  {
    id: 'private-key-in-base64',
    shapes: ['LS0tLS1CRUdJTi{B40-16000}{=0-2}'],
    check: 'base64-pem',
    strict: true,
    source: 'rfc-editor.org/rfc/rfc7468',
  },
  {
    id: 'azure-signature',
    shapes: ['&sig={w10-60}%{w10-60}', '?sig={w10-60}%{w10-60}', '&sig={w20-60}%3D', '&sig={w6-60}%2B{w6-60}%3D'],
    confidence: 'likely',
    leadIsName: true,
    source: SAS,
  },
  { id: 'aws-url-signature', shapes: ['X-Amz-Signature={h64}'], confidence: 'likely', leadIsName: true, source: SIGV4 },
  {
    id: 'google-url-signature',
    shapes: ['X-Goog-Signature={h256-1024}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'cloud.google.com/storage/docs/access-control/signed-urls',
  },
  {
    id: 'php-session',
    shapes: ['PHPSESSID={w22-64}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'php.net/manual/session.configuration.php',
  },
  {
    id: 'java-session',
    shapes: ['JSESSIONID={p20-80}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'jakarta.ee/specifications/servlet',
  },
  {
    id: 'connect-session',
    shapes: ['connect.sid=s%3A{b20-40}.{w20-60}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'npmjs.com/package/express-session',
  },
  {
    id: 'django-session',
    shapes: ['sessionid={n32}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'docs.djangoproject.com/en/stable/topics/http/sessions',
  },
  {
    id: 'laravel-session',
    shapes: ['laravel_session={B40-400}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'laravel.com/docs/session',
  },
  {
    id: 'aspnet-session',
    shapes: ['.ASPXAUTH={X64-600}', 'ASP.NET_SessionId={n24}'],
    confidence: 'likely',
    leadIsName: true,
    source: 'learn.microsoft.com/dotnet/api/system.web.security.formsauthentication',
  },
];
