//! The hash map of joins and groups.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// A map whose hashing costs little beside what it holds.
pub(crate) type Map<K, V> = HashMap<K, V, RandomState>;
