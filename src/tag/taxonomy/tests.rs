use super::*;

const FILE: &str = r#"
[[term]]
code = "desk:shipping"
label = "Shipping"
phrases = ["container ship", "Hapag-Lloyd", "Reeder"]

[[term]]
code = "org:who"
phrases = ["WHO"]
exact = true

[[rule]]
code = "desk:labour"
label = "Labour disputes"
when = '(strike OR walkout OR title:union) AND NOT "air strike"'

[[place]]
name = "Harbour Point"
phrases = ["HP Quay"]
country = "GB"
lat = 51.5
lon = -1.25
"#;

fn taxonomies() -> Taxonomies {
    read(&[("own.toml".into(), FILE.into()), ("more.csv".into(), "code,label,phrase\nx:1,\"One, two\",\"São Paulo\"\n".into())]).unwrap()
}

fn codes(title: Option<&str>, text: &str) -> Vec<String> {
    taxonomies().tag(title, text, &fold::words(text)).topics.into_iter().map(|t| t.code).collect()
}

#[test]
fn terms_and_rules() {
    for (title, text, want) in [
        (None, "The Container Ship left. The WHO said so.", &["desk:shipping", "org:who"][..]),
        (None, "Nobody who knows a container knows Ham.", &[]),
        (None, "HAPAG LLOYD in SAO PAULO", &["desk:shipping", "x:1"]),
        (None, "A strike began.", &["desk:labour"]),
        (None, "An air strike began.", &[]),
        (None, "An air strike began during a walkout.", &[]),
        (Some("The union speaks"), "Nothing else.", &["desk:labour"]),
        (None, "The union speaks", &[]),
        (None, "container. ship", &["desk:shipping"]),
        (None, "container\nship", &[]),
    ] {
        assert_eq!(codes(title, text), want, "{text}");
    }
}

#[test]
fn places_have_spans_and_matches_tell_phrase_and_line() {
    let text = "Ä Harbour Point and again HP Quay: a strike.";
    let said = taxonomies().tag(None, text, &fold::words(text));
    assert_eq!(said.places.len(), 1);
    let slice = |s: [u32; 2]| text.chars().skip(s[0] as usize).take((s[1] - s[0]) as usize).collect::<String>();
    let spans: Vec<String> = said.places[0].spans.iter().map(|s| slice(*s)).collect();
    assert_eq!(spans, ["Harbour Point", "HP Quay"]);
    let told: Vec<(String, String, String)> = taxonomies().matches(None, text).into_iter().map(|m| (m.code, m.phrase, m.from)).collect();
    let own = |code: &str, phrase: &str, line: usize| (code.to_owned(), phrase.to_owned(), format!("own.toml:{line}"));
    assert_eq!(told, [own("Harbour Point", "Harbour Point", 17), own("Harbour Point", "HP Quay", 19), own("desk:labour", "strike", 15)]);
}

#[test]
fn mistakes_are_told_with_file_and_line() {
    let told =
        |name: &str, content: &str| read(&[(name.into(), content.into())]).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    for (name, content, want) in [
        ("a.toml", "[[term]]\ncode = \"x y\"\nphrases = [\"a\"]", "a.toml:1: \"x y\" is no code"),
        ("a.toml", "[[term]]\ncode = \"medtop:1\"\nphrases = [\"a\"]", "a.toml:1: \"medtop:1\": medtop codes are IPTC's"),
        ("a.toml", "[[term]]\ncode = \"x\"\nphrases = [\n\"a\",\n\"--\"]", "a.toml:5: \"--\": a phrase needs"),
        ("a.toml", "[[term]]\ncode = \"x\"\nphrase = [\"a\"]", "a.toml:3: unknown field `phrase`"),
        ("a.toml", "[[rule]]\ncode = \"x\"\nwhen = 'a AND'", "a.toml:3: rule \"x\": the rule ends where a phrase is expected, at the end"),
        ("a.toml", "[[rule]]\ncode = \"x\"\nwhen = 'a b'", "a.toml:3: rule \"x\": expected AND, OR or `)`, at `b`"),
        ("a.toml", "[[rule]]\ncode = \"x\"\nwhen = '(a'", "a.toml:3: rule \"x\": `(` without `)`, at `(a`"),
        ("a.toml", "[[rule]]\ncode = \"x\"\nwhen = 'NOT a'", "a.toml:3: rule \"x\": the rule holds for an article that has none"),
        ("a.toml", "[[place]]\nname = \"A\"\nlat = 91.0", "a.toml:1: place \"A\": lat is within"),
        ("a.csv", "code;phrase\nx;y", "a.csv:1: the first line must name the columns"),
        ("a.csv", "code,phrase\nx,y\n\nz", "a.csv:4: 1 cells where the header has 2"),
        ("a.txt", "", "a.txt:1: a taxonomy is a .toml or a .csv file"),
    ] {
        let problems = told(name, content);
        assert!(problems[0].starts_with(want), "{problems:?}\n{want}");
    }
}

#[test]
fn rules_bind_not_before_and_before_or() {
    let value = |rule: &str, found: &[&str]| {
        let compiled = rule::compile(rule).unwrap();
        let seen: Vec<bool> = compiled.operands.iter().map(|o| found.contains(&o.phrase.as_str())).collect();
        rule::holds(&compiled.steps, &seen)
    };
    for (rule, found, want) in [
        ("a OR b AND c", &["a"][..], true),
        ("a OR b AND c", &["b"], false),
        ("(a OR b) AND c", &["a"], false),
        ("(a OR b) AND c", &["b", "c"], true),
        ("a AND NOT b OR c", &["a", "b", "c"], true),
        ("a AND NOT (b OR c)", &["a", "c"], false),
        ("NOT b AND a", &["a"], true),
        ("a AND NOT NOT b", &["a", "b"], true),
    ] {
        assert_eq!(value(rule, found), want, "{rule} {found:?}");
    }
    // No depth of brackets is too much.
    assert!(value(&format!("{}a{}", "(".repeat(50_000), ")".repeat(50_000)), &["a"]));
}
