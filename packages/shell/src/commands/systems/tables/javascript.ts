// Package managers of JavaScript (npm 10, pnpm 9, yarn 1 and 4, bun 1): what only looks, what runs scripts of the project, what
// brings code along and runs it, what publishes. Sources: `npm help`, docs of pnpm, yarn and bun.
import type { Tool, Verb } from '../table.ts';

const NPM = 'registry.npmjs.org';
const COMMON =
  '-g -s -q -d -y -w= -l -p -D -E -O -S -P -f --global --json --long --parseable --silent --quiet --loglevel= --workspace= --workspaces --include-workspace-root --yes --no-color --color? --depth= --all --production --omit= --include= --no-fund --no-audit --fund --audit --no-progress --progress? --tag= --offline --prefer-offline --no-update-notifier --if-present --force';
const INSTALLS: Verb = {
  options:
    '-D -E -O -B -P -T --save --save-dev --save-exact --save-optional --save-peer --save-prod --no-save --legacy-peer-deps --strict-peer-deps --package-lock-only --no-package-lock --ignore-scripts --no-bin-links --dry-run --dev --exact --optional --peer --frozen-lockfile --no-frozen-lockfile --no-lockfile --immutable --prod --production --latest --recursive -r --shamefully-hoist --prefer-frozen-lockfile --lockfile-only --save-catalog --cached',
  does: `execute package-code; execute project-code; connect ${NPM}; write @node_modules; write @package.json`,
  instead: {
    '--ignore-scripts': `connect ${NPM}; write @node_modules; write @package.json`,
    '--package-lock-only --lockfile-only': `connect ${NPM}; write @package-lock.json`,
  },
  with: { '-g --global': 'write system-package {*}' },
  // A source that is no registry builds itself.
  about: [
    [
      /^(?:git|github|gitlab|bitbucket|file|https?|ssh):|^[.~/]|^[\w.-]+\/[\w.-]+$/,
      'execute package-code {*}; connect? wherever {*} lies',
    ],
  ],
};
const REMOVES: Verb = { ...INSTALLS, does: 'execute project-code; write @package.json; delete @node_modules/{0}' };
const SCRIPT: Verb = { does: 'execute project-code', lenient: true };
const FETCHED: Verb = { does: `execute downloaded-code; connect ${NPM}`, lenient: true };
const ASKS: Verb = { options: '--registry=', does: `connect ${NPM}`, with: { '--registry': 'connect {--registry}' } };
const PUBLISHES: Verb = {
  options:
    '--access= --otp= --dry-run --provenance --no-git-checks --publish-branch= --new-version= --tolerate-republish --registry=',
  does: `execute project-code; send package ${NPM}`,
  with: { '--registry': 'send package {--registry}' },
  instead: { '--dry-run': 'execute project-code' },
};
const REMOTE_PACKAGE: Verb = { options: '--otp= --registry= --dry-run', does: `delete package; connect ${NPM}` };
const LOOKS: Verb = { options: '--prod --dev --only-projects --why --pattern= --recursive -r --link', does: '' };

export const NPM_TOOL: Tool = {
  abbreviates: true,
  options: COMMON,
  configured: [{ files: '.npmrc', does: 'connect? the registry of .npmrc', on: 'connect' }],
  verbs: {
    'ls, list, la, ll, explain, why, root, prefix, bin, query, fund, help, pkg get, config get, config list, config ls, get, sbom, help-search, completion, version':
      LOOKS,
    'outdated, view, info, show, v, search, find, s, se, ping, audit, audit signatures, docs, repo, bugs, home, whoami, diff, dist-tag ls, dist-tag list, owner ls, owner list, access list, access get, team ls, org ls, doctor, stars':
      ASKS,
    'run, run-script, rum, urn': { ...SCRIPT, alone: '' },
    'test, t, tst, start, stop, restart': SCRIPT,
    'install, i, in, ins, inst, insta, instal, isnt, isnta, isntal, isntall, add, ci, clean-install, ic, install-clean, isntall-clean, install-test, it, install-ci-test, cit, update, up, upgrade, udpate, link, ln, dedupe, ddp, rebuild, rb, audit fix':
      INSTALLS,
    'uninstall, unlink, remove, rm, r, un, prune': REMOVES,
    'exec, x': { ...FETCHED, options: '-c! --call! --package=' },
    'init, create, innit': {
      does: `execute downloaded-code; connect ${NPM}; write @package.json`,
      alone: 'write @package.json',
    },
    pack: { options: '--dry-run --pack-destination>', does: 'execute project-code; write @.' },
    publish: PUBLISHES,
    'unpublish, deprecate, undeprecate, dist-tag rm, owner rm, access revoke': REMOTE_PACKAGE,
    'dist-tag add, owner add, access grant, access set, access public, access restricted, star, unstar': {
      options: '--otp=',
      does: `send package ${NPM}`,
    },
    'token, token list, token create, token revoke': { does: `read credentials npm tokens; connect ${NPM}` },
    'login, adduser, add-user, logout, profile, profile set, team add, team create, team rm, org set, org rm': {
      does: `write credentials; connect ${NPM}`,
      lenient: true,
    },
    'config set, set, c set, config delete, config rm, config edit, config fix': {
      options: '--location=',
      does: 'write @~/.npmrc; execute inline-code {path} {*}',
    },
    'pkg set, pkg delete, pkg fix, shrinkwrap': 'write @package.json',
    'version major, version minor, version patch, version premajor, version preminor, version prepatch, version prerelease':
      {
        does: 'write @package.json; write~ history; execute project-code',
        options: '-m= --message= --preid= --no-git-tag-version --allow-same-version',
      },
    'cache clean, cache clear, cache rm': 'delete @~/.npm/_cacache',
    'cache ls, cache verify': '',
    'explore, edit': { does: 'execute inline-code', lenient: true },
    hook: { does: `write cloud npm hook; connect ${NPM}`, lenient: true },
  },
};

