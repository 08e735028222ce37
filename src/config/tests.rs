//! The configuration as its users see it: files, variables and arguments in, settings or error texts out.

use super::*;
use crate::config::settings::{LogFormat, Start};
use crate::page::Preset;
use std::io::Write;

const FEATURES: &str = "gzip,snappy,ssl,sasl,lz4,sasl_plain,sasl_scram,zstd,sasl_oauthbearer";

fn load_all(toml: &str, env: &[(&str, &str)], sets: &[&str]) -> Result<Loaded, ConfigError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(toml.as_bytes()).unwrap();
    let env = env.iter().map(|(k, v)| (k.to_string(), v.to_string()));
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let short = |mut problems: Vec<Problem>| {
        for p in &mut problems {
            if let Origin::File { path, .. } = &mut p.at {
                *path = "f.toml".into();
            }
        }
        problems
    };
    load_with_features(Some(file.path()), env, &sets, FEATURES)
        .map(|l| Loaded { warnings: short(l.warnings), ..l })
        .map_err(|e| ConfigError { problems: short(e.problems), warnings: short(e.warnings) })
}

fn settings(toml: &str) -> Settings {
    load_all(toml, &[], &[]).unwrap().settings
}

fn errors(toml: &str) -> Vec<String> {
    load_all(toml, &[], &[]).unwrap_err().problems.iter().map(ToString::to_string).collect()
}

/// Settings have no equality of their own; everything but secrets prints.
fn printed(settings: &Settings) -> String {
    format!("{settings:#?}")
}

#[test]
fn nothing_written_gives_the_documented_defaults() {
    let loaded = load(None, std::iter::empty(), &[]).unwrap();
    assert_eq!(printed(&loaded.settings), printed(&Settings::default()));
    assert!(loaded.warnings.is_empty());
}

#[test]
fn the_file_in_the_repository_holds_the_defaults_and_every_key() {
    let text = include_str!("../../config/feedmill.toml");
    let loaded = load_all(text, &[], &[]).unwrap();
    assert_eq!(printed(&loaded.settings), printed(&Settings::default()));
    assert!(loaded.warnings.is_empty());

    // The same file with `# key = value` taken out of the comment: exactly the keys without a default value are so.
    let mut section = String::new();
    let (mut plain, mut commented) = (Vec::new(), Vec::new());
    let mut uncommented = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.into();
        }
        let key =
            |l: &str| l.split_once(" = ").map(|(k, _)| k.to_string()).filter(|k| k.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        let inside = line.strip_prefix("# ").filter(|l| key(l).is_some());
        match (key(line), inside) {
            (Some(k), _) => plain.push(format!("{section}.{k}")),
            (None, Some(l)) => commented.extend(key(l).map(|k| format!("{section}.{k}"))),
            (None, None) => {}
        }
        uncommented.push_str(inside.unwrap_or(line));
        uncommented.push('\n');
    }
    let of_table = |with_value: bool| -> Vec<&str> {
        keys::KEYS.iter().filter(|k| matches!(k.default, Fallback::Value(_)) == with_value).map(|k| k.name).collect()
    };
    assert_eq!(plain, of_table(true));
    assert_eq!(commented, of_table(false));
    let secrets = [("OAUTH_SECRET", "a"), ("REGISTRY_AUTH", "b:c"), ("ADMIN_TOKEN", "d")];
    let all = load_all(&uncommented, &secrets, &[]).unwrap().settings;
    assert_eq!(all.topics.articles, Settings::default().topics.articles);
    assert_eq!(all.app.instance.as_deref(), Some("feedmill-0"));
}

