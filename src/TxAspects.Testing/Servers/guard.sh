# guard.sh RUN OWNER SERVER...: runs the server, and stops it once standard input ends, which is when the owner process
# disposes it or dies in any way. Exits with the server's own status when that ends first.
umask 077
trap '' HUP INT TERM
run=$1 owner=$2
shift 2
exec 3<&0 </dev/null >>"$run/server.log" 2>&1

# Without a session of its own, the server gets a process group: Ctrl-C in the terminal is the owner's to handle.
command -v setsid >/dev/null || set -m
[ -z "$owner" ] || chown -R "$owner" "$run" || exit 1

"$@" 3<&- &
server=$!
{
  read -r line <&3
  fallback= pid=
  if kill -0 $$ 2>/dev/null; then
    fallback=$server
    : >"$run/stopping"
  fi
  # The server's own file is surer: a wrapper that changes the user may be the child, and a killed guard's number is no good.
  [ ! -r "$run/data/postmaster.pid" ] || read -r pid <"$run/data/postmaster.pid"
  pid=${pid:-$fallback}
  [ -z "$pid" ] || kill -QUIT "$pid"
} &
watcher=$!
exec 3<&-

wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
[ ! -e "$run/stopping" ] || rm -rf "$run" "$run.lock"
exit "$status"
