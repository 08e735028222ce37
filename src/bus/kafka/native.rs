//! The few calls that the rdkafka crate hides or makes unsafe to use, through its re-exported C bindings. All `unsafe` of the program is here.
//!
//! - Group metadata: the crate's wrapper hides generation and member id, which must be looked at before offsets are sent: the broker does
//!   not check metadata of (-1, ""), so a transaction under them would commit without fencing.
//! - Header names and offset metadata: the crate panics when they are not UTF-8; both come from outside.
//! - Commits: the crate's synchronous commit has no time limit.

use super::errors::Refusal;
use crate::bus::Committed;
use crate::record::{Header, TopicPartition};
use rdkafka::bindings as c;
use rdkafka::client::{Client, ClientContext};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::TopicPartitionList;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::time::Duration;

/// Who this member is in its group: the very object that goes with the offsets.
#[derive(Debug)]
pub(super) struct GroupMetadata(NonNull<c::rd_kafka_consumer_group_metadata_t>);

// SAFETY: the object is a plain heap value of its own (group id, generation, member id, instance id) that librdkafka reads only in the calls below.
unsafe impl Send for GroupMetadata {}
// SAFETY: as above, and nothing changes it after it was made.
unsafe impl Sync for GroupMetadata {}

/// Sets user name and password of a client that lives; connections that are open stay as they are.
pub(super) fn set_credentials<C: ClientContext>(client: &Client<C>, user: &str, password: &str) -> Result<(), String> {
    let text = |t: &str| CString::new(t).map_err(|_| "a NUL in user name or password".to_owned());
    let (user, password) = (text(user)?, text(password)?);
    // SAFETY: the client lives as long as the borrow, both strings until the call returns, which copies them. A null result is success.
    let error = unsafe { c::rd_kafka_sasl_set_credentials(client.native_ptr(), user.as_ptr(), password.as_ptr()) };
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: the error is ours, and is destroyed once, here.
    unsafe {
        let code = c::rd_kafka_error_code(error);
        c::rd_kafka_error_destroy(error);
        Err(RDKafkaErrorCode::from(code).to_string())
    }
}

impl GroupMetadata {
    /// The metadata as they are now; `None` when the client has no group.
    pub(super) fn of<C: ClientContext>(client: &Client<C>) -> Option<Self> {
        // SAFETY: the client lives as long as the borrow; the call returns null or an object that we own.
        NonNull::new(unsafe { c::rd_kafka_consumer_group_metadata(client.native_ptr()) }).map(GroupMetadata)
    }

    pub(super) fn generation(&self) -> i32 {
        // SAFETY: the pointer is valid until drop.
        unsafe { c::rd_kafka_consumer_group_metadata_generation_id(self.0.as_ptr()) }
    }

    pub(super) fn member_id(&self) -> String {
        // SAFETY: the pointer is valid until drop, the returned string lives as long as it does.
        unsafe { text(c::rd_kafka_consumer_group_metadata_member_id(self.0.as_ptr())) }
    }
}

impl Drop for GroupMetadata {
    fn drop(&mut self) {
        // SAFETY: the pointer came from rd_kafka_consumer_group_metadata and is destroyed once.
        unsafe { c::rd_kafka_consumer_group_metadata_destroy(self.0.as_ptr()) }
    }
}

/// Adds the offsets to the open transaction, under the group's fencing.
pub(super) fn send_offsets<C: ClientContext>(
    producer: &Client<C>,
    offsets: &TopicPartitionList,
    metadata: &GroupMetadata,
    timeout: Duration,
) -> Result<(), Refusal> {
    // SAFETY: all three pointers are valid for the call; librdkafka copies what it keeps. The returned error, if any, is ours.
    let error = unsafe {
        c::rd_kafka_send_offsets_to_transaction(producer.native_ptr(), offsets.ptr(), metadata.0.as_ptr(), milliseconds(timeout))
    };
    let Some(error) = NonNull::new(error) else { return Ok(()) };
    // SAFETY: the error object is valid until it is destroyed, once, after the last use.
    unsafe {
        let refusal = Refusal {
            code: RDKafkaErrorCode::from(c::rd_kafka_error_code(error.as_ptr())),
            text: text(c::rd_kafka_error_string(error.as_ptr())),
            fatal: c::rd_kafka_error_is_fatal(error.as_ptr()) != 0,
            abort: c::rd_kafka_error_txn_requires_abort(error.as_ptr()) != 0,
            retriable: c::rd_kafka_error_is_retriable(error.as_ptr()) != 0,
        };
        c::rd_kafka_error_destroy(error.as_ptr());
        Err(refusal)
    }
}

