// Package managers of other languages. Sources: `--help` and the manuals of each; what builds a package runs its code, and what
// reads a project can be told by the project's files which compiler or wrapper to start.
import type { Tool, Verb } from '../table.ts';

const SCRIPT: Verb = { does: 'execute project-code', lenient: true };
const PYPI = 'pypi.org';
const CRATES = 'crates.io';
const GEMS = 'rubygems.org';

const PIP_INSTALL: Verb = {
  options:
    '-r< -c< -e= -t> -U -I -i= -f= -q -v --requirement< --constraint< --editable= --target> --upgrade --upgrade-strategy= --force-reinstall --ignore-installed --no-deps --no-cache-dir --user --root> --prefix> --no-build-isolation --pre --index-url= --extra-index-url= --find-links= --no-index --trusted-host= --only-binary= --no-binary= --prefer-binary --quiet --disable-pip-version-check --break-system-packages --require-hashes --dry-run --system --python= -p= --group= --reinstall --compile-bytecode --root-user-action= --timeout= --retries=',
  does: `execute package-code; connect ${PYPI}; write system-package {*}`,
  with: {
    '-e --editable': 'execute project-code {-e --editable}',
    '-i --index-url --extra-index-url -f --find-links': 'connect {-i --index-url --extra-index-url -f --find-links}',
  },
};
const PIP_VERBS: Tool['verbs'] = {
  'list, show, freeze, check, inspect, debug, help, hash, cache list, cache dir, cache info, config list, config get, config debug, tree':
    {
      options:
        '-l -o -u -e -f -v --local --outdated --uptodate --editable --format= --not-required --user --files --verbose --all --exclude= --path< --include-editable --exclude-editable --pre --python= --system',
      does: '',
      with: { '-o --outdated -u --uptodate': `connect ${PYPI}` },
    },
  'search, index, index versions': {
    does: `connect ${PYPI}`,
    options: '--pre --index-url=',
    with: { '--index-url': 'connect {--index-url}' },
  },
  install: PIP_INSTALL,
  'download, wheel': { ...PIP_INSTALL, options: `${PIP_INSTALL.options} -d> -w> --dest> --wheel-dir>` },
  uninstall: {
    options: '-y -r< --yes --requirement< --break-system-packages --python= --system',
    does: 'delete system-package {*}',
  },
  'config set, config edit, config unset': 'write @~/.config/pip/pip.conf; execute inline-code {path} {*}',
  'cache purge, cache remove': 'delete @~/.cache/pip',
};
const PIP_OPTIONS =
  '-q -v --quiet --verbose --no-input --disable-pip-version-check --no-color --isolated --require-virtualenv --no-cache-dir --timeout= --python=';

export const PIP: Tool = { abbreviates: true, options: PIP_OPTIONS, verbs: PIP_VERBS };

const uvPip = Object.fromEntries(
  Object.entries(PIP_VERBS).map(([paths, verb]) => [
    paths
      .split(', ')
      .map((path) => `pip ${path}`)
      .join(', '),
    verb,
  ]),
);
export const UV: Tool = {
  options: `${PIP_OPTIONS} --directory< --project< --offline --no-progress --no-config --native-tls --color= --allow-insecure-host=`,
  verbs: {
    ...uvPip,
    // Without `--frozen` the project is locked first, and a project that says what it needs in code is built for that.
    'tree, export': {
      options:
        '--frozen --locked --no-dev --depth= --output-format= -o> --output-file> --format= --no-hashes --all-extras',
      does: `execute project-code; connect? ${PYPI}`,
      instead: { '--frozen': '' },
    },
    'version, help, cache dir, tool list, tool dir, python list, python find, python dir, self version': {
      options:
        '--frozen --locked --no-dev --depth= --short --output-format= --all-versions --only-installed -o> --output-file> --format= --no-hashes --all-extras',
      does: '',
    },
    'add, sync, lock, remove, tool install, tool upgrade, build, pip sync, pip compile': {
      ...PIP_INSTALL,
      does: `execute package-code; connect ${PYPI}; write @pyproject.toml; write @uv.lock`,
      lenient: true,
    },
    run: {
      does: 'execute project-code',
      lenient: true,
      with: { '--with -w': `execute downloaded-code {--with -w}; connect ${PYPI}` },
      options: '--with= -w=',
    },
    'tool run, x': { does: `execute downloaded-code; connect ${PYPI}`, lenient: true },
    'venv, init': {
      options: '-p= --python= --seed --allow-existing --name= --lib --app --package --no-readme --bare',
      does: 'write @{0}',
      alone: 'write @.venv; write @pyproject.toml',
    },
    'python install, python pin, self update': { does: 'execute downloaded-code; connect github.com', lenient: true },
    publish: {
      does: `send package ${PYPI}`,
      options: '--publish-url= --token= -t= -u= -p= --username= --password=',
      with: { '--publish-url': 'send package {--publish-url}' },
    },
    'cache clean, cache prune, tool uninstall, python uninstall': 'delete system-package',
  },
};

