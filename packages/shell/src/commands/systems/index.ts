// Commands that reach beyond files: version control, packages, networks, databases, containers, clouds, the machine itself.
import { each, type Handler } from '../handler.ts';
import type { Spec } from '../spec.ts';
import { DATABASE_CLIENTS, walkDatabase } from './databases.ts';
import { walkGit } from './git.ts';
import { walkGitHub } from './github.ts';
import { walkRunner } from './installers.ts';
import { walkMongo } from './mongo.ts';
import { walkFetch } from './network.ts';
import { walkCopyTo, walkSsh } from './remote.ts';
import type { Tool } from './table.ts';
import * as clouds from './tables/clouds.ts';
import * as containers from './tables/containers.ts';
import { DATABASES, REDIS } from './tables/databases.ts';
import { GH, GLAB, HG, HUB, JJ, SVN } from './tables/hosting.ts';
import * as javascript from './tables/javascript.ts';
import * as languages from './tables/languages.ts';
import { MACHINE } from './tables/machine.ts';
import { MESSAGES } from './tables/messages.ts';
import { REACHING } from './tables/network.ts';
import * as packages from './tables/os-packages.ts';
import { AGENTS, SECRETS } from './tables/secrets.ts';
import { toolHandler } from './tool.ts';

const TOOLS: { readonly [names: string]: Tool } = {
  npm: javascript.NPM_TOOL,
  'pnpm pnpx': javascript.PNPM,
  'yarn yarnpkg': javascript.YARN,
  bun: javascript.BUN,
  'pip pip3': languages.PIP,
  uv: languages.UV,
  'poetry pdm hatch rye pipenv': languages.POETRY,
  pipx: languages.PIPX,
  twine: languages.TWINE,
  cargo: languages.CARGO,
  go: languages.GO,
  gem: languages.GEM,
  'bundle bundler': languages.BUNDLE,
  composer: languages.COMPOSER,
  dotnet: languages.DOTNET,
  deno: languages.DENO,
  'apt apt-get apt-cache aptitude apt-mark nala': packages.APT,
  'dpkg dpkg-query': packages.DPKG,
  rpm: packages.RPM,
  'dnf yum microdnf tdnf': packages.DNF,
  'pacman yay paru': packages.PACMAN,
  apk: packages.APK,
  zypper: packages.ZYPPER,
  'brew port': packages.BREW,
  snap: packages.SNAP,
  flatpak: packages.FLATPAK,
  nix: packages.NIX,
  'nix-env nix-channel nix-collect-garbage nix-store nixos-rebuild home-manager darwin-rebuild': packages.NIX_ENV,
  'conda mamba micromamba': packages.CONDA,
  'docker podman nerdctl buildah': containers.DOCKER,
  'docker-compose podman-compose': containers.COMPOSE_TOOL,
  'kubectl oc k kubectl.exe microk8s.kubectl k3s': containers.KUBECTL,
  'helm helm3 helmfile': containers.HELM,
  'minikube kind k3d eksctl kops kubeadm ctlptl': containers.LOCAL_CLUSTER,
  k9s: containers.K9S,
  aws: clouds.AWS,
  gcloud: clouds.GCLOUD,
  gsutil: clouds.GSUTIL,
  bq: clouds.BQ,
  az: clouds.AZ,
  'vercel vc now sst': clouds.VERCEL,
  'doctl heroku netlify ntl fly flyctl wrangler firebase supabase railway render linode-cli vultr-cli hcloud scw ibmcloud oci cf dokku amplify copilot eb gcloud-functions convex planetscale pscale neonctl turso upstash deployctl surge now-cli exo civo openstack tccli aliyun yc':
    clouds.PLATFORM,
  'terraform tofu terragrunt': clouds.TERRAFORM,
  pulumi: clouds.PULUMI,
  cdk: clouds.CDK,
  'serverless sls sam chalice zappa': clouds.SERVERLESS,
  'ansible ansible-playbook ansible-pull ansible-galaxy salt salt-call puppet chef-client knife cfn-init fabric cap':
    clouds.ANSIBLE,
  'ansible-vault': clouds.ANSIBLE_VAULT,
  packer: clouds.PACKER,
  vagrant: clouds.VAGRANT,
  'virsh VBoxManage vboxmanage prlctl multipass lxc incus limactl colima qm pct xe govc vmrun orb': clouds.VIRSH,
  glab: GLAB,
  'hub tea': HUB,
  svn: SVN,
  hg: HG,
  jj: JJ,
  'claude codex opencode gemini aider cursor-agent cursor goose amp qwen crush cline kilo auggie copilot-cli droid openhands plandex gptme sgpt aichat llm interpreter forge kiro-cli q cody':
    AGENTS,
  ...DATABASES,
  ...MACHINE,
  ...MESSAGES,
  ...REACHING,
  ...SECRETS,
};

/** redis takes its commands in capitals too. */
const redis: Handler = (invocation) =>
  toolHandler(REDIS)({
    ...invocation,
    args: invocation.args.map((word) =>
      word.kind === 'text' && /^[A-Z][A-Za-z.]*$/.test(word.text) ? { ...word, text: word.text.toLowerCase() } : word,
    ),
  });

export const SYSTEM_HANDLERS: readonly (readonly [string, Handler])[] = [
  ...Object.entries(TOOLS).flatMap(([names, tool]) => each(names, toolHandler(tool))),
  ...each('git', walkGit),
  ...each('gh', walkGitHub(GH)),
  ...each('npx bunx uvx', walkRunner),
  ...each('curl wget', walkFetch),
  ...each('ssh mosh autossh', walkSsh),
  ...each('scp rsync sftp', walkCopyTo),
  ...each(DATABASE_CLIENTS, walkDatabase),
  ...each('mongosh mongo', walkMongo),
  ...each('redis-cli valkey-cli keydb-cli', redis),
];

/** Those whose whole behaviour is a table of options. */
export const SYSTEM_SPECS: { readonly [name: string]: Spec } = {};
