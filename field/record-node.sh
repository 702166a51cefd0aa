#!/bin/sh
# Records the NICs of one node for `plumbline replay --captures DIR`: a NODE-NIC.pcap for each, and NODE.links.json.
# Needs a Linux node, root, tcpdump and iproute2; nothing of Plumbline.
set -u

# What DeepFlow's agent captures unless its group says otherwise (tap_interface_regex).
default_regex='^(tap.*|cali.*|veth.*|eth.*|en[osipx].*|lxc.*|lo|[0-9a-f]+_h)$'

node=$(hostname 2>/dev/null || cat /proc/sys/kernel/hostname)
out=plumbline-captures
regex=$default_regex
seconds=60
file_mb=100
total_mb=1000
free_mb=500
snaplen=0
most_nics=128
filter=
links_only=no

usage() {
    cat <<USAGE
Usage: record-node.sh [options]
  -n NODE     the node's name in Kubernetes (default: $node)
  -o DIR      where to write (default: $out)
  -i REGEX    NICs to record, extended regular expression
              (default: $default_regex)
  -t SECONDS  how long (default: $seconds)
  -c MB       largest size of one file (default: $file_mb)
  -C MB       largest size of all files (default: $total_mb)
  -F MB       room to leave on the disk (default: $free_mb)
  -s BYTES    of each packet; 0 is all of it, 256 is enough for headers in tunnels (default: $snaplen)
  -m NICS     refuse to record more NICs than this at once (default: $most_nics)
  -f FILTER   for tcpdump; in tunnels it sees the outer packet alone
  -l          write NODE.links.json alone
  -h          this text
Ctrl-C or TERM ends the recording early; what is recorded by then is kept.
USAGE
}

say() { printf '%s\n' "record-node: $*" >&2; }
fail() {
    say "$*"
    exit 2
}

# -- options ---------------------------------------------------------------------------------------------------------

while getopts 'n:o:i:t:c:C:F:s:m:f:lh' option; do
    case $option in
        n) node=$OPTARG ;;
        o) out=$OPTARG ;;
        i) regex=$OPTARG ;;
        t) seconds=$OPTARG ;;
        c) file_mb=$OPTARG ;;
        C) total_mb=$OPTARG ;;
        F) free_mb=$OPTARG ;;
        s) snaplen=$OPTARG ;;
        m) most_nics=$OPTARG ;;
        f) filter=$OPTARG ;;
        l) links_only=yes ;;
        h)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || fail "unexpected argument: $1 (record-node.sh -h tells more)"
for pair in "-t $seconds" "-c $file_mb" "-C $total_mb" "-m $most_nics"; do
    case ${pair#* } in
        '' | *[!0-9]* | 0*) fail "${pair%% *} wants a whole number above 0, found: ${pair#* }" ;;
    esac
done
for pair in "-F $free_mb" "-s $snaplen"; do
    case ${pair#* } in
        '' | *[!0-9]*) fail "${pair%% *} wants a whole number, found: ${pair#* }" ;;
    esac
done
case $node in
    '' | .* | *[!A-Za-z0-9.-]*) fail "-n wants the name of the node as Kubernetes has it, found: $node" ;;
esac
printf '' | grep -E -e "$regex" >/dev/null 2>&1
[ $? -lt 2 ] || fail "-i is no extended regular expression: $regex"

# -- what it needs ---------------------------------------------------------------------------------------------------

[ "$(uname -s)" = Linux ] || fail 'this runs on a Linux node'
[ "$(id -u)" = 0 ] || fail 'run it as root: it reads network namespaces and captures packets'
# By its path: some builds of busybox would take their own ip, which knows no JSON.
program() {
    (
        IFS=:
        for folder in $PATH; do
            if [ -x "$folder/$1" ]; then
                printf '%s\n' "$folder/$1"
                exit 0
            fi
        done
        exit 1
    )
}
ip=$(program ip) || fail 'ip is missing: install iproute2 (iproute on Red Hat)'
"$ip" -d -j addr show >/dev/null 2>&1 || fail 'ip -j does not work: iproute2 4.18 or later is needed (not the ip of busybox)'
if [ $links_only = no ]; then
    command -v tcpdump >/dev/null 2>&1 || fail 'tcpdump is missing: install it, or give -l for the links alone'