#[test]
fn values_of_every_kind_are_read() {
    let s = settings(
        r#"
        app = { id = "wire", instance = "wire-0", generation = 3 }
        kafka.bootstrap_servers = "a:9092,b:9092"
        topics.input = ["one", { topic = "two", preset = "article" }]
        topics.outcomes = "wire.fates"
        topics.replication = 3
        input.start = 2026-01-31T00:00:00Z
        batch.max_bytes = "1MB"
        limits.page_bytes = 2048
        clean.gate = false
        admin.listen = ""
        run = { drain_ms = 0, threads = 3 }
        log = { format = "json", level = "feedmill=debug,info" }
        "#,
    );
    assert_eq!((s.app.id.as_str(), s.app.instance.as_deref(), s.app.generation), ("wire", Some("wire-0"), 3));
    assert_eq!(&*s.topics.articles, "wire.articles");
    assert_eq!(&*s.topics.internal_clean, "wire.internal.clean");
    let inputs: Vec<(&str, Preset)> = s.topics.input.iter().map(|t| (&*t.topic, t.preset)).collect();
    assert_eq!(inputs, [("one", Preset::Native), ("two", Preset::Article)]);
    assert_eq!(s.topics.outcomes.as_deref(), Some("wire.fates"));
    assert_eq!(s.topics.replication, Some(3));
    assert_eq!(s.input.start, Start::At(1_769_817_600_000));
    assert_eq!((s.batch.max_bytes, s.limits.page_bytes), (1_000_000, 2048));
    assert!(!s.clean.gate);
    assert_eq!(s.admin.listen, None);
    assert_eq!((s.run.drain.as_millis(), s.run.threads), (0, 3));
    assert_eq!((s.log.format, s.log.level.as_str()), (LogFormat::Json, "feedmill=debug,info"));
}

#[test]
fn the_environment_wins_over_the_file_and_arguments_over_both() {
    let file = "[batch]\nmax_records = 1\nmax_wait_ms = 1\n[topics]\noutcomes = \"o\"\n";
    let env = [("FEEDMILL__BATCH__MAX_RECORDS", "2"), ("FEEDMILL__BATCH__MAX_WAIT_MS", "2"), ("FEEDMILL__TOPICS__OUTCOMES", "")];
    let loaded = load_all(file, &env, &["batch.max_wait_ms=3"]).unwrap();
    assert_eq!(loaded.settings.batch.max_records, 2);
    assert_eq!(loaded.settings.batch.max_wait.as_millis(), 3);
    assert_eq!(loaded.settings.topics.outcomes, None, "an empty string takes an optional key back");
    let from = |key: &str| loaded.effective.iter().find(|e| e.key == key).map(|e| (e.value.clone(), e.from.to_string()));
    assert_eq!(from("batch.max_records"), Some(("2".into(), "environment FEEDMILL__BATCH__MAX_RECORDS".into())));
    assert_eq!(from("batch.max_wait_ms"), Some(("3".into(), "--set batch.max_wait_ms".into())));
    assert_eq!(from("topics.articles"), Some(("\"feedmill.articles\"".into(), "default".into())));
    assert_eq!(from("app.instance"), Some(("<random, one per process>".into(), "default".into())));
}

