# Sourced by bin/serve, bin/test and bin/setup: the few Debian packages they stand on, installed when missing.
# Everything else (Python packages, Node.js, front-end packages) lands inside the project's folder.

# need_system_packages FLAVOUR   FLAVOUR is "serve", "test" to want a browser as well, or "bench" to want a client too.
need_system_packages() {
  local missing=() id=""
  # shellcheck disable=SC1091
  id=$(. /etc/os-release 2>/dev/null && echo "${ID:-}")
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
  if [ -z "${DATABASE_URL:-}" ] && ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null; then
    missing+=(postgresql-postgis)
  fi
  compgen -G '/usr/lib*/libatomic.so.1*' >/dev/null || compgen -G '/usr/lib/*/libatomic.so.1*' >/dev/null || missing+=(libatomic1)
  if [ "$1" = bench ] && ! command -v wrk >/dev/null; then missing+=(wrk); fi
  if [ "$1" != serve ] && ! command -v "${CHROMIUM:-chromium}" >/dev/null; then
    if [ -n "${CHROMIUM:-}" ]; then
      say "CHROMIUM names $CHROMIUM, which is not a program here"; exit 1
    elif [ "$id" = ubuntu ]; then
      say "the browser tests need Chromium or Chrome, which Ubuntu offers outside apt: install it (sudo snap install chromium)," \
        "or set CHROMIUM=/path/to/chrome"; exit 1
    fi
    missing+=(chromium fonts-dejavu-core)
  fi
  if [ ${#missing[@]} -gt 0 ]; then install_system_packages "${missing[@]}"; fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "Python 3.11 or newer is needed; $(python3 --version) is what python3 runs"; exit 1
  }
}

install_system_packages() {
  local line="apt-get install -y --no-install-recommends $*" as=()
  if ! command -v apt-get >/dev/null; then
    say "this system has no apt; install what gives these Debian packages: $*"; exit 1
  fi
  if [ "$(id -u)" != 0 ]; then
    if ! sudo_works; then
      say "some system packages are missing. Ask an administrator for:  sudo $line"; exit 1
    fi
    as=(sudo)
  fi
  say "installing system packages: $*"
  mkdir -p "$data"
  local log="$data/apt.log"
  if ! { "${as[@]}" apt-get update -q && "${as[@]}" env DEBIAN_FRONTEND=noninteractive $line; } </dev/null >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    if grep -q 'No space left\|enough free space' "$log"; then say "the disk is full"; else say "apt failed (all of it: $log)"; fi
    exit 1
  fi
}

# A sudo that asks for a password is fine at a terminal, useless elsewhere.
sudo_works() {
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

say() { echo "$name: $*" >&2; }
