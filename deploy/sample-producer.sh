#!/bin/sh
# Prints page events as JSON Lines, for a topic to look at: a new story, a copy of it elsewhere, the same page again, a new version, and
# things that are no articles.
#
#   deploy/sample-producer.sh [ROUNDS [SECONDS]]      without end, a round every two seconds, when not told otherwise
set -eu
rounds=${1:-0}
pause=${2:-2}

# The parts that change with the round, so that each round is a story of its own.
pick() { n=$1; shift; shift $((n % $#)); printf %s "$1"; }

event() { printf '{"url": "%s", "fetched_at": "%s", "status": %s, "html": "%s"}\n' "$1" "$2" "$3" "$4"; }

round=0
while [ "$rounds" -eq 0 ] || [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    day=$(date -u +%Y-%m-%d)
    town=$(pick "$round" Valmera Bergstadt Minato Lakeside Tidewater Norrby Castelino)
    thing=$(pick $((round / 7)) "the swimming hall" "the night tram" "the town library" "the ferry line" "the market square")
    money=$((round * 37 % 900 + 100))
    title="$town decides to reopen $thing, vote $round of the year"
    first="<p>The council of $town voted on Monday to reopen $thing before the summer, after a debate that went on until midnight and was the longest of the year. It was vote number $round since January.</p>"
    second="<p>The work will cost $money thousand, of which the region pays a third. Members of the opposition called the sum a guess and asked for a second opinion, which the mayor promised to bring within $((round % 9 + 2)) weeks.</p>"
    third="<p>Residents had collected $((round * 113)) signatures on paper, carried to the hall in a wheelbarrow. Some of them waited on the steps for the result and cheered when the doors opened.</p>"
    head="<html lang='en'><head><title>$title</title><meta property='article:published_time' content='$now'><meta name='author' content='Robin Sample'></head><body><nav><a href='/'>Home</a></nav><article><h1>$title</h1>"
    tail="</article><footer>All rights reserved</footer></body></html>"
    url="https://www.sample-news.example/$day/story-$round"

    event "$url" "$now" 200 "$head$first$second$third$tail"
    event "https://digest.example/$day/$round" "$now" 200 "<html lang='en'><head><title>Digest: $town</title></head><body><article><h1>Digest: $town</h1>$first$second$third</article></body></html>"
    event "$url" "$now" 200 "$head$first$second$third$tail"
    event "https://www.sample-news.example/missing-$round" "$now" 404 "<html><body><h1>Not found</h1></body></html>"
    [ $((round % 5)) -ne 0 ] || printf '{"url": "https://broken.example/%s", "html": "<p>cut off in the mid\n' "$round"
    [ "$rounds" -ne 0 ] && [ "$round" -eq "$rounds" ] || sleep "$pause"
done
