//! `feedmill topics`: the topics that a configuration needs, printed as commands or created.

use super::options::ConfigOptions;
use super::{StartError, Told};
use crate::bus::cluster::{Cluster, Creation};
use crate::config::Settings;
use crate::config::topology::judgement::{Level, Presence, judge};
use crate::config::topology::{Right, Role, TopicSpec, topics};
use anyhow::Context;
use std::io::Write;

/// The topics that the worker needs: print the commands for them, or create them.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Prints commands that create the topics and give the worker its rights
    ///
    /// For who administers the cluster: kafka-topics.sh and kafka-acls.sh of Apache Kafka, ready for a shell. The rights are the least that
    /// the worker needs; it needs none to create topics.
    #[command(after_help = "Example:
  feedmill topics print --config feedmill.toml --principal User:feedmill > topics.sh")]
    Print {
        #[command(flatten)]
        config: ConfigOptions,
        /// Whom the rights are for [default: the user of sasl.username, else User:<app.id>]
        #[arg(long)]
        principal: Option<String>,
    },
    /// Creates the topics that are missing
    ///
    /// Those that are there are left as they are, so that it may run any number of times. Input topics belong to who writes the pages and
    /// are left out unless --inputs is given.
    #[command(after_help = "Example:
  feedmill topics create --config feedmill.toml --set topics.replication=3")]
    Create {
        #[command(flatten)]
        config: ConfigOptions,
        /// Create missing input topics, too
        #[arg(long)]
        inputs: bool,
    },
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::Print { config, principal } => {
            let settings = config.load_and_warn()?.settings;
            let principal = principal.unwrap_or_else(|| default_principal(&settings));
            Ok(print(&mut std::io::stdout().lock(), &settings, &principal)?)
        }
        Action::Create { config, inputs } => {
            let settings = config.load_and_warn()?.settings;
            if create(&settings, inputs, &mut std::io::stdout().lock())? { Ok(()) } else { Err(Told.into()) }
        }
    }
}

/// At the start of the worker: creates missing topics when `topics.create` is on, and refuses to start with topics that are missing or that
/// would break what is promised. Warnings go to the log.
pub fn ensure(settings: &Settings) -> Result<(), StartError> {
    let failed = |e: anyhow::Error| StartError(format!("{e:#}"));
    let cluster = connect(settings).map_err(failed)?;
    if settings.topics.create {
        for (spec, creation) in create_missing(&cluster, settings, false).map_err(failed)? {
            match creation {
                Creation::Created => tracing::info!(topic = spec.name, partitions = spec.partitions, "topic created"),
                Creation::Existed => {}
                Creation::Refused(why) => return Err(StartError(format!("topic {} cannot be created: {why}", spec.name))),
            }
        }
    }
    let mut errors = Vec::new();
    for wanted in topics(settings) {
        for finding in judge(&wanted, &cluster.described(&wanted.name), settings) {
            match finding.level {
                Level::Error => errors.push(finding.message),
                Level::Warning => tracing::warn!("{}", finding.message),
                Level::Unverified => tracing::info!("unverified: {}", finding.message),
                Level::Ok => {}
            }
        }
    }
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(StartError(one.clone())),
        many => Err(StartError(format!("{} errors on the cluster:\n  {}", many.len(), many.join("\n  ")))),
    }
}

fn connect(settings: &Settings) -> anyhow::Result<Cluster> {
    let cluster = Cluster::new(&settings.kafka).map_err(|e| StartError(e.to_string()))?;
    let servers = &settings.kafka.bootstrap_servers;
    cluster.brokers().map_err(|e| StartError(format!("no broker of kafka.bootstrap_servers ({servers}) answers: {e}")))?;
    Ok(cluster)
}

/// Creates what is missing and tells each; whether all are there now.
fn create(settings: &Settings, inputs: bool, out: &mut dyn Write) -> anyhow::Result<bool> {
    let cluster = connect(settings)?;
    let mut complete = true;
    for (spec, creation) in create_missing(&cluster, settings, inputs)? {
        let told = match creation {
            Creation::Created if spec.partitions == 1 => "created with 1 partition".into(),
            Creation::Created => format!("created with {} partitions", spec.partitions),
            Creation::Existed => "exists".into(),
            Creation::Refused(why) => {
                complete = false;
                format!("not created: {why}")
            }
        };
        writeln!(out, "{}: {told}", spec.name)?;
    }
    for spec in topics(settings).into_iter().filter(|t| t.role == Role::Input && !inputs) {
        if cluster.topic(&spec.name).presence == Presence::Missing {
            writeln!(out, "{}: missing, an input (who writes the pages creates it, or --inputs does)", spec.name)?;
        }
    }
    Ok(complete)
}

fn create_missing(cluster: &Cluster, settings: &Settings, inputs: bool) -> anyhow::Result<Vec<(TopicSpec, Creation)>> {
    let ours: Vec<TopicSpec> = topics(settings).into_iter().filter(|t| inputs || t.role != Role::Input).collect();
    // Those that may not be seen are tried: the refusal then names the right.
    let exists = |t: &&TopicSpec| cluster.topic(&t.name).presence == Presence::Present;
    let (present, missing): (Vec<&TopicSpec>, Vec<&TopicSpec>) = ours.iter().partition(exists);
    let mut done: Vec<(TopicSpec, Creation)> = present.into_iter().map(|t| (t.clone(), Creation::Existed)).collect();
    if !missing.is_empty() {
        let answers = cluster.create(&missing).map_err(|e| StartError(e.to_string())).context("creating topics")?;
        done.extend(missing.into_iter().cloned().zip(answers));
    }
    Ok(done)
}

