#!/bin/sh
# Prints page events as JSON Lines, for a topic to look at: each round a story, a copy of it elsewhere, the same page again and a page that
# is no article; every fifth round a record that is broken.
#
#   deploy/sample-producer.sh [ROUNDS [SECONDS]]      without end, a round every two seconds, when not told otherwise
set -eu
rounds=${1:-0}
pause=${2:-2}

# Title and three paragraphs of story number $1, divided by '|'. The sentences are thrown together from parts, so that no two stories are
# alike: otherwise all but the first would be, rightly, duplicates.
story() {
    awk -v seed="$1" '
        function pick(list, parts, n) { n = split(list, parts, ";"); return parts[1 + int(rand() * n)] }
        function who() { return pick("The mayor;A spokeswoman of the port;The school board;One of the farmers;The coach;The night watch;Her deputy;The ferry captain;A judge in the capital;The union;The young librarian;His neighbour;The museum;A group of students") }
        function did() { return pick("refused to sign;praised;delayed;wants to sell;has repaired;lost;counted;is looking for;defended;painted over;inherited;promised to return;measured;gave away") }
        function what() { return pick("the old tram depot;four hundred chairs;a letter from 1911;the new harbour rules;half of the orchard;the broken bell;the swimming hall;two barges of gravel;a list of names;the winter timetable;the longest bridge of the valley;a flock of geese;the unpaid bill;the clock above the gate") }
        function when() { return pick("on Monday morning;before the storm;during the vote;after eleven years;in front of the cameras;without a word;for the third time;between two meetings;at the last minute;on the way to the market;in spite of the rain;late on Friday") }
        function why() { return pick("because nobody had asked before;although the budget was spent in May;which surprised even the opposition;as the rules have demanded since the flood;so that the road can be opened again;while the neighbours were asleep;and the insurer has yet to answer;which will cost about " int(rand() * 900 + 100) " thousand;but the court may see it differently;as " int(rand() * 90 + 10) " witnesses confirmed;and that is unlikely to change before the autumn;where a crowd had been waiting since noon") }
        function sentence() { return who() " " did() " " what() " " when() ", " why() "." }
        function paragraph() { return sentence() " " sentence() " " sentence() }
        BEGIN {
            srand(seed * 7919 + 17)
            print who() " " did() " " what() "|" paragraph() "|" paragraph() "|" paragraph()
        }'
}

event() { printf '{"url": "%s", "fetched_at": "%s", "status": %s, "html": "%s"}\n' "$1" "$2" "$3" "$4"; }

round=0
while [ "$rounds" -eq 0 ] || [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    text=$(story "$round")
    title=${text%%|*}
    paragraphs="<p>$(printf %s "${text#*|}" | sed 's:|:</p><p>:g')</p>"
    url="https://www.sample-news.example/$(date -u +%Y/%m/%d)/story-$round"
    head="<html lang='en'><head><title>$title</title><meta property='article:published_time' content='$now'><meta name='author' content='Robin Sample'></head><body><nav><a href='/'>Home</a></nav>"
    page="$head<article><h1>$title</h1>$paragraphs</article><footer>All rights reserved</footer></body></html>"

    event "$url" "$now" 200 "$page"
    event "https://digest.example/local/story-$round" "$now" 200 "<html lang='en'><head><title>In short: $title</title></head><body><article><h1>In short: $title</h1>$paragraphs</article></body></html>"
    event "$url" "$now" 200 "$page"
    event "https://www.sample-news.example/missing-$round" "$now" 404 "<html><body><h1>Not found</h1></body></html>"
    [ $((round % 5)) -ne 0 ] || printf '{"url": "https://broken.example/%s", "html": "<p>cut off in the mid\n' "$round"
    [ "$round" -eq "$rounds" ] || sleep "$pause"
done
