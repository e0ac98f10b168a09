// Tools that hold secrets, and the agents themselves: printing a secret is reading credentials, and another agent is nobody's
// command. Sources: the manuals of pass, 1Password, Bitwarden, Vault, GnuPG, OpenSSH, macOS; `--help` of the agents.
import type { Tool, Verb } from '../table.ts';

const SECRET: Verb = { does: 'read credentials {path} {*}', lenient: true };
const CHANGES: Verb = { does: 'write credentials {path} {*}', lenient: true };
const REMOVES: Verb = { does: 'delete credentials {path} {*}', lenient: true };
const NAMES: Verb = { does: 'read names secrets', lenient: true };

export const SECRETS: { readonly [names: string]: Tool } = {
  'pass gopass': {
    verbs: {
      'ls, list, find, search, version, help': NAMES,
      'insert, add, edit, generate, mv, rename, cp, copy, init, git, otp insert': CHANGES,
      'rm, remove, delete': REMOVES,
      '': SECRET,
      '*': SECRET,
    },
  },
  op: {
    verbs: {
      'item list, vault list, account list, user list, group list, --version, whoami': NAMES,
      'item create, item edit, item move, document create, document edit, vault create, user invite, signin, signout, account add, item share':
        CHANGES,
      'item delete, document delete, vault delete, user delete': REMOVES,
      run: { does: 'read credentials; execute inline-code', lenient: true },
      '*, * *': SECRET,
    },
  },
  'bw bws': {
    verbs: {
      'status, sync, list folders, list organizations, --version': NAMES,
      'create, edit, share, confirm, import, login, logout, unlock, lock, restore, config, send': CHANGES,
      delete: REMOVES,
      '*': SECRET,
    },
  },
  vault: {
    options: '-address= -namespace= -format= -field=',
    verbs: {
      'status, version, secrets list, auth list, policy list, list, kv list, audit list, operator members': NAMES,
      'write, kv put, kv patch, policy write, auth enable, secrets enable, login, token create, operator init, operator unseal, kv rollback, kv undelete, token renew, lease renew, secrets tune':
        CHANGES,
      'delete, kv delete, kv destroy, kv metadata delete, secrets disable, auth disable, token revoke, lease revoke, policy delete, operator seal, operator rekey':
        REMOVES,
      '*, * *': SECRET,
    },
  },
  'secret-tool keyring kwallet-query lssecret chezmoi-secret lpass keepassxc-cli rbw dashlane doppler infisical envchain berglas chamber teller sops age-keygen gcloud-secret akeyless':
    {
      verbs: {
        '--version, ls, list, help, search': NAMES,
        'store, set, add, insert, edit, import, login, logout, rotate, generate, unlock, lock, sync': CHANGES,
        'clear, rm, delete, del, remove': REMOVES,
        '': SECRET,
        '*': SECRET,
      },
    },
  'aws-vault saml2aws aws-sso granted assume aws-okta gimme-aws-creds okta-aws-cli': {
    verbs: {
      'list, --version': NAMES,
      'add, rotate, login, logout': CHANGES,
      'remove, clear': REMOVES,
      '': { does: 'read credentials; execute inline-code', lenient: true },
      '*': { does: 'read credentials; execute inline-code', lenient: true },
    },
  },
  gpg: {
    abbreviates: true,
    options:
      '-q -v -a -n --batch --yes --no --quiet --verbose --armor --no-tty --homedir< --keyring< --no-default-keyring --with-colons --with-fingerprint --keyid-format= --trust-model= --pinentry-mode= --status-fd= --no-greeting --options! --passphrase= --passphrase-file< --passphrase-fd= --output> -o> --keyserver= --agent-program! --dirmngr-program! --gpgconf-path! --photo-viewer! --exec-path!',
    verbs: {
      '': {
        options:
          '-k -K -e -d -s -b -c -r= -u= --list-keys --list-public-keys --list-secret-keys --list-sigs --check-sigs --fingerprint --list-packets --list-config --verify --verify-files --encrypt --decrypt --sign --clear-sign --clearsign --detach-sign --symmetric --recipient= --local-user= --export --export-ssh-key= --export-secret-keys --export-secret-subkeys --export-ownertrust --import --recv-keys --receive-keys --send-keys --search-keys --refresh-keys --fetch-keys --gen-key --generate-key --full-generate-key --quick-generate-key --edit-key= --delete-keys --delete-secret-keys --delete-secret-and-public-keys --delete-key --gen-revoke= --import-ownertrust --sign-key= --lsign-key= --passwd= --change-passphrase= --print-md= --version --help --dearmor --enarmor --gen-random --card-status --card-edit --quick-add-key --quick-revoke-uid',
        does: '',
        operands: 'text',
        with: {
          '-d --decrypt --export-secret-keys --export-secret-subkeys': 'read credentials {path} {*}',
          '-e --encrypt -s --sign --clear-sign --clearsign -b --detach-sign -c --symmetric --dearmor --enarmor':
            'read @{*}; write? @.; read? credentials signing key',
          '--import --gen-key --generate-key --full-generate-key --quick-generate-key --edit-key --import-ownertrust --sign-key --lsign-key --passwd --change-passphrase --card-edit --quick-add-key --quick-revoke-uid --gen-revoke':
            'write credentials keyring {*}',
          '--delete-keys --delete-secret-keys --delete-secret-and-public-keys --delete-key':
            'delete credentials keyring {*}',
          '--recv-keys --receive-keys --search-keys --refresh-keys --fetch-keys':
            'connect the key server; write credentials keyring',
          '--send-keys': 'send page the key server',
          '--verify --verify-files': 'read @{*}',
        },
      },
    },
  },
  'ssh-add ssh-agent ssh-copy-id ssh-import-id': {
    verbs: {
      '': {
        does: 'write credentials {tool} {*}',
        options: '-l -L -D -d -K -A -q -t= -x -X -s! -e= -c',
        instead: { '-l -L': 'read names keys' },
        with: { '-D -d': 'delete credentials keys of the agent' },
      },
    },
  },
  'ssh-keygen': {
    verbs: {
      '': {
        does: 'write credentials {tool} {-f} {*}; write @{-f}',
        options:
          '-t= -b= -f= -C= -N= -P= -q -y -l -F= -H -R= -A -i -e -m= -p -c -a= -L -B -E= -Y= -n= -s= -I= -D! -w! -O= -U -v -V= -z= -r= -K -k -Q -u',
        instead: {
          '-l -F -L -B': 'read names key; read @{-f}',
          '-y': 'read credentials {-f}; read @{-f}',
          '-R': 'write @~/.ssh/known_hosts',
        },
      },
    },
  },
  'ssh-keyscan': { verbs: { '': { does: 'connect {0}', options: '-t= -p= -T= -H -4 -6 -q -v -D -c -f<' } } },
  security: {
    verbs: {
      'list-keychains, default-keychain, help, show-keychain-info, find-identity, verify-cert, dump-trust-settings, list-smartcards, error':
        NAMES,
      'find-generic-password, find-internet-password, find-certificate, dump-keychain, export, find-key, cms, export-smartcard':
        SECRET,
      'delete-generic-password, delete-internet-password, delete-keychain, delete-certificate, delete-identity, remove-trusted-cert':
        REMOVES,
      '*': CHANGES,
    },
  },
  'chage-key kinit kdestroy kpasswd ktutil klist certutil keytool openssl-ca certbot mkcert step dotenv-vault': {
    verbs: { '-l, --version, list, certificates': NAMES, '': CHANGES, '*': CHANGES },
  },
};