fn default_principal(settings: &Settings) -> String {
    match settings.kafka.properties.get("sasl.username").filter(|p| !p.secret) {
        Some(user) => format!("User:{}", user.value),
        None => format!("User:{}", settings.app.id),
    }
}

fn print(out: &mut dyn Write, settings: &Settings, principal: &str) -> std::io::Result<()> {
    let all = topics(settings);
    let servers = quoted(&settings.kafka.bootstrap_servers);
    let app = &settings.app.id;
    writeln!(
        out,
        "#!/bin/sh\n# Topics and rights of the feed {app}. Secured clusters: add --command-config FILE with the administrator's own settings."
    )?;
    writeln!(out, "set -e\nBOOTSTRAP={servers}\nPRINCIPAL={}\n", quoted(principal))?;
    for spec in &all {
        // Made by whoever writes the pages: a comment, for a first try.
        let comment = if spec.role == Role::Input { "# " } else { "" };
        let replication = spec.replication.map_or(String::new(), |r| format!(" --replication-factor {r}"));
        let configs: String = spec.configs.iter().map(|(k, v)| format!(" --config {k}={v}")).collect();
        writeln!(out, "# {}", spec.purpose)?;
        writeln!(
            out,
            "{comment}kafka-topics.sh --bootstrap-server \"$BOOTSTRAP\" --create --if-not-exists --topic {} --partitions {}{replication}{configs}",
            spec.name, spec.partitions
        )?;
    }
    writeln!(out, "\n# The least rights of the worker.")?;
    for spec in all.iter().filter(|t| t.role != Role::Internal) {
        writeln!(out, "{}", granting(&operations(spec.role.rights()), &format!("--topic {}", spec.name)))?;
    }
    for (rights, resource) in [
        (Role::Internal.rights(), format!("--topic {app}.internal.")),
        (&[Right::Read][..], format!("--group {app}.")),
        (&[Right::Write, Right::Describe], format!("--transactional-id {app}.")),
    ] {
        writeln!(out, "{}", granting(&operations(rights), &format!("{resource} {PREFIXED}")))?;
    }
    writeln!(out, "\n# Optional: lets `feedmill check` and the start see the settings of the topics; without it they are unverified.")?;
    for spec in all.iter().filter(|t| matches!(t.role, Role::Output | Role::Retry)) {
        writeln!(out, "{}", granting("--operation DescribeConfigs", &format!("--topic {}", spec.name)))?;
    }
    writeln!(out, "{}", granting("--operation DescribeConfigs", &format!("--topic {app}.internal. {PREFIXED}")))
}

const PREFIXED: &str = "--resource-pattern-type prefixed";

fn granting(operations: &str, resource: &str) -> String {
    format!("kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --add --allow-principal \"$PRINCIPAL\" {operations} {resource}")
}

fn operations(rights: &[Right]) -> String {
    rights.iter().map(|r| format!("--operation {r}")).collect::<Vec<_>>().join(" ")
}

/// For a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(settings: &Settings) -> String {
        let mut out = Vec::new();
        print(&mut out, settings, "User:o'neil").unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn commands_create_every_topic_and_grant_the_least_rights() {
        let mut settings = Settings::default();
        settings.topics.replication = Some(3);
        settings.topics.retry = Some("feedmill.retry".into());
        let text = printed(&settings);
        let lines: Vec<&str> = text.lines().collect();
        let has = |line: &str| assert!(lines.contains(&line), "{line}\nnot in\n{text}");
        has("PRINCIPAL='User:o'\\''neil'");
        has(
            "# kafka-topics.sh --bootstrap-server \"$BOOTSTRAP\" --create --if-not-exists --topic pages.raw --partitions 6 --replication-factor 3",
        );
        has(concat!(
            "kafka-topics.sh --bootstrap-server \"$BOOTSTRAP\" --create --if-not-exists --topic feedmill.internal.addresses --partitions 1 ",
            "--replication-factor 3 --config cleanup.policy=compact,delete --config compression.type=producer ",
            "--config max.message.bytes=1048588 --config message.timestamp.type=LogAppendTime --config retention.ms=8035200000"
        ));
        let grant =
            |rest: &str| has(&format!("kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --add --allow-principal \"$PRINCIPAL\" {rest}"));
        grant("--operation Read --operation Describe --topic pages.raw");
        grant("--operation Read --operation Describe --topic feedmill.retry");
        grant("--operation Write --operation Describe --topic feedmill.dead");
        grant("--operation Read --operation Write --operation Describe --topic feedmill.internal. --resource-pattern-type prefixed");
        grant("--operation Read --group feedmill. --resource-pattern-type prefixed");
        grant("--operation Write --operation Describe --transactional-id feedmill. --resource-pattern-type prefixed");
        assert!(!text.contains("--operation Create") && !text.contains("--operation Delete") && !text.contains("--cluster"));
    }

    #[test]
    fn the_principal_is_the_user_unless_it_is_a_secret() {
        let mut settings = Settings::default();
        assert_eq!(default_principal(&settings), "User:feedmill");
        let user = crate::config::settings::Property { value: "feed".into(), secret: false };
        settings.kafka.properties.insert("sasl.username".into(), user.clone());
        assert_eq!(default_principal(&settings), "User:feed");
        settings.kafka.properties.insert("sasl.username".into(), crate::config::settings::Property { secret: true, ..user });
        assert_eq!(default_principal(&settings), "User:feedmill");
    }
}
