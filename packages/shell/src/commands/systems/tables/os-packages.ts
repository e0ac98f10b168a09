// Packages of the system. Installing runs what a package brings along, with the rights of root. Sources: apt(8), dnf(8),
// pacman(8), apk(8), zypper(8), brew(1), nix(1), conda, snap(8), flatpak(1).
import type { Tool, Verb } from '../table.ts';

const SHOWS: Verb = { does: '', lenient: true };
const ASKS: Verb = { does: 'connect the package mirrors', lenient: true };
const INSTALLS: Verb = {
  does: 'execute package-code; connect the package mirrors; write system-package {*}',
  lenient: true,
};
const REMOVES: Verb = { does: 'delete system-package {*}', lenient: true };
const SETS: Verb = { does: 'write system-package {*}', lenient: true };
/** An option of apt and dpkg can name a hook or a helper that runs (apt.conf(5): `-o APT::Update::Pre-Invoke`; GTFOBins). */
const APT_OPTIONS =
  '-y -q -qq -s -d -f -m -u -V -t= -a= -o! -c! --option! --config-file! --yes --assume-yes --quiet --simulate --dry-run --just-print --no-install-recommends --install-recommends --download-only --fix-broken --allow-downgrades --allow-unauthenticated --installed --upgradable --all-versions --names-only --no-all-versions --recurse --purge --reinstall --only-upgrade --auto-remove --autoremove --default-release= --force-yes --allow-change-held-packages --no-upgrade';
const strict = (verb: Verb): Verb => ({ ...verb, lenient: false });