fi
mkdir -p "$out" || fail "$out cannot be made"
[ -w "$out" ] || fail "$out cannot be written to"
umask 077

used_mb() { du -mc "$out/$node"-*.pcap 2>/dev/null | awk 'END { print $1 + 0 }'; }
left_mb() { df -Pk "$out" | awk 'NR == 2 { print int($4 / 1024) }'; }
file_bytes() { wc -c <"$1" 2>/dev/null || echo 0; }

# -- which veth belongs to which container ---------------------------------------------------------------------------

in_namespace() { # PATH COMMAND...
    path=$1
    shift
    nsenter --net="$path" "$@" 2>/dev/null
}

# One process of each network namespace that is not this one's, then those that only `ip netns` has a name for.
namespaces() {
    {
        for path in /proc/[0-9]*/ns/net; do
            id=$(readlink "$path" 2>/dev/null) && [ -n "$id" ] && printf '%s %s\n' "$id" "$path"
        done
        for path in /run/netns/* /var/run/docker/netns/*; do
            [ -e "$path" ] || continue
            id=$(stat -L -c %i "$path" 2>/dev/null) && printf 'net:[%s] %s\n' "$id" "$path"
        done
    } | awk -v own="$(readlink /proc/self/ns/net)" '$1 != own && !seen[$1]++'
}

write_links() {
    file=$out/$node.links.json
    count=0
    {
        printf '{\n"schema": "plumbline/links/1",\n"node": "%s",\n"root": ' "$node"
        "$ip" -d -j addr show
        printf ',\n"containers": [\n'
        first=yes
        while read -r id path; do
            [ -n "$path" ] || continue
            links=$(in_namespace "$path" "$ip" -d -j addr show) || continue
            [ -n "$links" ] || continue
            [ $first = yes ] || printf ',\n'
            first=no
            count=$((count + 1))
            number=${id#net:\[}
            printf '{"netns": "%s", "links": %s}' "${number%\]}" "$links"
        done <<LIST
$(namespaces)
LIST
        printf '\n]\n}\n'
    } >"$file.part" || fail "$file.part cannot be written"
    mv "$file.part" "$file" || fail "$file cannot be written"
    say "$file: NICs of the node and of $count other network namespaces"
}

if command -v nsenter >/dev/null 2>&1; then :; else
    in_namespace() {
        case $1 in /run/netns/*) ;; *) return 1 ;; esac
        name=${1#/run/netns/}
        shift
        "$ip" netns exec "$name" "$@" 2>/dev/null
    }
    say 'nsenter is missing (util-linux): only the namespaces that ip netns knows are looked at'
fi

write_links
[ $links_only = no ] || exit 0

# -- the recording ---------------------------------------------------------------------------------------------------

all_nics=$(for path in /sys/class/net/*/; do basename "$path"; done)
nics=$(printf '%s\n' "$all_nics" | grep -E -e "$regex")
[ -n "$nics" ] || fail "no NIC matches -i $regex; there are: $(printf '%s' "$all_nics" | tr '\n' ' ')"
number_of_nics=$(printf '%s\n' "$nics" | wc -l)
[ "$number_of_nics" -le "$most_nics" ] ||
    fail "$number_of_nics NICs match, -m allows $most_nics: narrow -i, or raise -m (one tcpdump runs for each)"
for nic in $nics; do
    if [ -e "$out/$node-$nic.pcap" ]; then
        fail "$out/$node-$nic.pcap is there already: give another -o, or move it away"
    fi
done
[ "$(left_mb)" -gt "$free_mb" ] || fail "$(left_mb) MB are free in $out, -F $free_mb are to stay free"

# tcpdump would else become a user that may not write here.
as_root=
if tcpdump --help 2>&1 | grep -q -e '-Z'; then as_root='-Z root'; fi

running=
stop_one() { # PID:NIC
    kill -TERM "${1%%:*}" 2>/dev/null
    wait "${1%%:*}" 2>/dev/null
}
stop_all() {
    for entry in $running; do kill -TERM "${entry%%:*}" 2>/dev/null; done
    for entry in $running; do
        wait "${entry%%:*}" 2>/dev/null
    done
    running=
}
ending=
trap 'ending="a signal"' INT TERM HUP
trap stop_all EXIT

for nic in $nics; do
    (
        # A terminal's Ctrl-C reaches the whole group; only this script ends the recorders. A file of twice the size is
        # stopped by the kernel, should the script be too slow to look.
        trap '' INT HUP
        ulimit -f $((file_mb * 4096)) 2>/dev/null
        # shellcheck disable=SC2086 # $as_root is two words or none
        exec tcpdump $as_root -i "$nic" -n -U -s "$snaplen" -w "$out/$node-$nic.pcap" ${filter:+"$filter"} \
            2>"$out/.$node-$nic.log"
    ) &
    running="$running $!:$nic"
done
# The first packets of a connection matter most: it is said that recording goes on only once it does.
waited=0
until [ "$(grep -l -e 'listening on' "$out/.$node-"*.log 2>/dev/null | wc -l)" -ge "$number_of_nics" ]; do
    if [ $waited -ge 10 ] || [ -n "$ending" ]; then break; fi
    waited=$((waited + 1))
    sleep 1
done
say "recording $number_of_nics NICs for $seconds s, at most $file_mb MB each and $total_mb MB in all, into $out:"
say "$(printf '%s' "$nics" | tr '\n' ' ')"
say 'Ctrl-C ends it early'

failed=no
passed=0
while [ -z "$ending" ]; do
    if [ "$passed" -ge "$seconds" ]; then
        ending="$seconds s"
        break
    fi
    sleep 1 &
    wait $! 2>/dev/null
    passed=$((passed + 1))
    still=
    for entry in $running; do
        nic=${entry#*:}
        if [ "$(file_bytes "$out/$node-$nic.pcap")" -ge $((file_mb * 1048576)) ]; then
            say "$nic: $file_mb MB are reached, its recording ends here"
            stop_one "$entry"
            continue
        fi
        if ! kill -0 "${entry%%:*}" 2>/dev/null; then
            say "$nic: tcpdump ended: $(tail -n 1 "$out/.$node-$nic.log" 2>/dev/null)"
            [ -s "$out/$node-$nic.pcap" ] || failed=yes
            continue
        fi
        still="$still $entry"
    done
    running=$still
    if [ -z "$running" ]; then
        ending='nothing is being recorded any more'
    elif [ "$(used_mb)" -ge "$total_mb" ]; then
        ending="$total_mb MB in all"
    elif [ "$(left_mb)" -le "$free_mb" ]; then
        ending="less than $free_mb MB free"
    fi
done
stop_all
say "ended: $ending"
for nic in $nics; do
    log=$out/.$node-$nic.log
    dropped=$(awk '/dropped by kernel/ { print $1 }' "$log" 2>/dev/null)
    if [ "${dropped:-0}" != 0 ]; then
        say "$nic: the kernel dropped $dropped packets; coverage by packet counts will be short of them"
    fi
    rm -f "$log"
done
say "in $out: $(used_mb) MB. Once for the cluster, where kubectl works:"
say '  kubectl get nodes,pods,services -A -o json > cluster.json'
say "then, with the files of all nodes in one folder: plumbline replay --captures $out --cluster cluster.json"
[ $failed = no ] || exit 1
