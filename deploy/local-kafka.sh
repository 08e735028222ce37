#!/bin/sh
# Starts a local Kafka broker without Docker: Apache Kafka from Maven's jars, one node, KRaft, no password. For trying things out and for tests.
#
#   deploy/local-kafka.sh [--port 9092] [--data DIR] [--jars DIR] [--fetch-only]
#
# Runs in the foreground; ctrl-c stops it. Needs Java 17 or newer; Maven the first time, to fetch the jars (43 MB).
#   --data DIR     keeps the data there (default: a temporary directory, removed at the end)
#   --jars DIR     where the jars are kept (default: ~/.cache/feedmill/kafka-4.1.0)
#   --fetch-only   only fetches the jars
set -eu

port=9092
data=
jars=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/feedmill/kafka-4.1.0
fetch_only=

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0"; }

while [ $# -gt 0 ]; do
    case $1 in
        --port) port=$2; shift 2 ;;
        --data) data=$2; shift 2 ;;
        --jars) jars=$2; shift 2 ;;
        --fetch-only) fetch_only=yes; shift ;;
        -h|--help) usage; exit 0 ;;
        *) echo "local-kafka.sh: unknown argument $1" >&2; usage >&2; exit 2 ;;
    esac
done

here=$(cd "$(dirname "$0")" && pwd)/local-kafka

need() {
    command -v "$1" >/dev/null 2>&1 || { echo "local-kafka.sh: $1 is missing; install $2" >&2; exit 2; }
}

# Complete only with the mark: an interrupted fetch begins again.
if [ ! -e "$jars/complete" ]; then
    need mvn "Maven (Debian: apt-get install maven)"
    mkdir -p "$jars"
    echo "fetching Apache Kafka 4.1.0 into $jars" >&2
    mvn -B -q -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$jars" >&2
    touch "$jars/complete"
fi
[ -z "$fetch_only" ] || exit 0

need java "Java 17 or newer (Debian: apt-get install openjdk-17-jre-headless)"

temporary=
if [ -z "$data" ]; then
    data=$(mktemp -d)
    temporary=yes
fi
mkdir -p "$data"
finish() {
    trap - INT TERM EXIT
    [ -z "${broker:-}" ] || { kill "$broker" 2>/dev/null || true; wait "$broker" 2>/dev/null || true; }
    [ -z "$temporary" ] || rm -rf "$data"
}
trap 'finish; exit 0' INT TERM
trap finish EXIT

cat > "$data/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$data/log
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
message.max.bytes=33554432
PROPERTIES

# The compressors unpack native libraries into the folder for temporary files, and a killed broker leaves them behind.
mkdir -p "$data/tmp"
# Takes the place of the shell that it is called in.
kafka() { exec java -Xmx512m -XX:+UseSerialGC "-Djava.io.tmpdir=$data/tmp" "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$jars/*" "$@"; }

if [ ! -e "$data/log/meta.properties" ]; then
    (kafka kafka.tools.StorageTool format -t "$(kafka kafka.tools.StorageTool random-uuid)" -c "$data/server.properties" -g >/dev/null)
fi
echo "Kafka listens on 127.0.0.1:$port (data: $data); ctrl-c stops it" >&2
kafka kafka.Kafka "$data/server.properties" &
broker=$!
wait "$broker"