export const APT: Tool = {
  abbreviates: true,
  options: APT_OPTIONS,
  verbs: {
    'list, show, search, policy, depends, rdepends, help, showsrc, showpkg, madison, stats, dump, pkgnames, unmet, version, check, indextargets':
      strict(SHOWS),
    'changelog, download, source, update': {
      does: 'connect the package mirrors; write system-package package lists',
      lenient: false,
    },
    'install, reinstall, upgrade, full-upgrade, dist-upgrade, build-dep, satisfy': {
      ...strict(INSTALLS),
      instead: { '-s --simulate --dry-run --just-print': '' },
    },
    'remove, purge, autoremove, autopurge, clean, autoclean': {
      ...strict(REMOVES),
      instead: { '-s --simulate --dry-run --just-print': '' },
    },
    'hold, unhold, auto, manual, edit-sources': strict(SETS),
    'showhold, showauto, showmanual': strict(SHOWS),
  },
};
export const DPKG: Tool = {
  abbreviates: true,
  options: '--admindir< --root< --force-all --no-triggers',
  verbs: {
    '': {
      options:
        '-l? -L= -s= -S= -p= -I= -c= -C -V? --list? --listfiles= --status= --search= --print-avail= --info= --contents= --audit --verify? --get-selections? --print-architecture --print-foreign-architectures --compare-versions= -W? -f= --show? --showformat= -i -r -P --install --remove --purge --unpack --configure --set-selections --clear-selections --update-avail --add-architecture= --remove-architecture= --force-depends -a --pending --version --help',
      does: '',
      with: {
        '-i --install --unpack --configure': 'execute package-code; write system-package {*}',
        '-r -P --remove --purge': 'delete system-package {*}',
        '--set-selections --clear-selections --update-avail --add-architecture --remove-architecture':
          'write system-package {*}',
      },
    },
  },
};
export const RPM: Tool = {
  verbs: {
    '': {
      options:
        '-q -a -i -l -f -p -c -d -R -V -U -F -e -v -h --query --all --info --list --file --package --requires --provides --whatprovides= --whatrequires= --changelog --scripts --qf= --queryformat= --last --verify --install --upgrade --freshen --erase --reinstall --import --nodeps --force --test --checksig -K --configfiles --docfiles --state --dump --whatrecommends= --triggers --showrc',
      does: '',
      with: {
        '-U -F --install --upgrade --freshen --reinstall --import': 'execute package-code; write system-package {*}',
        '-e --erase': 'delete system-package {*}',
        '-i': 'write? system-package {*}; execute? package-code',
      },
      instead: { '-q --query': '' },
    },
  },
};
export const DNF: Tool = {
  options:
    '-y -q -v -C --assumeyes --assumeno --quiet --cacheonly --refresh --enablerepo= --disablerepo= --releasever= --nogpgcheck --best --allowerasing --skip-broken --installed --available',
  verbs: {
    'list, info, search, provides, whatprovides, repolist, repoinfo, history, history list, history info, deplist, repoquery, check, help, updateinfo, group list, group info, module list, alias':
      ASKS,
    'check-update, makecache, download': ASKS,
    'install, upgrade, update, reinstall, downgrade, localinstall, groupinstall, group install, distro-sync, system-upgrade, builddep, swap, module install, module enable, copr, config-manager':
      INSTALLS,
    'remove, erase, autoremove, clean, group remove, module remove, history undo, history rollback, mark': REMOVES,
  },
};
export const PACMAN: Tool = {
  verbs: {
    '': {
      options:
        '-Q -S -R -U -D -F -T -s -i -l -q -o -k -m -n -e -t -u -d -y -c -p -g -w -v -b< -r< --query --sync --remove --upgrade --database --files --deptest --search --info --list --quiet --owns --check --foreign --native --explicit --deps --unrequired --upgrades --noconfirm --needed --refresh --sysupgrade --clean --print --recursive --cascade --nosave --asdeps --asexplicit --overwrite= --config! --hookdir! --dbpath< --root<',
      does: '',
      with: {
        '-S --sync -U --upgrade': 'execute package-code; connect the package mirrors; write system-package {*}',
        '-R --remove': 'delete system-package {*}',
        '-D --database -F --files -y': 'write system-package {*}',
      },
      instead: { '-Q --query -T --deptest': '' },
    },
  },
};
export const APK: Tool = {
  options:
    '-q -v -U -X= --quiet --verbose --no-cache --update-cache --repository= --allow-untrusted --no-progress --root<',
  verbs: {
    'info, list, search, policy, version, dot, stats, audit, verify': SHOWS,
    'update, fetch, cache': ASKS,
    'add, upgrade, fix': INSTALLS,
    del: REMOVES,
  },
};
export const ZYPPER: Tool = {
  options: '-n -q -v --non-interactive --quiet --verbose --no-refresh',
  verbs: {
    'search, se, info, if, list-updates, lu, repos, lr, packages, pa, patches, what-provides, wp, patterns, products':
      ASKS,
    'refresh, ref': ASKS,
    'install, in, update, up, dup, dist-upgrade, patch, source-install, si, verify, ve': INSTALLS,
    'remove, rm, removerepo, rr, clean, cc': REMOVES,
    'addrepo, ar, modifyrepo, mr, addlock, al, removelock, rl': SETS,
  },
};
export const BREW: Tool = {
  options: '-q -v -d --quiet --verbose --debug --cask --casks --formula --formulae',
  verbs: {
    'list, ls, info, abv, deps, uses, leaves, config, commands, help, doctor, dr, log, cat, formulae, casks, shellenv, desc, tap-info, missing, services list, services info, --prefix, --cellar, --cache, --repository, --version, --env':
      SHOWS,
    'search, outdated, home, livecheck, audit': ASKS,
    'install, reinstall, upgrade, update, tap, link, postinstall, bundle, bundle install, fetch, migrate, developer, update-reset, unpin, pin, vendor-install':
      INSTALLS,
    'uninstall, remove, rm, autoremove, cleanup, untap, unlink, bundle cleanup': REMOVES,
    'services start, services stop, services restart, services run, services kill, services cleanup': {
      does: 'write service {*}',
      lenient: true,
    },
    'sh, ruby, irb, edit, create, test, bundle exec, extract': { does: 'execute inline-code', lenient: true },
  },
};
export const SNAP: Tool = {
  verbs: {
    'list, services, connections, interfaces, changes, version, warnings, get, model, tasks': SHOWS,
    'find, info, refresh --list': ASKS,
    'install, refresh, try, revert, enable, run, download': INSTALLS,
    'remove, disable, stop': REMOVES,
    'set, unset, connect, disconnect, alias, unalias, start, restart, switch': SETS,
  },
};
export const FLATPAK: Tool = {
  verbs: {
    'list, info, history, config, remotes, permissions, ps, documents': SHOWS,
    'search, remote-ls, remote-info': ASKS,
    'install, update, build, run, build-bundle, repair': INSTALLS,
    'uninstall, remove, kill': REMOVES,
    'override, permission-set, permission-remove, permission-reset, remote-add, remote-modify, remote-delete, mask, pin, make-current':
      SETS,
  },
};
const NIX_SCRIPT: Verb = { does: 'execute project-code; connect cache.nixos.org', lenient: true };
export const NIX: Tool = {
  options: '-v -L --extra-experimental-features= --experimental-features= --impure',
  verbs: {
    'search, flake show, flake metadata, flake info, path-info, show-config, store ls, why-depends, profile list, profile history, derivation show, registry list, doctor, config show':
      { does: 'connect? cache.nixos.org', lenient: true },
    'profile install, profile add, profile upgrade': INSTALLS,
    'profile remove, store gc, store delete, store optimise, profile wipe-history': REMOVES,
    'copy, store add, key': { does: 'send? package; write system-package', lenient: true },
    '*': NIX_SCRIPT,
  },
};
export const NIX_ENV: Tool = {
  verbs: {
    '': {
      does: 'write system-package',
      options:
        '-i -q -e -u -A -f! --install --query --uninstall --upgrade --attr --file! --rollback --list-generations --delete-generations',
      with: {
        '-i -u --install --upgrade -A': 'execute package-code; connect cache.nixos.org',
        '-e --uninstall --delete-generations': 'delete system-package {*}',
      },
      instead: { '-q --query --list-generations': '' },
    },
  },
};
export const CONDA: Tool = {
  options: '-n= -p= -q -v -y --name= --prefix= --quiet --json --yes',
  verbs: {
    'list, info, env list, config --show, search, compare, doctor': {
      does: 'connect? repo.anaconda.com',
      lenient: true,
    },
    'install, create, update, upgrade, env create, env update': {
      does: 'execute package-code; connect repo.anaconda.com; write system-package {*}',
      lenient: true,
    },
    'remove, uninstall, env remove, clean': REMOVES,
    run: { does: 'execute project-code', lenient: true },
    'config, init, activate, deactivate': SETS,
  },
};
