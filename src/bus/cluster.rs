//! What stands on the cluster, and the making of topics: for `check`, `topics` and the start. Short time limits; nothing is kept open.

use super::kafka::serve;
use super::rights;
use super::{BusError, ErrorClass};
use crate::config::properties::{TRANSACTION_TIMEOUT_MS, message_timeout_ms};
use crate::config::settings::{Kafka, Property, Secret};
use crate::config::topology::judgement::{Presence, TopicState};
use crate::config::topology::{Right, TopicSpec};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, DeliveryResult, Producer, ProducerContext};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One request.
const REQUEST: Duration = Duration::from_secs(5);
/// Creating topics waits until all brokers know them.
const CREATION: Duration = Duration::from_secs(30);

/// Brokers as the first one tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brokers {
    pub addresses: Vec<String>,
}

/// What became of a topic that was to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Creation {
    Created,
    /// By somebody else in the meantime.
    Existed,
    Refused(String),
}

/// Why a name of a group or of a transactional id cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameRefusal {
    /// The right for it is missing.
    Denied,
    /// The coordinator is still starting: the first use of a cluster creates it.
    NotYet(String),
    /// Not found out.
    Unknown(String),
}

/// Collects what the client says aside: a wrong password shows up here only, requests just time out.
#[derive(Clone, Default)]
struct Troubles(Arc<Mutex<Option<String>>>);

impl Troubles {
    fn last(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Troubles {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        super::oauth::generate()
    }

    /// A handshake that fails comes as a line of the log only: a wrong authority, a certificate that has expired or bears another name.
    fn log(&self, _: RDKafkaLogLevel, facility: &str, message: &str) {
        if facility == "FAIL" && message.contains("SSL") {
            let advice = super::kafka::trouble::advice(RDKafkaErrorCode::SSL).unwrap_or_default();
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{message}: {advice}"));
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // "All brokers are down" follows from what was told before.
        let telling = !matches!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::AllBrokersDown));
        if telling || last.is_none() {
            let advice = error.rdkafka_error_code().and_then(super::kafka::trouble::advice);
            *last = Some(advice.map_or_else(|| reason.to_string(), |advice| format!("{reason}: {advice}")));
        }
    }
}

impl ConsumerContext for Troubles {}

impl ProducerContext for Troubles {
    type DeliveryOpaque = ();

    /// Nothing is produced here.
    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}

/// A connection for questions about the cluster.
pub struct Cluster {
    consumer: BaseConsumer<Troubles>,
    admin: AdminClient<Troubles>,
    troubles: Troubles,
    runtime: tokio::runtime::Runtime,
    /// Brokers that do not know a request let it time out: it is not asked twice.
    describes_configs: Cell<bool>,
    tells_rights: Cell<bool>,
}

