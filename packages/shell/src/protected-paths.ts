// Files that are more than files, as data: what holds keys, what runs by itself, what version control keeps. One pattern a
// word: `*` any text within a name, `?` one character (a blank, too), a `/` at the end means the folder and all below it.
// All in lower case: they are compared without case, since a volume may be so too.
// Sources: the FILES sections of bash(1), zsh(1), fish(1), ssh(1), sudo(8), crontab(1), systemd.unit(5), launchd.plist(5),
// git-config(1), vim(1), gpg(1), netrc(5), proc(5), the XDG base directories; each program's own documentation for where it
// keeps its login; MITRE ATT&CK T1552 (unsecured credentials), T1555 (password stores), T1546.004 and T1547 (start-up).

/** Below a home folder: keys, tokens, password stores, logins of programs and browsers, histories of shells. */
export const CREDENTIALS_AT_HOME = `
.ssh/ .gnupg/ .password-store/ .aws/ .azure/ .config/gcloud/ .boto .s3cfg .oci/ .bluemix/ .aliyun/ .tccli/ .config/doctl/
.config/hcloud/ .config/scw/ .config/linode-cli .fly/config.yml .config/heroku/ .config/netlify/ .netlify/ .vercel/
.local/share/com.vercel.cli/ .wrangler/config/ .config/.wrangler/ .config/configstore/ .config/rclone/ .rclone.conf
.kube/config* .docker/config.json .dockercfg .config/containers/auth.json .config/helm/registry/config.json
.terraform.d/credentials.tfrc.json .terraformrc .pulumi/credentials.json .vault-token .vault/ .config/sops/ .config/age/ .age/
.netrc _netrc .authinfo* .curlrc .wgetrc .git-credentials .config/git/credentials .config/gh/hosts.yml .config/hub
.config/glab-cli/ .config/tea/ .subversion/auth/ .npmrc .yarnrc.yml .pypirc .cargo/credentials* .gem/credentials .bundle/config
.m2/settings*.xml .gradle/gradle.properties .nuget/nuget/nuget.config .composer/auth.json .config/composer/auth.json .hex/
.pgpass .my.cnf .mylogin.cnf .snowsql/ .databrickscfg .kaggle/ .cache/huggingface/token .huggingface/token
.cache/huggingface/stored_tokens .config/openai/ .config/anthropic/ .config/io.datasette.llm/keys.json
.claude/.credentials.json .claude.json .codex/auth.json .gemini/oauth_creds.json .config/github-copilot/ .local/share/opencode/auth.json
.local/share/goose/ .local/share/amp/secrets.json .config/cursor/auth.json
.local/share/castellan/ .local/share/keyrings/ .gnome2/keyrings/ .local/share/kwalletd/ .kde/share/apps/kwallet/ library/keychains/ .pki/nssdb/
.config/1password/ .config/op/ .op/ .config/bitwarden*/ .config/keepassxc/ .local/share/lpass/ .lpass/ .config/keybase/
.mozilla/ .thunderbird/ .config/google-chrome*/ .config/chromium/ .config/bravesoftware/ .config/microsoft-edge*/
.config/vivaldi/ .config/opera/ snap/firefox/ snap/chromium/ .var/app/org.mozilla.firefox/ library/cookies/ library/safari/
library/application?support/google/chrome/ library/application?support/firefox/ library/application?support/bravesoftware/
library/application?support/microsoft?edge/ library/application?support/com.apple.tcc/
appdata/roaming/mozilla/ appdata/local/google/chrome/ appdata/roaming/microsoft/credentials/ appdata/roaming/microsoft/protect/
.config/slack/ .config/discord/ .config/signal/ .purple/accounts.xml .config/filezilla/ .filezilla/ .putty/ .vnc/passwd
.config/ngrok/ .ngrok2/ .cloudflared/ .msmtprc .mbsyncrc .fetchmailrc .offlineimaprc .muttrc .cert/
.bitcoin/ .litecoin/ .dogecoin/ .ethereum/keystore/ .config/solana/ .electrum/ .exodus/ .config/exodus/ .bitmonero/
.local/share/fish/fish_history .local/share/powershell/psreadline/ .history .histfile .zhistory .local/share/atuin/
.local/share/zsh/history .local/state/zsh/history .local/state/bash/history .local/state/nvim/shada/ .local/share/nvim/shada/
.config/openvpn/ .openvpn/ .davfs2/secrets .config/pypoetry/auth.toml library/application?support/pypoetry/auth.toml
.pip/pip.conf .config/pip/pip.conf library/application?support/pip/pip.conf .condarc .conda/.condarc .sbt/.credentials
.sbt/*/.credentials .sbt/*/credentials.sbt .ivy2/.credentials .config/pnpm/rc library/preferences/pnpm/rc
.config/stripe/ .railway/ .supabase/ .config/supabase/ .expo/ .sentryclirc .circleci/cli.yml .modal.toml .databricks/
.influxdbv2/ .mc/ .minio/ .config/minio/ .gsutil/ .config/wandb/ .tsh/ .step/ .chef/ .config/civo/ .civo.json .scwrc
.dbeaver/ .dbeaver4/ .local/share/dbeaverdata/ library/dbeaverdata/ .local/share/jupyter/runtime/ library/jupyter/runtime/
.jupyter/jupyter_*_config.json .android/adbkey .local/share/telegramdesktop/tdata/ .telegramdesktop/tdata/
.var/app/org.telegram.desktop/ snap/telegram-desktop/ .weechat/sec.conf .weechat/irc.conf .config/weechat/sec.conf
.config/weechat/irc.conf .irssi/config .config/aerc/accounts.conf .config/evolution/sources/ .local/share/evolution/
.config/geary/ .local/share/geary/ .neomuttrc .mutt/ .config/mutt/ .config/neomutt/ .config/msmtp/ .config/isyncrc
.config/arc/ .config/thorium/ .config/yandex-browser*/ .config/opera*/ .config/vivaldi*/ .config/chromium*/ .config/brave*/
.config/*/cookies .config/*/*/cookies .config/*/network/cookies .config/*/*/network/cookies .config/*/*/login?data*
snap/brave/ snap/opera/ snap/microsoft-edge/ snap/thunderbird/ .librewolf/ .waterfox/ .zen/ .floorp/ .local/share/torbrowser/
.var/app/com.google.chrome*/ .var/app/org.chromium.chromium/ .var/app/com.brave.browser*/ .var/app/com.microsoft.edge*/
.var/app/com.vivaldi.vivaldi/ .var/app/com.opera.opera/ .var/app/io.github.ungoogled_software.ungoogled_chromium/
.var/app/io.gitlab.librewolf-community/ .var/app/app.zen_browser.zen/ .var/app/org.mozilla.thunderbird/
library/application?support/arc/ library/application?support/chromium/ library/application?support/vivaldi/
library/application?support/com.operasoftware.opera/ library/application?support/*/*/cookies library/thunderbird/
appdata/local/microsoft/edge/ appdata/local/bravesoftware/ appdata/local/chromium/ appdata/local/vivaldi/
appdata/roaming/opera?software/ .config/rbw/ .local/share/rbw/ .cache/rbw/ .foundry/keystores/ .near-credentials/
.sui/sui_config/ .aptos/ .brownie/accounts/ .starknet_accounts/ .config/claude/ library/application?support/claude/
appdata/roaming/claude/ .claude/history.jsonl .claude/file-history/ .claude/paste-cache/ .claude/projects .claude/projects/*
.claude/projects/*/*.jsonl .claude/projects/*/*/subagents/ .claude/projects/*/*/tool-results/ .codex/sessions/
.codex/archived_sessions/ .codex/history.jsonl .gemini/tmp/ .gemini/google_accounts.json .local/share/opencode/storage/
`;