/** Starting another agent: what it does is decided there. Options that switch its own checks off change what keeps it in bounds. */
const OFF = 'change-safety {tool} without its own checks';
const SESSION: Verb = {
  options:
    '-p -c -r? --print --continue --resume? --model= -m= --dangerously-skip-permissions --allow-dangerously-skip-permissions --yolo -y --full-auto --dangerously-bypass-approvals-and-sandbox --ask-for-approval= -a= --sandbox= -s= --yes --yes-always --auto-approve --permission-mode= --allowedTools= --allowed-tools= --approval-mode= --trust --trust-all-tools --mcp-config< --settings= --add-dir< --force -f --skip-trust --auto --no-sandbox --disable-hooks',
  does: 'execute agent-session {tool} session',
  with: {
    '--dangerously-skip-permissions --allow-dangerously-skip-permissions --yolo -y --full-auto --dangerously-bypass-approvals-and-sandbox --ask-for-approval --sandbox --yes --yes-always --auto-approve --permission-mode --allowedTools --allowed-tools --approval-mode --trust --trust-all-tools --settings --force --skip-trust --auto --no-sandbox --disable-hooks --mcp-config':
      OFF,
  },
  lenient: true,
};
export const AGENTS: Tool = {
  verbs: {
    '--version, -v, -V, --help, version, help, mcp list, mcp get, config get, config list, models, auth list, plugin list, agents, stats, doctor, extensions list, agent list':
      { does: '', lenient: true },
    'mcp add, mcp add-json, mcp add-from-claude-desktop, mcp remove, mcp reset-project-choices, config set, config add, config remove, config, plugin install, plugin uninstall, plugin enable, plugin disable, plugin marketplace add, extensions install, extensions uninstall, extensions enable, extensions disable, hooks, setup-token, migrate-installer, update, upgrade, install, agent create, trust':
      { does: 'change-safety {tool} {path} {*}', lenient: true },
    'auth login, auth logout, login, logout, /login': { does: 'write credentials {tool}', lenient: true },
    'session delete, sessions delete, history clear, uninstall, project purge': {
      does: 'delete agent-session {tool} {*}',
      lenient: true,
    },
    '': SESSION,
    '*': SESSION,
  },
};
