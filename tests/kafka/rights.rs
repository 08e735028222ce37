//! Rights on a secured cluster, granted and taken by the administrator. The rdkafka crate has no calls for them; its C bindings have.

use rdkafka::bindings::*;
use rdkafka::consumer::{BaseConsumer, Consumer};
use std::ffi::CString;
use std::ptr;

/// One right: kind and name of the resource (a name that ends in `*` is a prefix), and the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub kind: &'static str,
    pub name: String,
    pub operation: &'static str,
}

pub fn grant(kind: &'static str, name: impl Into<String>, operation: &'static str) -> Grant {
    Grant { kind, name: name.into(), operation }
}

/// The rights that `feedmill topics print` grants, read from its output.
pub fn printed(script: &str) -> Vec<Grant> {
    let mut grants = Vec::new();
    for line in script.lines().filter(|l| l.starts_with("kafka-acls.sh")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let of = |flag: &str| words.iter().position(|w| *w == flag).map(|at| words[at + 1]);
        let (kind, name) = [("--topic", "topic"), ("--group", "group"), ("--transactional-id", "transactional")]
            .into_iter()
            .find_map(|(flag, kind)| Some((kind, of(flag)?)))
            .expect("a resource");
        let name = if words.contains(&"prefixed") { format!("{name}*") } else { name.to_owned() };
        for (at, _) in words.iter().enumerate().filter(|(_, w)| **w == "--operation") {
            let operation =
                ["Read", "Write", "Describe", "DescribeConfigs"].into_iter().find(|o| *o == words[at + 1]).expect("an operation");
            grants.push(grant(kind, name.clone(), operation));
        }
    }
    grants
}

/// Grants or takes rights of a user.
pub fn change(bootstrap: &str, user: &str, grants: &[Grant], give: bool) {
    if grants.is_empty() {
        // librdkafka takes an empty list for a mistake.
        return;
    }
    let consumer: BaseConsumer = super::topics::client(bootstrap).create().expect("client");
    let rk = consumer.client().native_ptr();
    let principal = CString::new(format!("User:{user}")).unwrap();
    let host = CString::new("*").unwrap();
    let mut text = [0 as std::ffi::c_char; 256];
    // SAFETY: all strings outlive the calls, which copy them; every object is destroyed once, after the request has been answered.
    unsafe {
        let mut bindings: Vec<*mut rd_kafka_AclBinding_t> = grants
            .iter()
            .map(|g| {
                let (name, pattern) = match g.name.strip_suffix('*') {
                    Some(prefix) => (prefix, rd_kafka_ResourcePatternType_t::RD_KAFKA_RESOURCE_PATTERN_PREFIXED),
                    None => (g.name.as_str(), rd_kafka_ResourcePatternType_t::RD_KAFKA_RESOURCE_PATTERN_LITERAL),
                };
                let kind = match g.kind {
                    "topic" => rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TOPIC,
                    "group" => rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_GROUP,
                    _ => rd_kafka_ResourceType_t::RD_KAFKA_RESOURCE_TRANSACTIONAL_ID,
                };
                let operation = match g.operation {
                    "Read" => rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_READ,
                    "Write" => rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_WRITE,
                    "Describe" => rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_DESCRIBE,
                    _ => rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS,
                };
                let name = CString::new(name).unwrap();
                let allow = rd_kafka_AclPermissionType_t::RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW;
                let make = if give { rd_kafka_AclBinding_new } else { rd_kafka_AclBindingFilter_new };
                let made = make(kind, name.as_ptr(), pattern, principal.as_ptr(), host.as_ptr(), operation, allow, text.as_mut_ptr(), 256);
                assert!(!made.is_null(), "{g:?}");
                made
            })
            .collect();
        let queue = rd_kafka_queue_new(rk);
        if give {
            rd_kafka_CreateAcls(rk, bindings.as_mut_ptr(), bindings.len(), ptr::null(), queue);
        } else {
            rd_kafka_DeleteAcls(rk, bindings.as_mut_ptr(), bindings.len(), ptr::null(), queue);
        }
        let event = rd_kafka_queue_poll(queue, 60_000);
        assert!(!event.is_null(), "no answer about rights");
        assert_eq!(rd_kafka_event_error(event), rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR);
        rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
        // The controller has it; the broker that is asked has it a moment later, one right after the other.
        let last = bindings[bindings.len() - 1];
        super::until("the broker's knowledge of rights", std::time::Duration::from_secs(60), || {
            (is_granted(rk, last) == give).then_some(())
        });
        bindings.into_iter().for_each(|b| rd_kafka_AclBinding_destroy(b));
    }
}

/// Whether a broker knows of a right.
///
/// SAFETY: client and right are alive.
unsafe fn is_granted(rk: *mut rd_kafka_t, right: *mut rd_kafka_AclBinding_t) -> bool {
    // SAFETY: by contract; queue and event are destroyed once, after what belongs to them was read.
    unsafe {
        let queue = rd_kafka_queue_new(rk);
        rd_kafka_DescribeAcls(rk, right, ptr::null(), queue);
        let event = rd_kafka_queue_poll(queue, 60_000);
        assert!(!event.is_null(), "no answer about rights");
        let result = rd_kafka_event_DescribeAcls_result(event);
        assert!(!result.is_null(), "another answer than about rights");
        let mut count = 0;
        rd_kafka_DescribeAcls_result_acls(result, &mut count);
        rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
        count > 0
    }
}
