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
    /home/user/.pgpass /home/user/.my.cnf /etc/ssl/private/x /etc/letsencrypt/live/x/privkey.pem /etc/ssh/ssh_host_rsa_key`,
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
    /home/user/Documents/PowerShell/Microsoft.PowerShell_profile.ps1 /usr/lib/python3/dist-packages/sitecustomize.py`,
  );
});

test('what version control keeps and runs', () => {
  rows(
    'repository',
    `/home/user/project/.git /home/user/project/.git/config /home/user/project/.git/hooks/pre-commit /home/user/project/.GIT/HEAD
    /home/user/project/.hg/hgrc /home/user/project/.svn/wc.db /home/user/project/.husky/pre-commit /srv/x.git/hooks/update`,
  );
});

test('ordinary files that only look like it', () => {
  rows(
    undefined,
    `/home/user/.ssh/known_hosts /home/user/.ssh/id_ed25519.pub /home/user/project/.env.example /home/user/project/.env.sample
    /home/user/project/terraform.tfvars.example /home/user/project/src/secrets.ts /home/user/project/src/credentials.go
    /home/user/project/.gitignore /home/user/project/.gitattributes /home/user/project/.github/workflows/ci.yml
    /home/user/project/src/env.ts /home/user/project/environment.yml /home/user/project/keys.md /home/user/project/id_map.ts
    /home/user/dotfiles/.bashrc /home/user/project/.bashrc /etc/passwd /etc/hosts /etc/os-release /usr/bin/env /usr/bin/ssh
    /etc/ssl/certs/ca.pem /usr/lib/python3/site-packages/certifi/cacert.pem /proc/cpuinfo /proc/self/status /dev/null
    /home/user /home/user/project /home/user/notes.md /home/user/.cache/pip/x /home/user/.local/bin/tool /`,
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
