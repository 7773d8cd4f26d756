# keeper.sh DATA SERVER...: runs the server as the server's account. Answers and obeys the orders on standard input, and stops the
# server when that ends, which is when the process that started it disposes it or dies in any way. Then, and only then, it
# empties DATA.
umask 077
trap '' HUP INT TERM
data=$1
shift
exec 3<&0 </dev/null

# When a process began: its number alone may be another's by now.
born() {
  if [ -r "/proc/$1/stat" ]; then
    read -r stat <"/proc/$1/stat" && set -- ${stat##*)} && echo "${20}"
  else
    ps -o lstart= -p "$1"
  fi
} 2>/dev/null

signal() {
  [ "$(born "$server")" != "$begin" ] || kill -s "$1" "$server"
}

# The eighth line of the server's own file says how far it is.
is_ready() {
  [ -r "$data/postmaster.pid" ] || return 1
  number=0 line=
  while [ "$number" -lt 8 ] && read -r line; do number=$((number + 1)); done <"$data/postmaster.pid"
  case $number$line in 8ready*|8standby*) ;; *) return 1 ;; esac
} 2>/dev/null

"$@" 3<&- 4>&- &
server=$!
begin=$(born "$server")
{
  while read -r order <&3; do
    case $order in
      ask) if is_ready; then echo ready >&4; else echo waiting >&4; fi ;;
      kill) signal KILL ;;
    esac
  done
  ( : >"$data/stopping" )
  signal QUIT
} &
watcher=$!
exec 3<&- 4>&-

wait "$server"
status=$?
kill -KILL "$watcher" 2>/dev/null
[ ! -e "$data/stopping" ] || rm -rf "$data" 2>/dev/null
exit "$status"
