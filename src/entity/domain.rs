//! Domain names and their public suffixes.
