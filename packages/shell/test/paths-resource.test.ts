// What a path is, by its name alone: keys, what runs by itself, version control, and what only looks like one of them.
import { pathResource } from '@castellan/shell';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const HOME = '/home/user';
const rows = (expected: string | undefined, list: string): void => {
  for (const path of list.split(/\s+/).filter(Boolean))
    expect([path, pathResource(path.replaceAll('␣', ' '), HOME)]).toEqual([path, expected]);
};

verifies(['G-C01'], 'keys, tokens, logins and histories, wherever they lie and however they are written', () => {
  rows(
    'credentials',
    `/home/user/.ssh /home/user/.ssh/id_ed25519 /home/user/.ssh/work /home/user/.SSH/ID_RSA /root/.ssh/id_rsa /home/eva/.ssh/id_rsa
    /Users/eva/.aws/credentials /home/user/.aws/sso/cache/x.json /mnt/c/Users/eva/.azure/accessTokens.json /srv/backup/.ssh/id_rsa
    /home/user/.config/gcloud/application_default_credentials.json /home/user/.kube/config /home/user/.docker/config.json
    /home/user/.netrc /home/user/.npmrc /home/user/project/.npmrc /home/user/.pypirc /home/user/.git-credentials
    /home/user/.config/git/credentials /home/user/.config/gh/hosts.yml /home/user/.gnupg/private-keys-v1.d/x.key
    /home/user/.password-store/bank.gpg /home/user/.local/share/keyrings/login.keyring /home/user/Library/Keychains/login.keychain-db
    /home/user/.mozilla/firefox/x.default/logins.json /home/user/.config/google-chrome/Default/Login␣Data
    /home/user/Library/Application␣Support/Google/Chrome/Default/Cookies /home/user/.config/op/config /home/user/vault.kdbx
    /home/user/project/.env /home/user/project/.env.production /home/user/project/deploy/prod.env /tmp/x/.env
    /home/user/project/key.pem /home/user/project/tls/server.key /home/user/project/cert.p12 /home/user/project/x.pfx
    /home/user/project/id_rsa /home/user/project/id_ed25519_work /home/user/project/service-account.json
    /home/user/project/gcp-service-account-prod.json /home/user/project/terraform.tfstate /home/user/project/prod.tfvars
    /home/user/project/credentials.json /home/user/project/secrets.yaml /home/user/.bash_history /home/user/.zsh_history
    /home/user/.local/share/fish/fish_history /etc/shadow /etc/shadow- /etc/sudoers /etc/sudoers.d/x /proc/1/environ
    /proc/self/environ /proc/42/mem /run/secrets/kubernetes.io/serviceaccount/token /var/run/secrets/x /home/user/.bitcoin/wallet.dat
    /home/user/.claude/.credentials.json /home/user/.codex/auth.json /home/user/.vault-token /home/user/.cargo/credentials.toml
    /home/user/.pgpass /home/user/.my.cnf /etc/ssl/private/x /etc/letsencrypt/live/x/privkey.pem /etc/ssh/ssh_host_rsa_key
    /tmp/krb5cc_1000 /run/user/1000/krb5cc /etc/apt/auth.conf /etc/apt/auth.conf.d/x.conf /etc/openvpn/client/a.conf
    /home/user/.davfs2/secrets /etc/davfs2/secrets /etc/exim4/passwd.client /etc/sssd/sssd.conf /home/user/.cifs-credentials
    /etc/cifs_credentials /home/user/a.keyring /root/.msmtprc /etc/redis/redis.conf /home/user/.config/pypoetry/auth.toml
    /home/user/.config/pip/pip.conf /etc/pip.conf /home/user/.condarc /home/user/.sbt/.credentials /home/user/.ivy2/.credentials
    /home/user/.config/pnpm/rc /home/user/.config/stripe/config.toml /home/user/.railway/config.json /home/user/.supabase/access-token
    /home/user/.expo/state.json /home/user/.sentryclirc /home/user/.circleci/cli.yml /home/user/.modal.toml
    /home/user/.databricks/token-cache.json /home/user/.influxdbv2/configs /home/user/.mc/config.json /home/user/.boto
    /home/user/.gsutil/credstore /home/user/.tsh/keys/x /home/user/.step/secrets/intermediate /home/user/.chef/me.rb
    /home/user/.local/share/DBeaverData/workspace6/General/.dbeaver/credentials-config.json
    /home/user/.local/share/jupyter/runtime/kernel-1.json /home/user/.android/adbkey
    /home/user/.local/share/TelegramDesktop/tdata/key_datas /home/user/.config/weechat/sec.conf /home/user/.config/aerc/accounts.conf
    /home/user/.config/evolution/sources/x.source /home/user/.config/geary/account_01/geary.ini
    /home/user/.config/Code/User/globalStorage/state.vscdb /home/user/.config/Cursor/User/globalStorage/state.vscdb
    /home/user/.config/VSCodium/Cookies /home/user/.config/Arc/Default/Login␣Data
    /home/user/.var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser/Default/Cookies /home/user/snap/brave/1/x
    /home/user/.config/Yandex-browser/Default/Cookies /home/user/.config/rbw/config.json /home/user/.foundry/keystores/a
    /home/user/.near-credentials/mainnet/a.json /home/user/.config/solana/id.json /home/user/.bash_eternal_history
    /home/user/.local/share/atuin/history.db /home/user/.viminfo /home/user/.python_history /home/user/.lesshst
    /home/user/.claude/projects/-home-user-project/1.jsonl /home/user/.claude/history.jsonl /home/user/.codex/sessions/2026/1.jsonl
    /home/user/.config/Claude/claude_desktop_config.json /home/user/.claude/settings.json /home/user/.codex/history.jsonl
    /home/user/project/.claude/settings.local.json /home/user/project/.mcp.json /home/user/.gemini/settings.json
    /home/user/.codex/config.toml /home/user/.cursor/mcp.json /home/user/.config/opencode/opencode.json`,
  );
});

