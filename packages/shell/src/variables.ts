// Variables that change what other commands do. Setting one of them is more than setting a variable: nothing after it is
// what it looks like.

/** Names that shells and common tools read code, paths or commands from. */
const DANGEROUS = [
  /^(?:PATH|IFS|HOME|PWD|OLDPWD|CDPATH|ENV|SHELL|SHELLOPTS|BASHOPTS|PS[0-4]|GLOBIGNORE|HOSTFILE|FUNCNEST|TMPDIR|TEMP|TMP)$/,
  /^(?:FPATH|ZDOTDIR|NULLCMD|READNULLCMD|TMPPREFIX|MAILPATH|HISTFILE|INPUTRC|TERMINFO.*|TERMCAP|NLSPATH|LOCPATH|GCONV_PATH)$/,
  /^(?:EDITOR|VISUAL|BROWSER|FCEDIT|POSIXLY_CORRECT|AWKPATH|AWKLIBPATH|TAR_OPTIONS|RIPGREP_CONFIG_PATH|CC|CXX|LD|AR)$/,
  /^(?:BASH|LD|DYLD|GIT|SSH|GPG|LESS|MAN|NODE|NPM|npm|PYTHON|PIP|UV|PERL|RUBY|GEM|BUNDLE|JAVA|JDK|MAVEN|GRADLE)/,
  /^(?:CARGO|RUST|GO|DOTNET|PHP|LUA|R_|CURL|WGET|GREP|JQ|MAKE|CMAKE|DOCKER|KUBE|AWS|SYSTEMD|DBUS|XDG|ELECTRON)/,
  /^(?:CASTELLAN|CLAUDE|ANTHROPIC|CODEX|OPENAI|OPENCODE)/,
  /(?:PAGER|_COMMAND|_OPTS|_OPTIONS|FLAGS|_PRELOAD|_CONFIG|_HOOK|_PATH|_HOME|OPEN|CLOSE)$/,
  /proxy$/i,
  /^(?:path|cdpath|fpath|mailpath|manpath|module_path|fignore|psvar|argv|commands|aliases|galiases|saliases|functions)$/,
  /^(?:options|parameters|prompt|status|watch|nameddirs|userdirs|dis_.*|.*_functions)$/,
];

/** Names that are passed on to a command without changing what it is. */
const PASSED_ON =
  /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|COLUMNS|LINES|TERM|CI|DEBIAN_FRONTEND|NODE_ENV|RAILS_ENV|RACK_ENV|APP_ENV|DEBUG|VERBOSE|PORT)$/;

/** Whole numbers to some shells, which calculate what is assigned to them: `SECONDS='a[$(x)]'` runs x. */
const CALCULATED =
  /^(?:COLUMNS|LINES|SECONDS|RANDOM|SRANDOM|HISTSIZE|SAVEHIST|HISTCMD|KEYTIMEOUT|LISTMAX|LOGCHECK|MAILCHECK|REPORTTIME|REPORTMEMORY|TMOUT|OPTIND|BAUD|DIRSTACKSIZE|UID|EUID|GID|EGID|PPID|ERRNO|SHLVL|LINENO|TTYIDLE|FUNCNEST|EPOCHSECONDS|EPOCHREALTIME|BASHPID|TRY_BLOCK_ERROR|_)$/;

/** Names whose value is not what was assigned. */
export const isCalculated = (name: string): boolean => CALCULATED.test(name);

export const isName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name);

/** Whether a plain assignment (`x=1`) may change what other commands do. */
export const isDangerous = (name: string): boolean => !isName(name) || DANGEROUS.some((pattern) => pattern.test(name));

/** Whether a variable may be put into a command's environment: only names that are known to be harmless. */
export const mayPassOn = (name: string): boolean => PASSED_ON.test(name);
