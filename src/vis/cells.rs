//! What charts of cells share: axes of names, and ranges of whole cells. Cells count from 0, from
//! the left and from the top, and each is 1 wide and 1 high in the units of the view.

use std::ops::Range;

use super::axis::draw::LABEL;
use super::scene::{Anchor, Scene};
use super::stage::Stage;
use super::text;

/// So many names decide how much room they have.
const MOST: usize = 1000;
/// Least distance of labels that lie below or beside each other.
const LINE: f64 = 14.0;

/// The cells that a span touches.
pub(crate) fn places([from, to]: [f64; 2], len: usize) -> Range<usize> {
    let end = (to.ceil().max(0.0) as usize).min(len);
    (from.floor().max(0.0) as usize).min(end)..end
}

/// The span of whole cells that a span touches.
pub(crate) fn whole(span: [f64; 2], len: usize) -> [f64; 2] {
    let places = places(span, len);
    [places.start as f64, places.end as f64]
}

/// The rows that are of a chosen cell; `cells` has the cell of each row.
pub(crate) fn rows_of(cells: &[u32], chosen: &[bool]) -> Vec<u32> {
    let is_chosen = |cell: u32| chosen.get(cell as usize).is_some_and(|chosen| *chosen);
    let rows = (0..).zip(cells);
    rows.filter(|(_, cell)| is_chosen(**cell))
        .map(|(row, _)| row)
        .collect()
}

/// The width of the widest name as a label, of the first ones: others may be shortened.
pub(crate) fn widest(names: &[String]) -> f64 {
    let widths = names.iter().take(MOST).map(|name| text::width(name, LABEL));
    widths.fold(0.0, f64::max)
}

/// A name that is at most so wide. What follows the last slash tells most, so it is kept.
fn shorten(name: &str, room: f64) -> String {
    let slash = name.rfind(['\\', '/']).unwrap_or(0);
    let tail = ["…", &name[slash..]].concat();
    let mut free = room - text::width(&tail, LABEL);
    if slash == 0 || free < 0.0 || text::width(name, LABEL) <= room {
        return text::shorten(name, LABEL, room);
    }
    let mut end = 0;
    for (at, letter) in name.char_indices() {
        free -= text::width(&name[at..at + letter.len_utf8()], LABEL);
        if free < 0.0 {
            break;
        }
        end = at + letter.len_utf8();
    }
    text::shorten(&[&name[..end], &tail].concat(), LABEL, room)
}

/// The cells that have labels, where cells are `size` high and labels need `need`.
fn labelled(places: Range<usize>, size: f64, need: f64) -> impl Iterator<Item = usize> {
    let every = (need / size).ceil().max(1.0) as usize;
    // Which ones do does not change when the axis is moved.
    places.filter(move |place| place % every == 0)
}

/// Names left of the plot, as far as there is room.
pub(crate) fn names_left(names: &[String], stage: &Stage, scene: &mut Scene) {
    let (plot, [from, to]) = (stage.plot, stage.view.y);
    let room = plot.x - 14.0;
    for place in labelled(places([from, to], names.len()), plot.h / (to - from), LINE) {
        let y = stage.y(place as f64 + 0.5);
        if y > plot.y && y < plot.bottom() {
            let name = shorten(&names[place], room);
            let at = (plot.x - 8.0, y);
            scene.text(at, &name, LABEL, stage.theme.ink, Anchor::End);
        }
    }
}

/// Names below the plot, as far as there is room; those that are `upwards` have `room`.
pub(crate) fn names_below(
    names: &[String],
    upwards: Option<f64>,
    stage: &Stage,
    scene: &mut Scene,
) {
    let (plot, [from, to], ink) = (stage.plot, stage.view.x, stage.theme.ink);
    let need = if upwards.is_some() {
        LINE
    } else {
        widest(names) + 6.0
    };
    for place in labelled(places([from, to], names.len()), plot.w / (to - from), need) {
        let x = stage.x(place as f64 + 0.5);
        if x <= plot.x || x >= plot.right() {
            continue;
        }
        match upwards {
            Some(room) => {
                let name = shorten(&names[place], room);
                scene.text_upwards((x, plot.bottom() + 6.0), &name, LABEL, ink);
            }
            None if x + need / 2.0 < stage.whole.right() => {
                let at = (x, plot.bottom() + 12.0);
                scene.text(at, &names[place], LABEL, ink, Anchor::Middle);
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_is_kept() {
        for (name, path, room, expected) in [
            ("fits", r"C:\Windows\cmd.exe", 200.0, r"C:\Windows\cmd.exe"),
            (
                "a long folder",
                r"C:\Windows\System32\RuntimeBroker.exe",
                170.0,
                r"C:\Windo…\RuntimeBroker.exe",
            ),
            (
                "room for the program alone",
                r"C:\Windows\System32\RuntimeBroker.exe",
                124.0,
                r"…\RuntimeBroker.exe",
            ),
            (
                "no room for that",
                r"C:\Windows\System32\RuntimeBroker.exe",
                60.0,
                "C:\\…r.exe",
            ),
            (
                "of Linux",
                "/usr/lib/systemd/systemd-logind",
                130.0,
                "/usr/li…/systemd-logind",
            ),
            (
                "an account",
                r"LARKFIELD\a.kowalska",
                110.0,
                r"LARK…\a.kowalska",
            ),
            ("no path", "a-host.example.com", 80.0, "a-host…e.com"),
            ("a line break", "a\n/b", 200.0, "a /b"),
        ] {
            let short = shorten(path, room);
            assert!(text::width(&short, LABEL) <= room, "{name}: {short}");
            assert_eq!(short, expected, "{name}");
        }
    }
}
