// What configuration cannot let a confined agent read: where programs keep their logins. Whoever wants an agent to use one puts that
// one into the vault, or copies the one file that is needed into a folder made for it.
import { join } from 'node:path';
import { realAbove } from '@castellan/sandbox';

/** Below the person's home. */
const AT_HOME = `
.ssh .gnupg .aws .azure .kube .docker .netrc .npmrc .yarnrc.yml .pypirc .git-credentials .vault-token .terraform.d .terraformrc .s3cfg .boto .pgpass .my.cnf
.config/gcloud .config/git/credentials .config/gh .config/glab-cli .config/hub .config/rclone .config/op .config/Bitwarden .config/doctl .config/containers .config/pip
.password-store .local/share/keyrings .local/share/kwalletd .local/share/containers .cargo/credentials.toml .cargo/credentials .gem/credentials .m2/settings.xml
.mozilla .thunderbird .config/google-chrome .config/chromium .config/BraveSoftware .config/microsoft-edge Library/Keychains
.claude .claude.json .codex .config/opencode .local/share/opencode .gemini .cursor .config/goose .bash_history .zsh_history .python_history
`;
const OF_THE_SYSTEM = [
  '/etc/shadow',
  '/etc/gshadow',
  '/etc/sudoers',
  '/etc/ssh',
  '/etc/ssl/private',
  '/var/lib/docker',
];

const lies = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** The place of logins that a path holds or lies in; null: none. @param path absolute */
export function credentialsAt(path: string, userHome: string): string | null {
  const places = [
    ...AT_HOME.trim()
      .split(/\s+/)
      .map((each) => join(userHome, each)),
    ...OF_THE_SYSTEM,
  ];
  const real = realAbove(path);
  return places.find((place) => lies(real, realAbove(place)) || lies(realAbove(place), real)) ?? null;
}
