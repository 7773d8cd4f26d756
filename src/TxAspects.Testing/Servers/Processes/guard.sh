# guard.sh RUN OWNER KEEPER...: runs KEEPER, which keeps the server, as whoever starts servers. Nothing here reads, follows or
# removes anything that OWNER, the server's account, can change: its data folder is handed over last, and taken back only by
# 'rmdir', when it is empty.
umask 077
trap '' HUP INT TERM
run=$1 owner=$2
shift 2
exec 3<&0 4>&1 </dev/null >>"$run/server.log" 2>&1

# Without a session of its own, the server gets a process group: Ctrl-C in the terminal is the owner's to handle.
command -v setsid >/dev/null || set -m
[ -z "$owner" ] || chown -R "$owner" "$run/data" || exit 1

"$@" <&3 3<&- &
keeper=$!
exec 3<&- 4>&-

wait "$keeper"
status=$?
if [ ! -e "$run/data" ] || rmdir "$run/data" 2>/dev/null; then
  rm -rf "$run" "$run.lock"
fi
exit "$status"