export const POETRY: Tool = {
  options: '-q -v -n -C= --quiet --verbose --no-interaction --no-ansi --directory= --no-plugins',
  configured: [
    { files: 'poetry.toml', does: 'connect? the sources of the project', on: 'connect' },
    {
      files: '.poetry .pdm-plugins hatch.toml hatch_build.py hatch_plugin.py',
      does: 'execute project-code plugins of the project',
    },
  ],
  verbs: {
    'show, check, env info, env list, version, config, about, list, help, search, source show': {
      options:
        '--tree --latest -l -t -o --outdated --no-dev --only= --with= --without= --all --list --short -s --path -p',
      does: '',
    },
    'install, add, update, lock, remove, sync, build, self add, self update, new, init': {
      does: `execute package-code; connect ${PYPI}; write @pyproject.toml; write @poetry.lock`,
      lenient: true,
    },
    'run, shell': SCRIPT,
    publish: { does: `execute project-code; send package ${PYPI}`, lenient: true },
    'env remove, cache clear': 'delete system-package',
    'env use': 'write system-package',
  },
};

export const PIPX: Tool = {
  verbs: {
    'list, environment': { options: '--json --short --include-injected -V= --value=', does: '' },
    'install, inject, upgrade, upgrade-all, reinstall, reinstall-all': {
      does: `execute package-code; connect ${PYPI}; write system-package {*}`,
      lenient: true,
    },
    run: { does: `execute downloaded-code; connect ${PYPI}`, lenient: true },
    'uninstall, uninstall-all, uninject': 'delete system-package {*}',
    ensurepath: 'write @~/.bashrc',
  },
};
export const TWINE: Tool = {
  verbs: {
    check: { operands: 'read' },
    upload: {
      does: `send package ${PYPI}`,
      operands: 'read',
      options:
        '-r= --repository= --repository-url= -u= -p= --username= --password= --skip-existing --verbose --non-interactive',
      with: { '--repository-url': 'send package {--repository-url}' },
    },
  },
};

