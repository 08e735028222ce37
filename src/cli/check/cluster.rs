//! The part of the check that asks the cluster.

use crate::bus::cluster::{Cluster, NameRefusal, try_transactional_id};
use crate::config::Settings;
use crate::config::topology::judgement::{Finding, Level, judge};
use crate::config::topology::{Right, topics};

/// Asks the cluster and hands each finding over as it comes.
pub fn check(settings: &Settings, mut tell: impl FnMut(Finding) -> std::io::Result<()>) -> std::io::Result<()> {
    let cluster = match Cluster::new(&settings.kafka) {
        Ok(cluster) => cluster,
        Err(e) => return tell(Finding::new(Level::Error, e.to_string())),
    };
    match cluster.brokers() {
        Ok(brokers) => tell(Finding::new(Level::Ok, format!("brokers: {}", brokers.addresses.join(", "))))?,
        Err(e) => {
            let servers = &settings.kafka.bootstrap_servers;
            // Without one nothing else can be asked.
            return tell(Finding::new(Level::Error, format!("no broker of kafka.bootstrap_servers ({servers}) answers: {e}")));
        }
    }
    for wanted in topics(settings) {
        for finding in judge(&wanted, &cluster.described(&wanted.name), settings) {
            tell(finding)?;
        }
    }
    let app = &settings.app.id;
    for stage in ["clean", "dedup"] {
        let group = format!("{app}.{stage}");
        tell(group_finding(&group, cluster.group_rights(&group)))?;
    }
    // An id of its own: that of a living worker would fence it.
    let id = format!("{app}.check");
    tell(transactional_finding(&id, app, try_transactional_id(&settings.kafka, &id)))
}

fn group_finding(group: &str, rights: Result<Option<Vec<Right>>, NameRefusal>) -> Finding {
    match rights {
        Ok(Some(rights)) if rights.contains(&Right::Read) => Finding::new(Level::Ok, format!("group {group}")),
        Ok(Some(_)) | Err(NameRefusal::Denied) => {
            Finding::new(Level::Error, format!("the right Read on group {group} is missing: `feedmill topics print` shows the commands"))
        }
        Ok(None) => Finding::new(Level::Unverified, format!("group {group}: the broker does not tell the rights on it")),
        Err(NameRefusal::NotYet(why) | NameRefusal::Unknown(why)) => Finding::new(Level::Unverified, format!("group {group}: {why}")),
    }
}

fn transactional_finding(id: &str, app: &str, tried: Result<(), NameRefusal>) -> Finding {
    match tried {
        Ok(()) => Finding::new(Level::Ok, format!("transactional id {id}")),
        Err(NameRefusal::Denied) => Finding::new(
            Level::Error,
            format!("the right Write on transactional ids {app}.* is missing (tried {id}): `feedmill topics print` shows the commands"),
        ),
        Err(NameRefusal::NotYet(why) | NameRefusal::Unknown(why)) => {
            Finding::new(Level::Unverified, format!("transactional ids {app}.* (tried {id}): {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(finding: Finding) -> String {
        format!("{}: {}", finding.level, finding.message)
    }

    #[test]
    fn missing_rights_name_the_right_and_the_resource() {
        assert_eq!(line(group_finding("a.clean", Ok(Some(vec![Right::Read, Right::Describe])))), "ok: group a.clean");
        let missing = "error: the right Read on group a.clean is missing: `feedmill topics print` shows the commands";
        assert_eq!(line(group_finding("a.clean", Ok(Some(vec![Right::Describe])))), missing);
        assert_eq!(line(group_finding("a.clean", Err(NameRefusal::Denied))), missing);
        assert_eq!(line(group_finding("a.clean", Ok(None))), "unverified: group a.clean: the broker does not tell the rights on it");
        assert_eq!(
            line(transactional_finding("a.check", "a", Err(NameRefusal::Denied))),
            "error: the right Write on transactional ids a.* is missing (tried a.check): `feedmill topics print` shows the commands"
        );
    }
}