/** Anywhere: names that say what a file holds, and folders of keys that were copied or mounted. */
export const CREDENTIALS_ANYWHERE = `
.env .env.* *.env .dev.vars .npmrc .pypirc .netrc _netrc .git-credentials .dockercfg .pgpass .htpasswd .vault_pass* .vault-token
*.pem *.key *.p12 *.pfx *.p8 *.jks *.keystore *.ppk *.kdbx *.kdb *.agekey *.keytab *.ovpn
id_rsa id_rsa[._-]* id_dsa id_dsa[._-]* id_ecdsa id_ecdsa[._-]* id_ed25519 id_ed25519[._-]* ssh_host_*_key
*service?account*.json *serviceaccount*.json *firebase-adminsdk*.json client_secret*.json application_default_credentials.json
credentials credentials.json credentials.yml credentials.yaml credentials.toml credentials.ini credentials.csv
credentials.xml *?credentials.json .credentials.json secrets.json secrets.yml secrets.yaml secrets.toml secrets.env .secrets
*.tfstate *.tfstate.backup *.tfvars *.tfvars.json kubeconfig *.kubeconfig wallet.dat
.bash_history .zsh_history .sh_history .ksh_history .python_history .node_repl_history .psql_history .mysql_history
.sqlite_history .rediscli_history .mongosh_history .irb_history consolehost_history.txt
login?data cookies.sqlite key3.db key4.db logins.json signons.sqlite state.vscdb state.vscdb.backup
krb5cc_* *cifs*credential* *smb*credential* .smbcredentials *.keyring .msmtprc .*_history .*_history-*.tmp .viminfo* .lesshst
`;

