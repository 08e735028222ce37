//! The exactly-once loop: batch, transaction, rebalance, restore, shutdown.
