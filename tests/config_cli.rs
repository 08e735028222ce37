//! The commands around the configuration, run as a user runs them: exit codes, and who gets which text.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::{Command, Output};

fn feedmill(arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedmill"));
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("FEEDMILL__")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(env.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn documented() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/config/feedmill.toml")
}

#[test]
fn the_documented_configuration_passes_offline() {
    let output = feedmill(&["check", "--config", documented(), "--offline"], &[]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("batch.max_bytes = \"32MiB\""), "{told}");
    assert!(told.ends_with("0 errors, 0 warnings, 0 unverified\n"), "{told}");
}

#[test]
fn a_wrong_configuration_ends_with_2_and_every_error() {
    let env = [("FEEDMILL__BATCH__MAX_RECORDS", "none"), ("FEEDMILL__KAFKA__PROPERTIES__SASL_PASWORD", "hunter2")];
    let output = feedmill(&["check", "--offline", "--set", "dedup.shards=4"], &env);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stdout);
    for part in [
        "environment FEEDMILL__BATCH__MAX_RECORDS: `batch.max_records`: expected a whole number from 1 to 1000000, found the string \"none\"",
        "librdkafka has no property `sasl.pasword`, did you mean `sasl.password`?",
        "--set dedup.shards: `dedup.shards`: more than 1",
        "3 errors, 0 warnings, 0 unverified",
    ] {
        assert!(told.contains(part), "{part}\nnot in\n{told}");
    }
    assert!(!told.contains("hunter2") && !text(&output.stderr).contains("hunter2"));
}

#[test]
fn other_commands_tell_the_same_errors_on_standard_error() {
    let output = feedmill(&["topics", "print", "--set", "app.idd=x"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "feedmill: --set app.idd: unknown key `app.idd`, did you mean `app.id`?\n");
    assert!(output.stdout.is_empty());
}

#[test]
fn printed_commands_are_a_shell_script() {
    let output = feedmill(&["topics", "print", "--set", "app.id=wire"], &[]);
    assert_eq!(output.status.code(), Some(0));
    let script = text(&output.stdout);
    assert!(script.starts_with("#!/bin/sh\n"));
    assert!(script.contains(" --topic wire.internal.clean "));
    let mut shell = Command::new("sh").arg("-n").stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut shell.stdin.take().unwrap(), script.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success());
}
