// Tokens of package registries and of what builds and publishes packages.
import type { TokenFormat } from '../format.ts';

const JFROG = 'jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens';
const DOCKER = 'docs.docker.com/security/access-tokens';

export const PACKAGES: readonly TokenFormat[] = [
  { id: 'npm-token', shapes: ['npm_{w36}'], check: 'github-crc32', source: 'docs.npmjs.com/about-access-tokens' },
  {
    id: 'pypi-token',
    shapes: ['pypi-AgEIcHlwaS5vcmc{b50-1000}', 'pypi-AgENdGVzdC5weXBpLm9yZw{b50-1000}'],
    source: 'pypi.org/help/#apitoken',
  },
  { id: 'rubygems-token', shapes: ['rubygems_{h48}'], source: 'guides.rubygems.org/api-key-scopes' },
  { id: 'crates-token', shapes: ['cio{w32}'], source: 'doc.rust-lang.org/cargo/reference/publishing.html' },
  { id: 'clojars-token', shapes: ['CLOJARS_{n60}'], source: 'github.com/clojars/clojars-web/wiki/Deploy-Tokens' },
  { id: 'nuget-key', shapes: ['oy2{n43}'], source: 'learn.microsoft.com/nuget/nuget-org/publish-a-package' },
  { id: 'docker-token', shapes: ['dckr_pat_{b27}', 'dckr_oat_{b32}'], source: DOCKER },
  { id: 'artifactory-key', shapes: ['AKCp{w69}', 'AKCp{w10}{w40-70}'], source: JFROG },
  { id: 'artifactory-reference-token', shapes: ['cmVmd{w59}'], source: JFROG },
  {
    id: 'packagist-token',
    shapes: ['packagist_uut_{h68}', 'packagist_ort_{h68}', 'packagist_out_{h68}'],
    source: 'packagist.com/docs',
  },
  {
    id: 'octopus-key',
    shapes: ['API-{N25-36}'],
    needsName: true,
    source: 'octopus.com/docs/octopus-rest-api/how-to-create-an-api-key',
  },
  {
    id: 'postman-key',
    shapes: ['PMAK-{h24}-{h34}'],
    source: 'learning.postman.com/docs/developer/postman-api/authentication',
  },
  {
    id: 'prefect-key',
    shapes: ['pnu_{w36}', 'pnb_{w36}'],
    source: 'docs.prefect.io/v3/manage/cloud/manage-users/api-keys',
  },
  { id: 'infracost-key', shapes: ['ico-{w32}'], source: 'infracost.io/docs' },
  { id: 'readme-key', shapes: ['rdme_{n70}'], source: 'docs.readme.com/main/reference/intro/authentication' },
];
