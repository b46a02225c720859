# Sets up .venv with the extra named in EXTRA. Sourced by ./run and ./test from the checkout's top folder (POSIX sh).
# PYTHON names another interpreter; pip's own settings (PIP_INDEX_URL ...) are honoured; a folder wheelhouse/ is used instead
# of the network where there is one.

# Compiled once and kept, also where the shell says otherwise: compiling anew would take most of every later start.
export PYTHONDONTWRITEBYTECODE=

as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# install_packages WHAT PACKAGE...: through apt when root, else names the one command.
install_packages() {
  what=$1; shift
  if as_root; then
    echo "Installing $what: $*" >&2
    log=$(mktemp)
    if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
      tail -n 15 "$log" >&2; rm -f "$log"; exit 2
    fi
    rm -f "$log"
  else
    echo "Missing: $what. Run:  sudo apt-get install -y $*" >&2; exit 2
  fi
}

# A half-made .venv has a python but no pip, so the stamp of a finished install decides, never the folder. The stamp names the
# checkout's own path too, because .venv points at it. What the tests need includes what the service needs.
want="$(pwd) $(cat setup.cfg pyproject.toml constraints.txt | cksum)"
ready() { [ "$(cat ".venv/.ready-$1" 2>/dev/null || true)" = "$want" ]; }
works() { [ -x .venv/bin/pip ] && .venv/bin/python -c '' 2>/dev/null; }
if ! works || { ! ready "$EXTRA" && ! ready test; }; then
  PY=${PYTHON:-python3}
  if ! command -v "$PY" >/dev/null 2>&1; then
    echo "Python 3.11 or newer is needed:  sudo apt-get install -y python3 python3-venv" >&2; exit 2
  fi
  if ! "$PY" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed; set PYTHON to its path." >&2; exit 2
  fi
  # Debian splits venv from Python. An interpreter of one's own has it, or cannot be helped by apt.
  "$PY" -c 'import ensurepip' 2>/dev/null || install_packages "Python's venv" python3-venv
  works || "$PY" -m venv --clear .venv
  echo "Setting up .venv (once) ..." >&2
  offline=
  if [ -d wheelhouse ]; then offline="--no-index --find-links wheelhouse"; fi
  # No stamp may outlive another install into the same folder, such as from a second checkout that links to it.
  rm -f .venv/.ready-*
  # shellcheck disable=SC2086  # the two options are meant to be split
  .venv/bin/python -m pip install -q --disable-pip-version-check $offline -c constraints.txt -e ".[$EXTRA]"
  echo "$want" >".venv/.ready-$EXTRA"
fi