impl Cluster {
    /// Builds the clients. Nothing is sent yet; an error here is one of the configuration.
    pub fn new(kafka: &Kafka) -> Result<Self, BusError> {
        let troubles = Troubles::default();
        let stop =
            |e: KafkaError| BusError::new(ErrorClass::Stop, format!("the Kafka client refuses its configuration: {}", description(&e)));
        let consumer = config(kafka, &kafka.consumer).create_with_context(troubles.clone()).map_err(stop)?;
        let admin = config(kafka, &kafka.producer).create_with_context(troubles.clone()).map_err(stop)?;
        serve(&consumer);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|e| BusError::new(ErrorClass::Stop, format!("no runtime for the admin client: {e}")))?;
        Ok(Self { consumer, admin, troubles, runtime, describes_configs: Cell::new(true), tells_rights: Cell::new(true) })
    }

    /// The brokers; an error says why none can be reached.
    pub fn brokers(&self) -> Result<Brokers, BusError> {
        let deadline = Instant::now() + 2 * REQUEST;
        loop {
            match self.consumer.fetch_metadata(None, Duration::from_secs(1)) {
                Ok(metadata) => {
                    let mut addresses: Vec<String> = metadata.brokers().iter().map(|b| format!("{}:{}", b.host(), b.port())).collect();
                    addresses.sort();
                    return Ok(Brokers { addresses });
                }
                Err(e) => {
                    // Serves the callbacks that tell the reason.
                    serve(&self.consumer);
                    let told = self.troubles.last();
                    if told.is_some() || Instant::now() > deadline {
                        let reason = told.unwrap_or_else(|| description(&e));
                        return Err(BusError::new(ErrorClass::Retriable, reason));
                    }
                }
            }
        }
    }

    /// How a topic stands, with its settings and the rights on it.
    pub fn described(&self, name: &str) -> TopicState {
        let mut state = self.topic(name);
        if state.presence == Presence::Present {
            state.configs = self.configs(name);
            state.rights = self.tells_rights.get().then(|| rights::of_topic(self.consumer.client(), name, REQUEST)).flatten();
            self.tells_rights.set(state.rights.is_some());
        }
        state
    }

    /// Whether a topic is there, and its partitions.
    pub fn topic(&self, name: &str) -> TopicState {
        let mut state = TopicState {
            name: name.into(),
            presence: Presence::Present,
            partitions: 0,
            replication: 0,
            leaderless: Vec::new(),
            configs: Err("not asked".into()),
            rights: None,
        };
        match self.consumer.fetch_metadata(Some(name), REQUEST) {
            Ok(metadata) => match metadata.topics().iter().find(|t| t.name() == name) {
                Some(topic) => {
                    state.presence = presence(topic.error().map(RDKafkaErrorCode::from));
                    state.partitions = i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX);
                    let replicas = topic.partitions().iter().map(|p| p.replicas().len()).min().unwrap_or(0);
                    state.replication = i32::try_from(replicas).unwrap_or(i32::MAX);
                    state.leaderless = topic.partitions().iter().filter(|p| p.leader() < 0).map(|p| p.id()).collect();
                }
                None => state.presence = Presence::Missing,
            },
            Err(e) => state.presence = presence(e.rdkafka_error_code()),
        }
        state
    }

    fn configs(&self, topic: &str) -> Result<BTreeMap<String, String>, String> {
        const UNKNOWN: &str = "the broker does not describe settings";
        if !self.describes_configs.get() {
            return Err(UNKNOWN.into());
        }
        let options = AdminOptions::new().request_timeout(Some(REQUEST));
        let asked = self.runtime.block_on(self.admin.describe_configs(&[ResourceSpecifier::Topic(topic)], &options));
        let denied = "the right DescribeConfigs is missing".to_string();
        match asked.map(|mut answers| answers.pop()) {
            // The crate drops the error of a single resource; a topic always has settings, so none means refused.
            Ok(Some(Ok(resource))) if resource.entries.is_empty() => Err(denied),
            Ok(Some(Ok(resource))) => Ok(resource.entries.into_iter().filter_map(|e| Some((e.name, e.value?))).collect()),
            Ok(Some(Err(RDKafkaErrorCode::TopicAuthorizationFailed))) => Err(denied),
            Ok(Some(Err(code))) => Err(code.to_string()),
            Ok(None) => Err("the broker gave no answer".into()),
            Err(e) => {
                self.describes_configs.set(false);
                Err(format!("{UNKNOWN} ({})", description(&e)))
            }
        }
    }

    /// The rights on a consumer group, when the broker tells.
    pub fn group_rights(&self, group: &str) -> Result<Option<Vec<Right>>, NameRefusal> {
        let deadline = Instant::now() + 2 * REQUEST;
        loop {
            match rights::of_group(self.consumer.client(), group, REQUEST) {
                Err(NameRefusal::NotYet(_)) if Instant::now() < deadline => {
                    drop(self.consumer.poll(Duration::from_millis(200)));
                }
                answer => return answer,
            }
        }
    }

    /// Creates topics, all asked for at once; one answer for each, in their order.
    pub fn create(&self, topics: &[&TopicSpec]) -> Result<Vec<Creation>, BusError> {
        let wanted: Vec<NewTopic<'_>> = topics.iter().map(|t| new_topic(t)).collect();
        let options = AdminOptions::new().request_timeout(Some(CREATION)).operation_timeout(Some(CREATION));
        let answers = self
            .runtime
            .block_on(self.admin.create_topics(&wanted, &options))
            .map_err(|e| BusError::new(ErrorClass::Retriable, description(&e)))?;
        // The answers carry names, and nobody promises their order.
        let of = |name: &str| {
            let answer = answers.iter().find(|a| matches!(a, Ok(n) | Err((n, _)) if n == name));
            match answer {
                Some(Ok(_)) => Creation::Created,
                Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Creation::Existed,
                Some(Err((_, RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed))) => {
                    Creation::Refused(format!(
                        "the right Create on topic {name} is missing: `feedmill topics print` shows the commands for an administrator"
                    ))
                }
                Some(Err((_, code))) => Creation::Refused(code.to_string()),
                None => Creation::Refused("the broker gave no answer".into()),
            }
        };
        let done: Vec<Creation> = topics.iter().map(|t| of(&t.name)).collect();
        for (topic, _) in topics.iter().zip(&done).filter(|(_, c)| !matches!(c, Creation::Refused(_))) {
            self.wait_for(&topic.name);
        }
        Ok(done)
    }

    /// The controller knows a new topic before all brokers do. Whoever asks next shall find it; who cannot, tells it then.
    fn wait_for(&self, topic: &str) {
        let deadline = Instant::now() + 2 * REQUEST;
        while self.topic(topic).presence == Presence::Missing && Instant::now() < deadline {
            drop(self.consumer.poll(Duration::from_millis(100)));
        }
    }
}