/** Anywhere, with the folder it lies in: settings of agents, which hold the credential of their hooks and the tokens of servers. */
export const CREDENTIALS_IN_FOLDERS = `
.claude/settings*.json .mcp.json .claude.json .codex/config.toml .codex/hooks.json .codex/managed_config.toml
.cursor/mcp.json .cursor/hooks.json .gemini/settings.json .vscode/mcp.json opencode.json opencode.jsonc .opencode/plugin/
.opencode/plugins/ .config/opencode/plugin/ .config/opencode/plugins/ managed-settings*.json managed-mcp*.json
`;

/** Of the two lists above, what is meant to be read by everybody. */
export const NOT_CREDENTIALS = `
*.pub known_hosts known_hosts.* allowed_signers *.example *.sample *.template *.dist *.defaults *.schema *.example.*
*.sample.* *.template.* cacert.pem ca-bundle*.pem ca-certificates*.pem cert.pem chain.pem fullchain.pem *?cert.pem *?pub.pem
*?public.pem
`;

/** Folders of public certificates and of what packages bring along. */
export const PUBLIC_FOLDERS = `
/etc/ssl/certs/ /etc/apt/keyrings/ /etc/apt/trusted.gpg.d/ /usr/share/ /usr/lib/ /usr/local/share/ca-certificates/ /etc/pki/ca-trust/ /etc/pki/tls/certs/
`;

/** Absolute: what the system keeps. */
export const CREDENTIALS_OF_SYSTEM = `
/etc/shadow* /etc/gshadow* /etc/master.passwd /etc/security/opasswd /etc/sudoers /etc/sudoers.d/ /etc/krb5.keytab
/etc/ssl/private/ /etc/pki/tls/private/ /etc/letsencrypt/live/ /etc/letsencrypt/archive/ /etc/letsencrypt/keys/
/etc/networkmanager/system-connections/ /etc/wpa_supplicant/ /etc/wireguard/ /etc/ipsec.secrets /etc/ppp/chap-secrets
/etc/ppp/pap-secrets /etc/samba/smbpasswd /var/lib/samba/private/ /etc/postfix/sasl_passwd* /etc/mysql/debian.cnf
/etc/kubernetes/admin.conf /etc/kubernetes/pki/ /etc/rancher/k3s/k3s.yaml /var/lib/rancher/k3s/server/ /var/lib/kubelet/pki/
/run/secrets/ /var/run/secrets/ /run/credentials/ /proc/*/environ /proc/*/mem /proc/*/task/*/environ /proc/*/task/*/mem
/proc/kcore /dev/mem /dev/kmem /dev/kcore /var/db/dslocal/ /var/db/sudo/ /library/keychains/ /system/library/keychains/
/etc/apt/auth.conf /etc/apt/auth.conf.d/ /etc/openvpn/ /etc/davfs2/secrets /etc/exim4/passwd.client /etc/sssd/ /var/lib/sss/
/etc/redis/ /etc/redis.conf /usr/local/etc/redis.conf /etc/pip.conf /etc/msmtprc /etc/krb5kdc/ /var/kerberos/ /run/user/*/krb5cc*
/run/user/*/keyring/ /var/lib/krb5kdc/
/mnt/?/windows/system32/config/ /private/etc/master.passwd /private/etc/sudoers /private/etc/sudoers.d/
`;

