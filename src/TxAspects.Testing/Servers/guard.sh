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
  : >"$run/stopping"
  pid=
  # A wrapper that changes the user may be the child; the server's own process is in its file.
  [ ! -r "$run/data/postmaster.pid" ] || read -r pid <"$run/data/postmaster.pid"
  kill -QUIT "${pid:-$server}"
} &
watcher=$!
exec 3<&-

wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
[ ! -e "$run/stopping" ] || rm -rf "$run" "$run.lock"
exit "$status"
