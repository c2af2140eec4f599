//! The names of lanes, left of them.

use super::axis::draw::LABEL;
use super::scene::{Anchor, Scene};
use super::stage::Stage;
use super::text;

/// Room beside a name.
const BESIDE: f64 = 16.0;

/// The part at the end of all names, in bytes, such as the domain of hosts: it need not be said
/// where there is little room.
fn common_end(names: &[&str]) -> usize {
    let Some((first, others)) = names.split_first() else {
        return 0;
    };
    let same = |name: &&str| {
        let pairs = name.bytes().rev().zip(first.bytes().rev());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let end = others.iter().map(same).min().unwrap_or(0);
    // From a dot on.
    let tail = &first.as_bytes()[first.len() - end..];
    let dot = tail.iter().position(|byte| *byte == b'.');
    dot.map_or(0, |dot| end - dot)
}

/// The most room that names may have in a picture of this width.
fn most(width: f64) -> f64 {
    (width * 0.28).clamp(60.0, 240.0)
}

fn short(name: &str, end: usize) -> String {
    let mut short = name[..name.len() - end].to_owned();
    short.push('…');
    short
}

/// How much room the names of lanes should have in a picture of this width; little if there are none.
pub(crate) fn room(names: &[&str], width: f64) -> f64 {
    let widest = |end: usize| {
        let names = names.iter().map(|name| match end {
            0 => text::width(name, LABEL),
            end => text::width(&short(name, end), LABEL),
        });
        names.fold(0.0, f64::max) + BESIDE
    };
    let (most, end) = (most(width), common_end(names));
    match widest(0) {
        whole if whole > most && end > 0 => widest(end).min(most),
        whole => whole.min(most),
    }
}

/// Draws the names of lanes from the top on, which are shortened to the room that they have.
pub(crate) fn draw(names: &[&str], stage: &Stage, scene: &mut Scene) {
    let (plot, room) = (stage.plot, stage.plot.x - BESIDE + 2.0);
    let end = common_end(names);
    let first = stage.view.y[0].max(0.0) as usize;
    for (place, name) in names.iter().enumerate().skip(first) {
        let y = stage.y(place as f64 + 0.5);
        if y > plot.bottom() - 4.0 {
            break;
        }
        if y < plot.y + 4.0 {
            continue;
        }
        let whole = end == 0 || text::width(name, LABEL) <= room;
        let name = if whole {
            (*name).to_owned()
        } else {
            short(name, end)
        };
        let name = text::shorten(&name, LABEL, room);
        scene.text(
            (plot.x - 8.0, y),
            &name,
            LABEL,
            stage.theme.ink,
            Anchor::End,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_all_names_is_left_out() {
        for (name, names, expected) in [
            (
                "a domain",
                &["a.example.com", "bc.example.com"][..],
                ".example.com".len(),
            ),
            (
                "partly the same",
                &["a1.example.com", "b1.example.com"],
                ".example.com".len(),
            ),
            ("no dot", &["host-a", "hosta"], 0),
            ("others", &["a.com", "b.org"], 0),
            ("one, which has nothing in common", &["a.example.com"], 0),
            ("none", &[], 0),
            ("the whole", &[".com", "a.com"], 4),
            ("not within a letter", &["\u{e9}.x", "\u{e8}.x"], 2),
        ] {
            assert_eq!(common_end(names), expected, "{name}");
        }
    }

    #[test]
    fn names_have_the_room_that_they_need() {
        let long = [
            "a-long-name.of.a.host.example.com",
            "b-long-name.of.a.host.example.com",
        ];
        let beside = |names: &[&str], width| room(names, width) as i64;
        assert_eq!(beside(&[], 900.0), BESIDE as i64);
        assert!(beside(&["short"], 900.0) < 60);
        assert!(beside(&long, 900.0) > 180, "whole");
        assert!(beside(&long, 400.0) < 112, "without their end");
        let longer = "x".repeat(999);
        assert_eq!(beside(&[&longer], 900.0), 240);
    }
}