/// Tries a transactional id: the only way to learn whether it may be used. It registers the id and opens no transaction.
pub fn try_transactional_id(kafka: &Kafka, id: &str) -> Result<(), NameRefusal> {
    let unknown = |e: KafkaError| NameRefusal::Unknown(description(&e));
    let mut config = config(kafka, &kafka.producer);
    config.set("transactional.id", id);
    // A transaction timeout of the configuration stays, so that a broker that allows less says so here.
    let transaction = config.get("transaction.timeout.ms").and_then(|t| t.parse().ok()).unwrap_or(TRANSACTION_TIMEOUT_MS);
    for (name, standard) in [("transaction.timeout.ms", transaction), ("message.timeout.ms", message_timeout_ms(transaction))] {
        if config.get(name).is_none() {
            config.set(name, standard.to_string());
        }
    }
    let producer: BaseProducer<Troubles> = config.create_with_context(Troubles::default()).map_err(unknown)?;
    producer.poll(Duration::ZERO);
    producer.init_transactions(2 * REQUEST).map_err(|e| match e.rdkafka_error_code() {
        Some(RDKafkaErrorCode::TransactionalIdAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed) => NameRefusal::Denied,
        _ => unknown(e),
    })
}

fn config(kafka: &Kafka, side: &BTreeMap<String, Property>) -> ClientConfig {
    let mut config = ClientConfig::new();
    for (name, property) in kafka.properties.iter().chain(side) {
        config.set(name.as_str(), kafka.rotating.get(name).map_or_else(|| property.value.clone(), Secret::current));
    }
    config.set("bootstrap.servers", kafka.bootstrap_servers.as_str());
    // To ask for a topic must not make it.
    config.set("allow.auto.create.topics", "false");
    config
}

fn new_topic(spec: &TopicSpec) -> NewTopic<'_> {
    // -1 is the broker's default, since Kafka 2.4.
    let replication = TopicReplication::Fixed(spec.replication.unwrap_or(-1));
    let topic = NewTopic::new(&spec.name, spec.partitions, replication);
    spec.configs.iter().fold(topic, |topic, (key, value)| topic.set(key, value))
}

fn presence(code: Option<RDKafkaErrorCode>) -> Presence {
    match code {
        None | Some(RDKafkaErrorCode::NoError) => Presence::Present,
        Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => Presence::Missing,
        Some(RDKafkaErrorCode::TopicAuthorizationFailed) => Presence::Denied,
        Some(code) => Presence::Unknown(code.to_string()),
    }
}

/// An error without the value of a property, which may be a secret.
fn description(error: &KafkaError) -> String {
    match error {
        KafkaError::ClientConfig(_, description, key, _) => format!("{key}: {description}"),
        other => other.rdkafka_error_code().map_or_else(|| other.to_string(), |code| code.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use rdkafka::mocking::MockCluster;

    fn at(servers: String) -> Cluster {
        let mut kafka = Settings::default().kafka;
        kafka.bootstrap_servers = servers;
        Cluster::new(&kafka).unwrap()
    }

    #[test]
    fn topics_are_seen_and_not_made_by_looking() {
        let mock = MockCluster::new(2).unwrap();
        mock.create_topic("pages.raw", 3, 2).unwrap();
        let cluster = at(mock.bootstrap_servers());
        assert_eq!(cluster.brokers().unwrap().addresses.len(), 2);
        let pages = cluster.topic("pages.raw");
        assert_eq!((pages.presence, pages.partitions, pages.replication), (Presence::Present, 3, 2));
        assert!(pages.leaderless.is_empty());
        for _ in 0..2 {
            assert_eq!(cluster.topic("feedmill.dead").presence, Presence::Missing);
        }
    }

    #[test]
    fn an_unreachable_broker_is_told_with_the_reason() {
        // A port that was free a moment ago and is closed now.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error = at(format!("127.0.0.1:{port}")).brokers().unwrap_err();
        assert_eq!(error.class, ErrorClass::Retriable);
        assert!(error.message.contains("Connection refused"), "{error}");
    }

    #[test]
    fn errors_of_the_client_hold_no_value() {
        let error = KafkaError::ClientConfig(
            rdkafka::types::RDKafkaConfRes::RD_KAFKA_CONF_INVALID,
            "refused".into(),
            "sasl.password".into(),
            "hunter2".into(),
        );
        assert_eq!(description(&error), "sasl.password: refused");
    }
}