export const CARGO: Tool = {
  options: '-q -v -Z= -C= --quiet --verbose --color= --offline --locked --frozen --config!',
  configured: [
    // A wrapper for the compiler, another compiler, an alias with the name of a subcommand (the Cargo Book, configuration).
    {
      files: '.cargo/config.toml .cargo/config rust-toolchain rust-toolchain.toml',
      does: 'execute project-code settings of cargo in the project',
    },
  ],
  verbs: {
    'tree, metadata, locate-project, pkgid, read-manifest, verify-project, version, help, list': {
      options:
        '-p= -e= -i= --depth= --package= --workspace --all --features= --all-features --no-default-features --target= --edges= --invert= --prefix= --format= -F= --no-deps --format-version= --filter-platform= --message-format= --manifest-path< --duplicates -d --workspace --no-dedupe',
      does: '',
    },
    'search, info, owner --list': { options: '--limit= --registry=', does: `connect ${CRATES}` },
    'build, b, check, c, test, t, run, r, bench, doc, d, clippy, rustc, rustdoc, fix, miri, nextest, watch, llvm-cov, expand, package, xtask, make, tarpaulin':
      SCRIPT,
    fmt: { options: '--all -p= --check --package= --message-format= --manifest-path<', does: 'execute project-code' },
    'fetch, update, generate-lockfile, vendor': {
      options: '-p= --package= --precise= --dry-run --workspace --aggressive --manifest-path<',
      does: `connect ${CRATES}; write @Cargo.lock`,
    },
    'add, remove, rm': {
      options:
        '-F= -p= --dev --build --features= --optional --no-optional --no-default-features --rename= --path< --git= --branch= --tag= --rev= --package= --dry-run',
      does: `connect ${CRATES}; write @Cargo.toml`,
    },
    'install, binstall': { does: `execute package-code; connect ${CRATES}; write system-package {*}`, lenient: true },
    uninstall: 'delete system-package {*}',
    'new, init': { options: '--bin --lib --name= --edition= --vcs=', does: 'write @{0}', alone: 'write @Cargo.toml' },
    clean: { options: '-p= --package= --release --doc --profile= --target= --dry-run -n', does: 'delete @target' },
    publish: {
      does: `execute project-code; send package ${CRATES}`,
      options: '--dry-run --allow-dirty --no-verify -p= --token= --registry=',
      instead: { '--dry-run': 'execute project-code' },
    },
    'yank, owner': { does: `delete package; connect ${CRATES}`, lenient: true },
    'login, logout': `write credentials; connect ${CRATES}`,
    '*': SCRIPT,
  },
};

export const GO: Tool = {
  options: '-C=',
  // `toolchain` in there is brought along by whatever runs first (go.dev/doc/toolchain).
  configured: [{ files: 'go.mod go.work', does: 'connect? proxy.golang.org' }],
  verbs: {
    env: {
      options: '-json -changed',
      does: '',
      with: { '-w -u': 'write @~/.config/go/env; execute inline-code {*}' },
      about: [[/=/, 'write @~/.config/go/env; execute inline-code {*}']],
    },
    'version, help, doc': { options: '-m -v -all -src -u -c -cmd -short', does: '' },
    'list, mod graph, mod why, mod verify': {
      options: '-m -json -f= -deps -test -e -u -versions -find -export -compiled -tags= -mod= -retracted -vendor',
      does: 'connect? proxy.golang.org',
    },
    vet: { options: '-json -n -x -v -tags= -mod= -race -vettool! -toolexec!', does: 'connect? proxy.golang.org' },
    fmt: { options: '-n -x -mod=', does: 'write @.' },
    'build, test, run, generate, tool, bug, telemetry, fix': { does: 'execute project-code', lenient: true },
    'get, mod download, mod tidy, mod vendor, work sync': {
      options: '-u -t -d -v -x -json -compat= -go= -e',
      does: 'connect proxy.golang.org; write @go.mod; write @go.sum',
    },
    install: { does: 'execute package-code; connect proxy.golang.org; write system-package {*}', lenient: true },
    'mod init, mod edit, work init, work use, work edit': { does: 'write @go.mod', lenient: true },
    clean: { options: '-i -r -n -x -cache -testcache -modcache -fuzzcache', does: 'delete @~/.cache/go-build' },
  },
};

export const GEM: Tool = {
  abbreviates: true,
  options: '-q -V --quiet --verbose --config-file! --backtrace --no-document -N',
  verbs: {
    'list, info, specification, contents, dependency, environment, env, which, help, check, stale': {
      options: '-l -a -d -e --local --all --details --exact -v= --version= --versions --no-versions --installed -i',
      does: '',
      with: { '-r --remote -b --both': `connect ${GEMS}` },
    },
    'search, outdated': { does: `connect ${GEMS}`, options: '-r -a -e -d --remote --all --exact --details' },
    'install, i, update, pristine, rebuild, fetch': {
      does: `execute package-code; connect ${GEMS}; write system-package {*}`,
      lenient: true,
    },
    'uninstall, cleanup': { does: 'delete system-package {*}', lenient: true },
    push: {
      does: `send package ${GEMS}`,
      operands: 'read',
      options: '-k= --key= --host= --otp=',
      with: { '--host': 'send package {--host}' },
    },
    'yank, owner': { does: `delete package; connect ${GEMS}`, lenient: true },
    'signin, signout': `write credentials; connect ${GEMS}`,
    'build, exec, sources, server, open': { does: 'execute project-code', lenient: true },
  },
};
/** A Gemfile is a program, so whatever reads it runs it. */
export const BUNDLE: Tool = {
  configured: [{ files: 'Gemfile gems.rb .bundle Gemfile.lock', does: 'execute project-code Gemfile' }],
  verbs: {
    'version, help, config list, config get, config': '',
    'install, update, add, lock, package, cache': {
      does: `execute project-code; execute package-code; connect ${GEMS}; write @Gemfile.lock`,
      lenient: true,
    },
    '': { does: `execute project-code; execute package-code; connect ${GEMS}; write @Gemfile.lock` },
    'config set, config unset': 'write @.bundle/config',
    '*': SCRIPT,
  },
};