#[test]
fn all_errors_come_at_once_in_the_order_of_the_file() {
    let file = "[batch]\nmax_records = \"many\"\nmax_record = 1\nmax_wait_ms = -5\n[app]\nid = \"news feed\"\n";
    let error = load_all(file, &[("FEEDMILL__DEDUP__ENABLED", "yes")], &["input.start=now"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "6 errors in the configuration:\n  \
         f.toml:2:15: `batch.max_records`: expected a whole number from 1 to 1000000, found the string \"many\"\n  \
         f.toml:3:1: unknown key `batch.max_record`, did you mean `batch.max_records`?\n  \
         f.toml:4:15: `batch.max_wait_ms`: expected a whole number of milliseconds from 1 to 60000, found -5\n  \
         f.toml:6:6: `app.id`: expected a name of letters, digits, '.', '_' and '-', up to 100 of them, found the string \"news feed\"\n  \
         environment FEEDMILL__DEDUP__ENABLED: `dedup.enabled`: expected true or false, found the string \"yes\"\n  \
         --set input.start: `input.start`: expected \"earliest\", \"latest\" or a time as in \"2026-01-31T00:00:00Z\", found the string \"now\""
    );
}

#[test]
fn wrong_values_say_what_was_expected() {
    let cases = [
        ("topics.create = 1", "f.toml:1:17: `topics.create`: expected true or false, found 1"),
        (
            "topics.dead = \"a/b\"",
            "f.toml:1:15: `topics.dead`: expected a topic name of letters, digits, '.', '_' and '-', up to 249 of them, found the string \"a/b\"",
        ),
        (
            "limits.record_bytes = \"4KiB\"",
            "f.toml:1:23: `limits.record_bytes`: expected a size from 16KiB to 1GiB, as in \"32MiB\", \"1MB\" or a number of bytes, found the string \"4KiB\"",
        ),
        (
            "input.preset = \"nativ\"",
            "f.toml:1:16: `input.preset`: expected a preset (feedmill check --presets lists them), or several joined by '+', found the string \"nativ\"",
        ),
        ("log.format = \"xml\"", "f.toml:1:14: `log.format`: expected \"auto\", \"text\" or \"json\", found the string \"xml\""),
        (
            "log.level = \"feedmill=loud\"",
            "f.toml:1:13: `log.level`: expected error, warn, info, debug, trace, off or a filter as in \"feedmill=debug,info\", found the string \"feedmill=loud\"",
        ),
        (
            "admin.listen = \"8686\"",
            "f.toml:1:16: `admin.listen`: expected an address and a port as in \"127.0.0.1:8686\", or \"\" for no listener, found the string \"8686\"",
        ),
        ("batch.max_records = 1.5", "f.toml:1:21: `batch.max_records`: expected a whole number from 1 to 1000000, found the fraction 1.5"),
        ("run.threads = []", "f.toml:1:15: `run.threads`: expected a whole number from 1 to 1024, found a list"),
        (
            "app.id = \"\"",
            "f.toml:1:10: `app.id`: expected a name of letters, digits, '.', '_' and '-', up to 100 of them, found an empty string",
        ),
        (
            "kafka.bootstrap_servers = \"localhost\"",
            "f.toml:1:27: `kafka.bootstrap_servers`: expected host:port, several separated by commas, found the string \"localhost\"",
        ),
        (
            "kafka.bootstrap_servers = \"${env:NOPE}\"",
            "f.toml:1:27: `kafka.bootstrap_servers`: the environment variable NOPE of ${env:NOPE} is not set",
        ),
        (
            "topics.input = \"pages\"",
            "f.toml:1:16: `topics.input`: expected a list of topic names or {topic, preset} tables, as in [\"pages.raw\"], found the string \"pages\"",
        ),
        ("topics.input = []", "f.toml:1:16: `topics.input`: expected at least one topic"),
        ("topics.input = [\"a\", 3]", "f.toml:1:22: `topics.input`: expected a topic name or a {topic, preset} table, found 3"),
        ("topics.input = [\"a\", \"a\"]", "f.toml:1:22: `topics.input`: the topic a is there twice"),
        (
            "topics.input = [{ topic = \"a\", preset = \"raw\" }]",
            "f.toml:1:41: `topics.input` preset: expected a preset (feedmill check --presets lists them), or several joined by '+', found the string \"raw\"",
        ),
        ("topics.input = [{ preset = \"native\" }]", "f.toml:1:17: `topics.input`: a table without `topic`"),
        (
            "topics.input = [{ topic = \"a\", prest = \"raw\" }]",
            "f.toml:1:32: `topics.input`: unknown key `prest`, a table of an input has topic and preset",
        ),
    ];
    for (file, message) in cases {
        assert_eq!(errors(file), [message], "{file}");
    }
}

#[test]
fn rules_between_keys_are_checked() {
    let cases = [
        (
            "topics.input = [\"feedmill.dead\"]",
            "f.toml:1:16: `topics.input`: the topic feedmill.dead is topics.dead, too: the worker would read what it writes, for ever",
        ),
        (
            "topics.input = [\"feedmill.internal.clean\"]",
            "f.toml:1:16: `topics.input`: the topic feedmill.internal.clean is an internal topic, too: the worker would read what it writes, for ever",
        ),
        ("topics.retry = \"pages.raw\"", "default: `topics.input`: the topic pages.raw is topics.retry, too: it would be read twice"),
        ("topics.retry = \"feedmill.dead\"", "f.toml:1:16: `topics.retry`: the topic feedmill.dead is topics.dead already"),
        (
            "topics.duplicates = \"feedmill.articles\"",
            "f.toml:1:21: `topics.duplicates`: the topic feedmill.articles is topics.articles already",
        ),
        (
            "topics.dead = \"feedmill.internal.texts\"",
            "f.toml:1:15: `topics.dead`: the topic feedmill.internal.texts is an internal topic already",
        ),
        (
            "dedup.shards = 2",
            "f.toml:1:16: `dedup.shards`: more than 1 needs dedup.languages, as \"de=1 fr=2\": without it all pages go to shard 0",
        ),
        (
            "dedup.languages = \"en=0 de=1\"",
            "f.toml:1:19: `dedup.languages`: de goes to shard 1, but dedup.shards is 1: they are counted from 0",
        ),
        (
            "dedup.languages = \"de=1 de=0\"",
            "f.toml:1:19: `dedup.languages`: expected language=shard, separated by spaces, as in \"de=1 fr=2 es=2\", found the string \"de=1 de=0\"",
        ),
        (
            "dedup.address_window_days = 3",
            "f.toml:1:29: `dedup.address_window_days`: the address window, 3 days, must not be shorter than the text window, 7 days: an article whose address is forgotten would come again as a duplicate of itself",
        ),
        (
            "kafka.properties.\"group.id\" = \"x\"",
            "f.toml:1:31: `kafka.properties.group.id`: the worker sets this itself: it is <app.id>.<stage>: set app.id instead",
        ),
        (
            "kafka.consumer.enable.auto.commit = true",
            "f.toml:1:37: `kafka.consumer.enable.auto.commit`: the worker sets this itself: offsets are committed inside of transactions only, or pages would be lost",
        ),
        (
            "kafka.consumer.\"fetch.max.byte\" = 1",
            "f.toml:1:35: `kafka.consumer.fetch.max.byte`: librdkafka has no property `fetch.max.byte`, did you mean `fetch.max.bytes`?",
        ),
        (
            "kafka.producer.\"linger.ms\" = [1]",
            "f.toml:1:30: `kafka.producer.linger.ms`: expected a string, a number, true or false, found a list",
        ),
        (
            "kafka.producer.\"message.timeout.ms\" = 12000",
            "f.toml:1:39: `kafka.producer.message.timeout.ms`: the message timeout, 12000 ms, must be shorter than the transaction timeout, 10000 ms: a batch has to fail before the broker ends its transaction",
        ),
        (
            "kafka.properties.security.protocol = \"sasl_ssl\"",
            "f.toml:1:38: `kafka.properties.security.protocol`: sasl_ssl without sasl.mechanism means GSSAPI, which this build lacks: set sasl.mechanism to one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER",
        ),
    ];
    for (file, message) in cases {
        assert_eq!(errors(file), [message], "{file}");
    }
}

const SECURE: &str = r#"
[kafka.properties]
"security.protocol" = "sasl_ssl"
"sasl.mechanism" = "SCRAM-SHA-512"
"sasl.username" = "feed"
"sasl.password" = "${env:KAFKA_PASSWORD}"
"ssl.key.password" = "hunter2"
"client.id" = "x-${env:KAFKA_PASSWORD}"
"#;

#[test]
fn secrets_are_taken_and_never_printed() {
    let loaded = load_all(SECURE, &[("KAFKA_PASSWORD", "mill7")], &[]).unwrap();
    let properties = &loaded.settings.kafka.properties;
    assert_eq!(properties["sasl.password"].value, "mill7");
    assert!(properties["sasl.password"].secret && properties["ssl.key.password"].secret && properties["client.id"].secret);
    assert!(!properties["sasl.username"].secret);
    let everything = format!("{loaded:?}");
    assert!(!everything.contains("mill7") && !everything.contains("hunter2"), "{everything}");
    assert_eq!(
        loaded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["f.toml:7:22: `kafka.properties.ssl.key.password`: a secret in plain text: write \"${env:NAME}\" or \"${file:PATH}\" instead"]
    );
    let value = |name: &str| loaded.effective.iter().find(|e| e.key == format!("kafka.properties.{name:?}")).map(|e| e.value.clone());
    assert_eq!(value("sasl.password").as_deref(), Some("\"${env:KAFKA_PASSWORD}\""));
    assert_eq!(value("ssl.key.password").as_deref(), Some("\"***\""));
    assert_eq!(value("client.id").as_deref(), Some("\"***\""));
    assert_eq!(value("sasl.username").as_deref(), Some("\"feed\""));
}

#[test]
fn no_error_text_holds_a_secret() {
    let wrong = [
        // Wrong types, wrong values, wrong names, syntax errors, and a key forgotten.
        ("kafka.properties.\"sasl.password\" = [\"hunter2\"]", &[][..]),
        ("kafka.properties.\"fetch.max.bytes\" = \"${env:SECRET}\"", &[]),
        ("kafka.properties.\"sasl.pasword\" = \"hunter2\"", &[]),
        ("kafka.properties.\"sasl.password\" = \"${env:hunter2\"", &[]),
        ("kafka.properties.\"sasl.password\" = \"hunter2", &[]),
        ("kafka.properties.\"sasl.password\" = hunter2", &[]),
        ("kafka.password = \"hunter2\"", &[]),
        ("kafka.properties = \"hunter2\"", &[]),
        ("kafka.bootstrap_servers = \"${env:SECRET}\"", &[]),
        ("", &["hunter2"]),
        ("", &["kafka.properties.sasl.pasword=hunter2"]),
        ("", &["kafka.properties=hunter2"]),
        ("", &["kafka.password=hunter2"]),
    ];
    for (file, sets) in wrong {
        let error = load_all(file, &[("SECRET", "hunter2")], sets).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{file}: {error}");
    }
}

#[test]
fn a_secret_of_the_environment_needs_no_warning() {
    let env = [("FEEDMILL__KAFKA__PROPERTIES__SASL_PASSWORD", "hunter2"), ("KAFKA_PASSWORD", "x")];
    let loaded = load_all(&SECURE.replace("\"ssl.key.password\" = \"hunter2\"", ""), &env, &[]).unwrap();
    assert_eq!(loaded.settings.kafka.properties["sasl.password"].value, "hunter2");
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
}

#[test]
fn unreadable_files_are_named() {
    let error = load(Some(Path::new("/nowhere/feedmill.toml")), std::iter::empty(), &[]).unwrap_err();
    assert_eq!(error.to_string(), "/nowhere/feedmill.toml: cannot be read: No such file or directory (os error 2)");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"a = \"\xff\"").unwrap();
    let error = load(Some(file.path()), std::iter::empty(), &[]).unwrap_err().to_string();
    assert!(error.ends_with(": is not UTF-8, from byte 5 on"), "{error}");
}