test('what runs by itself at a start, a login or a time', () => {
  rows(
    'shell-startup',
    `/home/user/.bashrc /home/user/.bash_profile /home/user/.profile /home/user/.zshrc /home/user/.zshenv /home/user/.bash_logout
    /home/user/.config/fish/config.fish /home/user/.config/fish/conf.d/x.fish /root/.bashrc /Users/eva/.zprofile
    /etc/profile /etc/profile.d/x.sh /etc/bash.bashrc /etc/zsh/zshrc /etc/environment /etc/ld.so.preload /etc/pam.d/sudo
    /home/user/.config/autostart/x.desktop /home/user/.config/systemd/user/x.service /etc/systemd/system/x.service
    /home/user/Library/LaunchAgents/x.plist /Library/LaunchDaemons/x.plist /var/spool/cron/crontabs/user /etc/crontab /etc/cron.d/x
    /etc/init.d/x /etc/rc.local /home/user/.xinitrc /home/user/.pam_environment /home/user/.ssh/rc /home/user/.ssh/authorized_keys
    /home/user/.ssh/config /srv/home/.ssh/authorized_keys /home/user/.gitconfig /home/user/.config/git/config /home/user/.inputrc
    /home/user/.vimrc /home/user/.emacs /home/user/.config/nvim/init.lua /home/user/project/.envrc /home/user/.tmux.conf
    /home/user/Documents/PowerShell/Microsoft.PowerShell_profile.ps1 /usr/lib/python3/dist-packages/sitecustomize.py
    /home/user/.local/bin/tool /home/user/bin/ls /home/user/.local/lib/python3.12/site-packages/x.pth /home/user/.gradle/init.gradle
    /home/user/.gradle/init.d/x.gradle /home/user/.mavenrc /home/user/.cargo/config.toml /home/user/.yarnrc /home/user/.cargo/bin/x
    /home/user/.config/kitty/kitty.conf /home/user/.config/alacritty/alacritty.toml /home/user/.wezterm.lua
    /home/user/.config/Code/User/settings.json /home/user/.config/Cursor/User/tasks.json /home/user/.config/zed/settings.json
    /home/user/.docker/cli-plugins/docker-x /home/user/project/.vscode/tasks.json /home/user/project/.vscode/settings.json
    /home/user/project/.devcontainer/devcontainer.json /home/user/project/usercustomize.py`,
  );
});

test('what version control keeps and runs', () => {
  rows(
    'repository',
    `/home/user/project/.git /home/user/project/.git/config /home/user/project/.git/hooks/pre-commit /home/user/project/.GIT/HEAD
    /home/user/project/.hg/hgrc /home/user/project/.svn/wc.db /home/user/project/.husky/pre-commit /srv/x.git/hooks/update
    /home/user/project/.github/workflows/ci.yml`,
  );
});

test('ordinary files that only look like it', () => {
  rows(
    undefined,
    `/home/user/.ssh/known_hosts /home/user/.ssh/id_ed25519.pub /home/user/project/.env.example /home/user/project/.env.sample
    /home/user/project/terraform.tfvars.example /home/user/project/src/secrets.ts /home/user/project/src/credentials.go
    /home/user/project/.gitignore /home/user/project/.gitattributes /home/user/project/.github/dependabot.yml
    /home/user/project/src/env.ts /home/user/project/environment.yml /home/user/project/keys.md /home/user/project/id_map.ts
    /home/user/dotfiles/.bashrc /home/user/project/.bashrc /etc/passwd /etc/hosts /etc/os-release /usr/bin/env /usr/bin/ssh
    /etc/ssl/certs/ca.pem /usr/lib/python3/site-packages/certifi/cacert.pem /proc/cpuinfo /proc/self/status /dev/null
    /home/user /home/user/project /home/user/notes.md /home/user/.cache/pip/x /
    /home/user/project/bin/tool /home/user/project/.vscode/extensions.json /home/user/.claude/projects/-x/memory/MEMORY.md
    /home/user/project/src/cookies /usr/share/keyrings/debian.keyring /home/user/project/redis.conf /home/user/.config/Code/User/snippets`,
  );
});

test('quick, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 4096 }), (text) => {
      expect([undefined, 'credentials', 'shell-startup', 'repository']).toContain(pathResource(`/${text}`, HOME));
    }),
  );
  const start = performance.now();
  for (const part of ['a', '.', '/', '.config/', '/.git', 'service-account', '-', '.env.'])
    pathResource(`/home/user/${part.repeat(4096 / part.length)}`, HOME);
  expect(performance.now() - start).toBeLessThan(200);
});
