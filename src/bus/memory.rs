//! A broker in memory with transactions, fencing and read_committed, for the simulation.