#[test]
fn a_byte_order_mark_is_no_error() {
    assert_eq!(settings("\u{feff}[app]\nid = \"x\"\n").app.id, "x");
}

#[test]
fn mappings_are_presets_by_their_names() {
    let s = settings(
        r#"
        topics.input = [{ topic = "a", preset = "ours" }, { topic = "b", preset = "cloudevents+ours" }, { topic = "c", preset = "ache" }]
        [input.mappings.ours]
        pages = "/items"
        url = ["/link", "/meta/url"]
        html = "/page"
        text = "/plain"
        attributes = ["/crawl", "^/batch"]
        ignore = "/noise"
        only = { "/kind" = "page" }
        skip = { "/code" = [1, 2] }
        "#,
    );
    let names: Vec<&str> = s.topics.input.iter().map(|t| t.preset.name()).collect();
    assert_eq!(names, ["ours", "cloudevents+ours", "ache"]);
    let mapping = s.input.mappings[0];
    assert_eq!((mapping.pages, mapping.attributes, mapping.known), (&["/items"][..], &["/crawl", "^/batch"][..], &["/noise"][..]));
    assert_eq!((mapping.fields.len(), mapping.skip.len()), (3, 2));
}

#[test]
fn wrong_mappings_are_told_with_their_place() {
    let file = "[input.mappings.ours]\nurl = \"link\"\nhtm = \"/page\"\n[input.mappings.ache]\nurl = \"/url\"\n[input.mappings.bare]\nhtml = \"/h\"\nskip = 3\n";
    let error = load_all(file, &[], &[]).unwrap_err().to_string();
    for part in [
        "f.toml:2:7: `input.mappings.ours.url`: expected a JSON pointer as in \"/meta/url\" (or \"^/id\" for one in the whole message), found the string \"link\"",
        "f.toml:3:1: `input.mappings.ours.htm`: unknown key, did you mean `html`?",
        "`input.mappings.ache`: is a preset already, take another name",
        "`input.mappings.bare`: a mapping without `url`: nobody would know whose page it is",
        "`input.mappings.bare.skip`: expected a table of JSON pointers with their values",
    ] {
        assert!(error.contains(part), "{part}\nnot in\n{error}");
    }
}

#[test]
fn avro_needs_a_registry_and_its_password_is_never_shown() {
    let preset = "input.preset=confluent-avro";
    let error = load_all("", &[], &["topics.input=a", preset]).unwrap_err().to_string();
    assert!(error.contains("`input.schema_registry`: preset confluent-avro needs it"), "{error}");
    let sets = [preset, "input.schema_registry=https://registry.test/", "input.schema_registry_auth=user:hunter2"];
    let loaded = load_all("", &[], &sets).unwrap();
    assert_eq!(loaded.settings.input.schema_registry.as_deref(), Some("https://registry.test"));
    assert_eq!(loaded.settings.input.schema_registry_auth.as_ref().map(|s| s.reveal()), Some("user:hunter2"));
    assert!(!format!("{loaded:?}").contains("hunter2"));
    assert!(loaded.warnings.iter().any(|w| w.to_string().contains("a secret in plain text")));
}