export const PNPM: Tool = {
  options: `${COMMON} -C< -r -F= --dir< --filter= --recursive --workspace-root --stream --parallel --reporter= --use-stderr --no-bail --workspace-concurrency=`,
  configured: [
    { files: '.npmrc pnpm-workspace.yaml', does: 'connect? the registry of the project', on: 'connect' },
    // Every subcommand loads the hooks of the project; `.npmrc` may say that another file holds them.
    { files: '.pnpmfile.cjs .pnpmfile.mjs pnpmfile.js .npmrc', does: 'execute project-code .pnpmfile.cjs' },
  ],
  verbs: {
    'ls, list, la, ll, why, root, bin, licenses, licenses list, config get, config list, store path, store status, help, env list, cat-file, cat-index, find-hash':
      LOOKS,
    'outdated, view, info, show, search, audit, whoami': ASKS,
    'run, run-script, test, t, tst, start, stop, restart, exec': SCRIPT,
    'install, i, add, ci, update, up, upgrade, link, ln, dedupe, rebuild, rb, import, fetch, approve-builds, patch-commit':
      INSTALLS,
    'remove, rm, uninstall, un, prune, unlink': REMOVES,
    'dlx, create, init, env use, env add, self-update': FETCHED,
    publish: PUBLISHES,
    'pack, deploy': { does: 'execute project-code; write @.', lenient: true },
    'unpublish, deprecate, dist-tag': REMOTE_PACKAGE,
    'login, logout, adduser, token': { does: `write credentials; connect ${NPM}` },
    'config set, config delete': 'write @~/.npmrc; execute inline-code {path} {*}',
    'store prune': 'delete @~/.local/share/pnpm/store',
    setup: 'write @~/.bashrc',
    '*': SCRIPT,
  },
};

export const YARN: Tool = {
  options: `${COMMON} --cwd< --no-progress --verbose --non-interactive`,
  configured: [
    { files: '.yarnrc.yml .yarnrc .yarn/releases .yarn/plugins', does: 'execute project-code yarn of the project' },
    { files: '.npmrc', does: 'connect? the registry of .npmrc', on: 'connect' },
  ],
  verbs: {
    '': { ...INSTALLS },
    'list, why, licenses, licenses list, config get, config list, bin, cache dir, cache list, workspaces list, workspaces info, versions, help, check, explain, version':
      LOOKS,
    'outdated, info, npm info, npm audit, audit, npm whoami': ASKS,
    'install, add, upgrade, up, upgrade-interactive, link, import, dedupe, rebuild, plugin import, set version, global add, patch-commit':
      INSTALLS,
    'remove, unlink, global remove, autoclean': REMOVES,
    'dlx, create, init': FETCHED,
    'publish, npm publish': PUBLISHES,
    'npm tag add, npm tag remove, tag add, tag rm, owner add, owner rm': REMOTE_PACKAGE,
    'login, logout, npm login, npm logout': { does: `write credentials; connect ${NPM}` },
    'config set, config unset, config delete': 'write @.yarnrc.yml; execute inline-code {path} {*}',
    'cache clean': 'delete @~/.cache/yarn',
    'run, exec, node, test, start, workspace, workspaces run, workspaces foreach': SCRIPT,
    '*': SCRIPT,
  },
};

export const BUN: Tool = {
  options: `${COMMON} --cwd< --bun --hot --watch --smol -i -r= --preload= -e! --eval! --print!`,
  configured: [{ files: '.npmrc bunfig.toml', does: 'connect? the registry of the project', on: 'connect' }],
  verbs: {
    'pm ls, pm bin, pm cache, pm hash, pm version, why': LOOKS,
    'outdated, pm view, info, audit, pm whoami': ASKS,
    'install, i, add, a, ci, update, upgrade, link, patch, pm trust, pm migrate': INSTALLS,
    'remove, rm, unlink': REMOVES,
    'x, create, c, init': FETCHED,
    publish: PUBLISHES,
    'pm cache rm': 'delete @~/.bun/install/cache',
    'run, test, build, exec, repl, pm pack': SCRIPT,
    '*': SCRIPT,
  },
};
