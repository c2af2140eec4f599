//! The names of lanes, left of them.

use super::axis::draw::LABEL;
use super::scene::{Anchor, Scene};
use super::stage::Stage;
use super::text;

/// Room beside a name.
const BESIDE: f64 = 16.0;

/// What begins all names and what ends them, in bytes, such as the domain of accounts and that of
/// hosts: it need not be said where there is little room.
fn common(names: &[&str]) -> [usize; 2] {
    let Some((first, others)) = names.split_first() else {
        return [0; 2];
    };
    let same = |reversed: bool, name: &str| {
        let at = |text: &str, i: usize| {
            let i = if reversed {
                text.len().checked_sub(i + 1)?
            } else {
                i
            };
            text.as_bytes().get(i).copied()
        };
        let is_same = |i: &usize| at(name, *i).is_some() && at(name, *i) == at(first, *i);
        (0..).take_while(is_same).count()
    };
    let [start, end] = [false, true].map(|reversed| {
        others
            .iter()
            .map(|name| same(reversed, name))
            .min()
            .unwrap_or(0)
    });
    // Up to a backslash, and from a dot on.
    let (head, tail) = (
        &first.as_bytes()[..start],
        &first.as_bytes()[first.len() - end..],
    );
    let slash = head.iter().rposition(|byte| *byte == b'\\');
    let dot = tail.iter().position(|byte| *byte == b'.');
    let start = slash.map_or(0, |slash| slash + 1);
    let end = dot.map_or(0, |dot| end - dot);
    if names.iter().any(|name| name.len() < start + end) {
        return [0; 2];
    }
    [start, end]
}

/// The most room that names may have in a picture of this width.
fn most(width: f64) -> f64 {
    (width * 0.28).clamp(60.0, 240.0)
}

fn short(name: &str, [start, end]: [usize; 2]) -> String {
    let sign = |cut: usize| if cut > 0 { "…" } else { "" };
    [sign(start), &name[start..name.len() - end], sign(end)].concat()
}

/// How much room the names of lanes should have in a picture of this width; little if there are none.
pub(crate) fn room(names: &[&str], width: f64) -> f64 {
    let widest = |common: [usize; 2]| {
        let names = names
            .iter()
            .map(|name| text::width(&short(name, common), LABEL));
        names.fold(0.0, f64::max) + BESIDE
    };
    let (most, whole) = (most(width), widest([0; 2]));
    match whole > most {
        true => widest(common(names)).min(most),
        false => whole,
    }
}

/// Draws the names of lanes from the top on, which are shortened to the room that they have.
pub(crate) fn draw(names: &[&str], stage: &Stage, scene: &mut Scene) {
    let (plot, room) = (stage.plot, stage.plot.x - BESIDE + 2.0);
    let common = common(names);
    let first = stage.view.y[0].max(0.0) as usize;
    for (place, name) in names.iter().enumerate().skip(first) {
        let y = stage.y(place as f64 + 0.5);
        if y > plot.bottom() - 4.0 {
            break;
        }
        if y < plot.y + 4.0 {
            continue;
        }
        let cut = if text::width(name, LABEL) <= room {
            [0; 2]
        } else {
            common
        };
        let name = short(name, cut);
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
    fn what_begins_or_ends_all_names_is_left_out() {
        for (name, names, expected) in [
            (
                "a domain",
                &["a.example.com", "bc.example.com"][..],
                [0, ".example.com".len()],
            ),
            (
                "partly the same",
                &["a1.example.com", "b1.example.com"],
                [0, ".example.com".len()],
            ),
            ("no dot", &["host-a", "hosta"], [0, 0]),
            ("others", &["a.com", "b.org"], [0, 0]),
            (
                "one, which has nothing in common",
                &["a.example.com"],
                [0, 0],
            ),
            ("none", &[], [0, 0]),
            ("the whole", &[".com", "a.com"], [0, 4]),
            ("a domain of accounts", &["CORP\\a", "CORP\\ab"], [5, 0]),
            ("both", &["X\\a.b", "X\\c.b"], [2, 2]),
            ("one in the other", &["X\\.b", "X\\.b"], [2, 2]),
            ("not within a letter", &["\u{e9}.x", "\u{e8}.x"], [0, 2]),
        ] {
            assert_eq!(common(names), expected, "{name}");
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