/** Plugins of a project run with nearly every subcommand. */
export const COMPOSER: Tool = {
  options: '-q -v -n -d= --quiet --verbose --no-interaction --working-dir= --no-ansi --ansi --no-plugins --no-scripts',
  verbs: {
    'show, info, licenses, validate, status, depends, why, prohibits, why-not, check-platform-reqs, about, help, list':
      { does: 'execute project-code', instead: { '--no-plugins': '' }, lenient: true },
    'search, browse, home, outdated, audit': {
      does: 'execute project-code; connect packagist.org',
      instead: { '--no-plugins': 'connect packagist.org' },
      lenient: true,
    },
    'install, i, update, u, upgrade, require, r, create-project, global require, reinstall, self-update, remove': {
      does: 'execute package-code; connect packagist.org; write @composer.json; write @vendor',
      lenient: true,
    },
    'config, init, dump-autoload, dumpautoload': { does: 'write @composer.json; execute project-code', lenient: true },
    '*': SCRIPT,
  },
};

export const DOTNET: Tool = {
  options: '-v= --verbosity=',
  verbs: {
    '--info, --list-sdks, --list-runtimes, help, nuget locals': '',
    'build, run, test, publish, pack, watch, msbuild, restore, clean, list, format, add, remove, ef, tool run, vstest, exec, sln, new, store':
      { does: 'execute project-code', lenient: true },
    'tool install, tool update, tool restore, workload install, workload update': {
      does: 'execute package-code; connect api.nuget.org',
      lenient: true,
    },
    'nuget push': { does: 'send package api.nuget.org', operands: 'read', lenient: true },
    'nuget delete': { does: 'delete package; connect api.nuget.org', lenient: true },
    'ef database drop': { does: 'execute project-code; delete database', lenient: true },
    'ef database update': { does: 'execute project-code; write database', lenient: true },
    'tool uninstall, workload uninstall': 'delete system-package {*}',
  },
};

export const DENO: Tool = {
  options: '-q -L= --quiet --log-level=',
  verbs: {
    // Its plugins are programs that deno.json names.
    lint: { options: '--json --rules --compact --ext=', does: 'execute project-code', operands: 'read' },
    'types, fmt, info, help, completions, doc': {
      options: '--json --check --rules --compact --ext= --unstable',
      does: '',
      operands: 'read',
    },
    'run, test, bench, task, eval, repl, serve, compile, bundle, check, cache, install, i, add, remove, x, jupyter, coverage, init, create':
      {
        does: 'execute project-code',
        lenient: true,
        about: [[/^(?:https?|npm|jsr):/, 'execute downloaded-code {*}; connect? wherever {*} lies']],
      },
    upgrade: { does: 'execute downloaded-code; connect dl.deno.land', lenient: true },
    publish: {
      does: 'send package jsr.io',
      lenient: true,
      options: '--dry-run',
      instead: { '--dry-run': 'execute project-code' },
    },
    outdated: {
      does: 'connect jsr.io',
      with: { '--update': 'write @deno.json' },
      options: '--update --latest --compatible',
    },
    deploy: { does: 'execute project-code; write cloud; send page', lenient: true },
  },
};