/** Below a home folder: what a shell, a login, a desktop, an editor or version control runs by itself. */
export const STARTUP_AT_HOME = `
.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .bash_completion .bashrc.d/ .config/bash/ .profile .zshrc .zshenv
.zprofile .zlogin .zlogout .zsh_aliases .zsh/ .config/zsh/ .oh-my-zsh/ .zprezto/ .p10k.zsh .fzf.bash .fzf.zsh .kshrc .mkshrc
.shrc .cshrc .tcshrc .login .logout .config/fish/ .local/share/fish/vendor_conf.d/ .config/nushell/ .xonshrc .config/xonsh/
.elvish/ .config/elvish/ .config/powershell/ documents/powershell/ documents/windowspowershell/ .nvm/nvm.sh .cargo/env
.sdkman/bin/sdkman-init.sh .xinitrc .xserverrc .xsession .xsessionrc .xprofile .pam_environment .config/environment.d/
.config/autostart/ .config/autostart-scripts/ .config/plasma-workspace/ .kde/autostart/ .config/systemd/
.local/share/systemd/ .config/upstart/ library/launchagents/ library/loginitems/ library/startupitems/
.config/i3/ .i3/ .config/sway/ .config/hypr/ .config/awesome/ .config/openbox/ .config/bspwm/ .config/labwc/
.ssh/rc .ssh/environment .ssh/authorized_keys* .ssh/config .ssh/config.d/ .gitconfig .config/git/ .hgrc .config/hg/ .inputrc
.vimrc .gvimrc .exrc .vim/ .config/nvim/ .config/vim/ .emacs .emacs.el .emacs.d/ .config/emacs/ .doom.d/ .spacemacs .tmux.conf
.config/tmux/ .screenrc .gdbinit .config/gdb/ .lldbinit .irbrc .pryrc .rprofile .renviron .ghci .psqlrc .sqliterc .lessfilter
.config/direnv/ .pythonstartup .config/ipython/ .ipython/profile_default/startup/ .node_modules/ .forward .procmailrc
appdata/roaming/microsoft/windows/start?menu/programs/startup/
bin/ .local/bin/ .bin/ .cargo/bin/ go/bin/ .npm-global/bin/ .yarn/bin/ .bun/bin/ .deno/bin/ .volta/bin/ .pyenv/shims/
.rbenv/shims/ .asdf/shims/ .local/share/mise/shims/ .gradle/init.gradle* .gradle/init.d/ .mavenrc .cargo/config .cargo/config.toml
.yarnrc .docker/cli-plugins/ .config/kitty/ .config/alacritty/ .alacritty.* .config/wezterm/ .wezterm.lua .config/ghostty/
.config/*/user/settings.json .config/*/user/tasks.json .config/*/user/keybindings.json .config/*/user/profiles/
library/application?support/*/user/settings.json library/application?support/*/user/tasks.json .config/zed/ .vscode/extensions/
.cursor/extensions/ .vscode-oss/extensions/ .config/sublime-text*/ .config/helix/
`;

/** Anywhere: what runs on entering a folder, or whenever a language starts. */
export const STARTUP_ANYWHERE = '.envrc sitecustomize.py usercustomize.py';

/** Anywhere, with the folder it lies in: what an editor, a container or a language runs on opening a project or starting. */
export const STARTUP_IN_FOLDERS = `
.vscode/tasks.json .vscode/settings.json .vscode/launch.json .devcontainer/ .devcontainer.json .zed/settings.json
.zed/tasks.json site-packages/*.pth dist-packages/*.pth
`;

/** Absolute: what the system runs at a start, a login or a time. */
export const STARTUP_OF_SYSTEM = `
/etc/profile /etc/profile.d/ /etc/bash* /etc/zsh/ /etc/zsh* /etc/zprofile /etc/zlogin /etc/fish/ /etc/csh* /etc/ksh* /etc/shrc
/etc/environment /etc/environment.d/ /etc/skel/ /etc/inputrc /etc/pam.d/ /etc/pam.conf /etc/security/pam_env.conf
/etc/ld.so.preload /etc/ld.so.conf /etc/ld.so.conf.d/ /etc/rc.local /etc/rc?.d/ /etc/rc.d/ /etc/init.d/ /etc/init/ /etc/inittab
/etc/systemd/ /lib/systemd/ /usr/lib/systemd/ /usr/local/lib/systemd/ /run/systemd/system/ /etc/xdg/autostart/ /etc/x11/
/etc/cron* /etc/cron.d/ /etc/cron.daily/ /etc/cron.hourly/ /etc/cron.weekly/ /etc/cron.monthly/ /etc/anacrontab
/var/spool/cron/ /var/spool/at/ /var/spool/atjobs/ /etc/gitconfig /etc/vim/ /etc/vimrc /etc/ssh/sshrc /etc/udev/
/lib/udev/ /etc/update-motd.d/ /etc/networkmanager/dispatcher.d/ /etc/network/ /etc/apt/apt.conf.d/ /etc/modules-load.d/
/etc/modprobe.d/ /library/launchagents/ /library/launchdaemons/ /library/startupitems/ /system/library/launchagents/
/system/library/launchdaemons/ /usr/lib/cron/ /private/etc/profile /private/etc/zshrc /private/etc/bashrc
`;

/** Anywhere: folders that version control keeps, and those whose hooks it runs. */
export const REPOSITORY_ANYWHERE =
  '.git/ .hg/ .svn/ .bzr/ .jj/ .husky/ *.git/hooks/ *.git/config _darcs/ .github/workflows/ .fslckout';
