//! What goes wrong, by a seed or by order.

/// A single fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The commit times out and never reached the broker.
    CommitLost,
    /// The commit takes place; its answer is lost.
    CommitUnheard,
    /// The commit times out, and takes place a little later unless the producer is replaced before.
    CommitLate,
    /// The offsets are not sent; the call may be repeated.
    OffsetsLost,
    /// The offsets are part of the transaction; the answer is lost, the call may be repeated.
    OffsetsUnheard,
    /// The broker refuses the offsets; the transaction must be aborted.
    OffsetsRefused,
    /// A record is not delivered; the transaction must be aborted.
    ProduceFailed,
    /// The abort times out and never reached the broker.
    AbortLost,
    /// The abort takes place; its answer is lost.
    AbortUnheard,
    /// The abort fails for good; the producer must be replaced.
    AbortFailed,
    /// The client tells of a trouble of its own.
    Trouble,
    /// A coordinator moves to another broker: the call times out and may be repeated.
    CoordinatorMoved,
    /// The process stands still in the middle of a call, heartbeats included.
    Stall,
    /// The process dies before a call reaches the broker.
    KilledBefore,
    /// The process dies before it hears the answer.
    KilledAfter,
}

impl Fault {
    pub const ALL: [Fault; 15] = [
        Fault::CommitLost,
        Fault::CommitUnheard,
        Fault::CommitLate,
        Fault::OffsetsLost,
        Fault::OffsetsUnheard,
        Fault::OffsetsRefused,
        Fault::ProduceFailed,
        Fault::AbortLost,
        Fault::AbortUnheard,
        Fault::AbortFailed,
        Fault::Trouble,
        Fault::CoordinatorMoved,
        Fault::Stall,
        Fault::KilledBefore,
        Fault::KilledAfter,
    ];
}

/// How likely each fault is, in ten-thousandths a call, and faults that come by order.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    rates: std::collections::BTreeMap<Fault, u32>,
    ordered: Vec<Fault>,
}

impl Faults {
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the rate of one fault.
    pub fn with(mut self, fault: Fault, ten_thousandths: u32) -> Self {
        self.rates.insert(fault, ten_thousandths);
        self
    }

    /// The next call to which it applies meets this fault.
    pub(super) fn order(&mut self, fault: Fault) {
        self.ordered.push(fault);
    }

    /// The fault that a call meets, of those that apply to it.
    pub(super) fn strike(&mut self, applicable: &[Fault], rng: &mut fastrand::Rng) -> Option<Fault> {
        if let Some(at) = self.ordered.iter().position(|f| applicable.contains(f)) {
            return Some(self.ordered.remove(at));
        }
        if self.rates.is_empty() {
            return None;
        }
        applicable.iter().copied().find(|f| self.rates.get(f).is_some_and(|rate| rng.u32(0..10_000) < *rate))
    }
}
