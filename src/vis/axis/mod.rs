//! Where the ticks of an axis are, and what is written at them.

pub(crate) mod draw;
pub(crate) mod number;
pub(crate) mod time;
pub(crate) mod zone;

/// Least room between two labels, in CSS pixels.
const GAP: f64 = 12.0;

/// A place on an axis and what is written there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// The value, for times in microseconds since 1970, UTC.
    pub(crate) at: f64,
    /// What is written.
    pub(crate) label: String,
}

/// Whether there is room for a label that takes `half` to both sides of `x`, where all is taken
/// up to `free`; if so, its room is taken.
fn has_room(x: f64, half: f64, free: &mut f64) -> bool {
    let room = x - half >= *free;
    if room {
        *free = x + half + GAP;
    }
    room
}

/// What was written, which is all ASCII.
fn written(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}
