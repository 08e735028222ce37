//! What this user may do with a topic or a group, asked from the broker (KIP-430). The crate does not wrap these requests; its bindings have
//! them.

use super::cluster::NameRefusal;
use crate::config::topology::Right;
use rdkafka::bindings::*;
use rdkafka::client::{Client, ClientContext};
use rdkafka::error::RDKafkaErrorCode;
use std::ffi::{CStr, CString, c_char};
use std::time::Duration;

/// Destroys a C object at the end of the scope.
struct Owned<T> {
    pointer: *mut T,
    destroy: unsafe extern "C" fn(*mut T),
}

impl<T> Owned<T> {
    /// `None` for a null pointer.
    fn new(pointer: *mut T, destroy: unsafe extern "C" fn(*mut T)) -> Option<Self> {
        (!pointer.is_null()).then_some(Self { pointer, destroy })
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the constructor that belongs to `destroy`, is not null and is destroyed once, here.
        unsafe { (self.destroy)(self.pointer) }
    }
}

/// Rights on a topic that exists; `None` when the broker does not tell.
pub fn of_topic<C: ClientContext>(client: &Client<C>, topic: &str, limit: Duration) -> Option<Vec<Right>> {
    let name = CString::new(topic).ok()?;
    let mut names = [name.as_ptr()];
    // SAFETY: `names` holds one valid C string that outlives the call, which copies it.
    let collection =
        Owned::new(unsafe { rd_kafka_TopicCollection_of_topic_names(names.as_mut_ptr(), names.len()) }, rd_kafka_TopicCollection_destroy)?;
    let event = ask(client, rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, limit, |rk, options, queue| {
        // SAFETY: all four live until the call returns; the request keeps copies.
        unsafe { rd_kafka_DescribeTopics(rk, collection.pointer, options, queue) }
    })
    .ok()?;
    let mut count = 0;
    // SAFETY: the event is alive; a null result (another type of event) is checked before use. All that is read belongs to the event.
    unsafe {
        let result = rd_kafka_event_DescribeTopics_result(event.pointer);
        if result.is_null() {
            return None;
        }
        let topics = rd_kafka_DescribeTopics_result_topics(result, &mut count);
        if topics.is_null() || count == 0 || failed(rd_kafka_TopicDescription_error(*topics)).is_some() {
            return None;
        }
        let operations = rd_kafka_TopicDescription_authorized_operations(*topics, &mut count);
        listed(operations, count)
    }
}

/// Rights on a group, which need not exist; `Ok(None)` when the broker does not tell.
pub fn of_group<C: ClientContext>(client: &Client<C>, group: &str, limit: Duration) -> Result<Option<Vec<Right>>, NameRefusal> {
    let name = CString::new(group).map_err(|_| NameRefusal::Unknown("a NUL in the name".into()))?;
    let mut names = [name.as_ptr()];
    let event = ask(client, rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, limit, |rk, options, queue| {
        // SAFETY: all live until the call returns; the request keeps copies.
        unsafe { rd_kafka_DescribeConsumerGroups(rk, names.as_mut_ptr(), names.len(), options, queue) }
    })
    .map_err(NameRefusal::Unknown)?;
    let mut count = 0;
    // SAFETY: as in `of_topic`.
    unsafe {
        let result = rd_kafka_event_DescribeConsumerGroups_result(event.pointer);
        if result.is_null() {
            return Ok(None);
        }
        let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &mut count);
        if groups.is_null() || count == 0 {
            return Ok(None);
        }
        match failed(rd_kafka_ConsumerGroupDescription_error(*groups)) {
            Some(RDKafkaErrorCode::GroupAuthorizationFailed) => return Err(NameRefusal::Denied),
            // Newer brokers say so of a group that nobody has used yet, and tell no rights with it.
            Some(RDKafkaErrorCode::GroupIdNotFound) => return Ok(None),
            Some(
                code @ (RDKafkaErrorCode::CoordinatorNotAvailable
                | RDKafkaErrorCode::CoordinatorLoadInProgress
                | RDKafkaErrorCode::NotCoordinator),
            ) => return Err(NameRefusal::NotYet(code.to_string())),
            Some(code) => return Err(NameRefusal::Unknown(code.to_string())),
            None => {}
        }
        let operations = rd_kafka_ConsumerGroupDescription_authorized_operations(*groups, &mut count);
        Ok(listed(operations, count))
    }
}

/// Sends one admin request that asks for the rights, too, and waits for its answer.
fn ask<C: ClientContext>(
    client: &Client<C>,
    operation: rd_kafka_admin_op_t,
    limit: Duration,
    send: impl FnOnce(*mut rd_kafka_t, *const rd_kafka_AdminOptions_t, *mut rd_kafka_queue_t),
) -> Result<Owned<rd_kafka_event_t>, String> {
    let rk = client.native_ptr();
    let millis = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
    let mut text = [0 as c_char; 256];
    // SAFETY: `rk` lives as long as `client`. Queue and options are owned here and outlive the request, whose answer is awaited: librdkafka
    // keeps the queue by reference count when the wait ends first. `text` is as long as told.
    unsafe {
        let queue = Owned::new(rd_kafka_queue_new(rk), rd_kafka_queue_destroy).ok_or("no queue")?;
        let options = Owned::new(rd_kafka_AdminOptions_new(rk, operation), rd_kafka_AdminOptions_destroy).ok_or("no options")?;
        rd_kafka_AdminOptions_set_request_timeout(options.pointer, millis, text.as_mut_ptr(), text.len());
        let refused = rd_kafka_AdminOptions_set_include_authorized_operations(options.pointer, 1);
        if !refused.is_null() {
            rd_kafka_error_destroy(refused);
            return Err("the client cannot ask for rights".into());
        }
        send(rk, options.pointer, queue.pointer);
        let event = Owned::new(rd_kafka_queue_poll(queue.pointer, millis.saturating_add(500)), rd_kafka_event_destroy)
            .ok_or("no answer in time")?;
        if rd_kafka_event_error(event.pointer) == rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            Ok(event)
        } else {
            let message = rd_kafka_event_error_string(event.pointer);
            Err(if message.is_null() { "failed".into() } else { CStr::from_ptr(message).to_string_lossy().into_owned() })
        }
    }
}

/// SAFETY: `error` is null or alive.
unsafe fn failed(error: *const rd_kafka_error_t) -> Option<RDKafkaErrorCode> {
    // SAFETY: by contract; a null pointer is no error.
    let code = unsafe { rd_kafka_error_code(error) };
    (code != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR).then(|| code.into())
}

/// SAFETY: `operations` is null or holds `count` values.
unsafe fn listed(operations: *const rd_kafka_AclOperation_t, count: usize) -> Option<Vec<Right>> {
    if operations.is_null() {
        return None;
    }
    // SAFETY: by contract.
    let operations = unsafe { std::slice::from_raw_parts(operations, count) };
    let right = |operation: &rd_kafka_AclOperation_t| match operation {
        rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_READ => Some(Right::Read),
        rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_WRITE => Some(Right::Write),
        rd_kafka_AclOperation_t::RD_KAFKA_ACL_OPERATION_DESCRIBE => Some(Right::Describe),
        _ => None,
    };
    Some(operations.iter().filter_map(right).collect())
}