/// Commits offsets outside a transaction and waits for the broker's answer, at most `timeout`.
pub(super) fn commit<C: ClientContext>(
    consumer: &Client<C>,
    offsets: &TopicPartitionList,
    timeout: Duration,
) -> Result<(), RDKafkaErrorCode> {
    // SAFETY: the queue is made, polled and destroyed here; events are destroyed once. An answer that comes after the time limit finds the
    // queue disabled and is dropped by librdkafka.
    unsafe {
        let queue = c::rd_kafka_queue_new(consumer.native_ptr());
        let asked = c::rd_kafka_commit_queue(consumer.native_ptr(), offsets.ptr(), queue, None, ptr::null_mut());
        let mut answer = RDKafkaErrorCode::from(asked);
        if answer == RDKafkaErrorCode::NoError {
            let event = c::rd_kafka_queue_poll(queue, milliseconds(timeout));
            if event.is_null() {
                answer = RDKafkaErrorCode::OperationTimedOut;
            } else {
                answer = RDKafkaErrorCode::from(c::rd_kafka_event_error(event));
                if answer == RDKafkaErrorCode::NoError {
                    answer = first_error(c::rd_kafka_event_topic_partition_list(event));
                }
                c::rd_kafka_event_destroy(event);
            }
        }
        c::rd_kafka_queue_destroy(queue);
        if answer == RDKafkaErrorCode::NoError { Ok(()) } else { Err(answer) }
    }
}

/// SAFETY: `list` is null or a valid list.
unsafe fn first_error(list: *const c::rd_kafka_topic_partition_list_t) -> RDKafkaErrorCode {
    // SAFETY: as the caller promises.
    unsafe {
        entries(list)
            .iter()
            .map(|e| RDKafkaErrorCode::from(e.err))
            .find(|e| *e != RDKafkaErrorCode::NoError)
            .unwrap_or(RDKafkaErrorCode::NoError)
    }
}

/// SAFETY: `list` is null or valid for `'a`.
unsafe fn entries<'a>(list: *const c::rd_kafka_topic_partition_list_t) -> &'a [c::rd_kafka_topic_partition_t] {
    if list.is_null() {
        return &[];
    }
    // SAFETY: elems points to cnt elements, or is null when there are none.
    unsafe {
        match usize::try_from((*list).cnt) {
            Ok(n) if n > 0 && !(*list).elems.is_null() => std::slice::from_raw_parts((*list).elems, n),
            _ => &[],
        }
    }
}

/// One entry of a list that librdkafka filled.
pub(super) struct Entry {
    pub partition: TopicPartition,
    pub offset: i64,
    pub metadata: String,
    pub error: RDKafkaErrorCode,
}

impl Entry {
    /// `None` when nothing is committed.
    pub(super) fn committed(self) -> Option<Committed> {
        (self.offset >= 0).then_some(Committed { offset: self.offset, metadata: self.metadata })
    }
}

/// Copies a list. Metadata that are not UTF-8 are taken lossily: only our own notes mean something.
pub(super) fn entries_of(list: &TopicPartitionList) -> Vec<Entry> {
    // SAFETY: the list is valid for the borrow; topic is a C string; metadata points to metadata_size bytes or is null.
    unsafe {
        entries(list.ptr())
            .iter()
            .map(|e| Entry {
                partition: TopicPartition::new(text(e.topic), e.partition),
                offset: e.offset,
                metadata: String::from_utf8_lossy(bytes(e.metadata, e.metadata_size).unwrap_or_default()).into_owned(),
                error: RDKafkaErrorCode::from(e.err),
            })
            .collect()
    }
}

/// The headers of a message. Names that are not UTF-8 are taken lossily; a name ends at its first NUL, as librdkafka gives C strings.
pub(super) fn headers(message: &BorrowedMessage<'_>) -> Vec<Header> {
    let mut list = ptr::null_mut();
    // SAFETY: the message is valid for the borrow; the headers belong to it.
    if unsafe { c::rd_kafka_message_headers(message.ptr(), &mut list) } != c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
        return Vec::new();
    }
    // SAFETY: `list` is valid while the message is.
    let count = unsafe { c::rd_kafka_header_cnt(list) };
    let mut headers = Vec::with_capacity(count);
    for i in 0..count {
        let (mut name, mut value, mut size): (*const c_char, *const c_void, usize) = (ptr::null(), ptr::null(), 0);
        // SAFETY: `list` is valid, the three out pointers are ours; name and value live as long as the message.
        unsafe {
            if c::rd_kafka_header_get_all(list, i, &mut name, &mut value, &mut size) == c::rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
                headers.push(Header { name: text(name).into(), value: bytes(value, size).map(<[u8]>::to_vec) });
            }
        }
    }
    headers
}

/// SAFETY: `s` is null or a C string.
unsafe fn text(s: *const c_char) -> String {
    if s.is_null() {
        return String::new();
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(s).to_string_lossy().into_owned() }
}

/// SAFETY: `p` is null or points to `size` bytes, valid for `'a`.
unsafe fn bytes<'a>(p: *const c_void, size: usize) -> Option<&'a [u8]> {
    // SAFETY: as the caller promises.
    (!p.is_null()).then(|| unsafe { std::slice::from_raw_parts(p.cast::<u8>(), size) })
}

fn milliseconds(time: Duration) -> c_int {
    c_int::try_from(time.as_millis()).unwrap_or(c_int::MAX)
}
