#![allow(clippy::unwrap_used)] // a test may fail so

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::analysis::random::Random;
use crate::table::Progress;
use crate::table::read::{ReadOptions, read};
use crate::vis::chart::Chart;
use crate::vis::figure::{Figure, Frame};
use crate::vis::scene::{Anchor, Area, Mark, Scene};
use crate::vis::{NetworkOptions, Zone, network};

/// One table.
pub(crate) fn of_csv(csv: &str) -> Tables {
    let table = read(csv.into(), &ReadOptions::default(), &mut Progress::none()).unwrap();
    Tables {
        main: vec![(String::new(), table)],
        ..Tables::default()
    }
}

pub(crate) fn figure(chart: impl Chart + 'static) -> Figure {
    let frame = Frame {
        title: String::new(),
        height: None,
        without_range_tool: false,
        zone: Zone::utc(),
    };
    Figure::new(Box::new(chart), frame)
}

/// What is looked at in a picture.
pub(crate) struct Seen(Scene);

pub(crate) fn picture(figure: &Figure) -> Seen {
    Seen(figure.picture())
}

impl Seen {
    /// Widths of lines of which there are some.
    pub(crate) fn widths(&self) -> Vec<f64> {
        let width = |mark: &Mark| match mark {
            Mark::Segments(lines) if !lines.at.is_empty() => Some(lines.width),
            _ => None,
        };
        self.0.marks.iter().filter_map(width).collect()
    }

    /// Straight lines of graphs.
    pub(crate) fn lines(&self) -> Vec<[(f32, f32); 2]> {
        let lines = |mark: &Mark| match mark {
            Mark::Segments(lines) => lines.at.clone(),
            _ => vec![],
        };
        self.0.marks.iter().flat_map(lines).collect()
    }

    /// Where texts are.
    pub(crate) fn labels(&self) -> Vec<(String, Area)> {
        let label = |mark: &Mark| match mark {
            Mark::Text(text) => {
                let (w, h) = (crate::vis::text::width(&text.text, text.size), text.size);
                let before = match text.anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => w / 2.0,
                    Anchor::End => w,
                };
                let (x, y) = (text.at.0 - before, text.at.1 - h / 2.0);
                Some((text.text.clone(), Area { x, y, w, h }))
            }
            _ => None,
        };
        self.0.marks.iter().filter_map(label).collect()
    }
}

/// A graph of hubs, each with as many leaves, that are joined in a row.
fn hubs(hubs: usize, leaves: usize) -> NodeLink {
    let mut csv = String::from("src,dst\n");
    for hub in 0..hubs {
        for leaf in 0..leaves {
            writeln!(csv, "hub-{hub}.example.com,10.{hub}.0.{leaf}").unwrap();
        }
        writeln!(
            csv,
            "hub-{hub}.example.com,hub-{}.example.com",
            (hub + 1) % hubs
        )
        .unwrap();
    }
    made(&csv)
}

fn made(csv: &str) -> NodeLink {
    let options = NetworkOptions {
        source: "src".into(),
        target: "dst".into(),
        ..NetworkOptions::default()
    };
    network(of_csv(csv), &options).unwrap()
}

#[test]
fn the_largest_have_names_and_none_cover_others() {
    let figure = figure(hubs(5, 30));
    let labels = picture(&figure).labels();
    for hub in 0..5 {
        let name = format!("hub-{hub}.example.com");
        assert!(labels.iter().any(|(own, _)| *own == name), "{name}");
    }
    assert!(labels.len() > 20, "others as well: {}", labels.len());
    for (i, (name, a)) in labels.iter().enumerate() {
        for (other, b) in &labels[i + 1..] {
            let apart =
                a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
            assert!(apart, "{name} and {other}");
        }
    }
}

#[test]
fn a_large_graph_settles_bit_by_bit() {
    let mut csv = String::from("src,dst\n");
    let mut random = Random::new(1, 0);
    for _ in 0..4000 {
        writeln!(csv, "n{},n{}", random.below(2000), random.below(2000)).unwrap();
    }
    let mut chart = made(&csv);
    let mut ticks = 0;
    let first = chart.layout.positions().to_vec();
    while chart.tick() {
        ticks += 1;
    }
    assert!((10..=300).contains(&ticks), "{ticks}");
    assert_ne!(first, chart.layout.positions());
    assert!(!chart.tick() && chart.left == 0);
    assert!(!hubs(2, 5).tick(), "a small one is there at once");
}

#[test]
fn gestures_find_nodes_edges_and_ranges() {
    let mut figure = figure(made("src,dst\na,b\nb,c\n"));
    let labels = picture(&figure).labels();
    assert_eq!(labels.len(), 3);
    figure.key("n");
    let (tip, at) = figure.tip().unwrap();
    assert_eq!(tip.title, "b", "which has most edges");
    figure.press(at, false);
    figure.release(at);
    assert_eq!(
        (figure.rows(), figure.value().unwrap()["node"].as_str()),
        (vec![0, 1], Some("b"))
    );
    figure.key("n");
    let (_, other) = figure.tip().unwrap();
    let middle = (f64::midpoint(at.0, other.0), f64::midpoint(at.1, other.1));
    figure.hover(Some(middle));
    assert!(figure.tip().unwrap().0.title.contains(" – "));
    figure.press((1.0, 6.0), false);
    figure.drag((899.0, figure.height() - 6.0));
    figure.release((899.0, figure.height() - 6.0));
    let value = figure.value().unwrap();
    assert_eq!(value["nodes"].as_array().unwrap().len(), 3);
    figure.set_value(None);
    assert!(
        figure.set_value(Some(&value)),
        "what is given back is taken"
    );
    assert_eq!(figure.value(), Some(value));
}

#[test]
fn a_node_is_dragged_and_the_others_follow() {
    let mut figure = figure(made("src,dst\na,b\nb,c\n"));
    figure.key("n");
    let (tip, at) = figure.tip().unwrap();
    let to = (at.0 + 90.0, at.1 + 60.0);
    figure.press(at, false);
    figure.drag(to);
    figure.release(to);
    assert_eq!(figure.value(), None, "that is no choice");
    assert!(figure.tick() > 0);
    while figure.tick() > 0 {}
    figure.hover(Some(to));
    assert_eq!(figure.tip().unwrap().0.title, tip.title);
}

#[test]
fn what_is_shown_is_so_again_after_other_sizes() {
    let mut figure = figure(hubs(5, 30));
    figure.resize(900.0, 1.0, false);
    figure.zoom(0.3, (450.0, 200.0));
    let before = figure.view();
    for width in [300.0, 1600.0, 900.0] {
        figure.resize(width, 1.0, false);
    }
    assert_eq!(figure.view(), before);
}

#[test]
fn kinds_can_be_hidden() {
    let mut figure = figure(made("src,dst\na,b\na,c\n"));
    assert_eq!(figure.legend()[0].name, "target");
    figure.toggle(0);
    figure.toggle(9);
    assert_eq!(picture(&figure).labels().len(), 1);
    assert!(
        picture(&figure).widths().is_empty(),
        "no edges to what is hidden"
    );
    assert_eq!(figure.search("C"), 0);
    figure.toggle(0);
    assert_eq!(figure.search("C"), 1);
    assert_eq!(figure.tip().unwrap().0.title, "c");
}

#[test]
fn arrows_end_at_the_rim_of_what_is_large_and_far_enough() {
    let mut csv = String::from("src,dst\na,b\n");
    let directed = |csv: &str| {
        let options = NetworkOptions {
            source: "src".into(),
            target: "dst".into(),
            directed: true,
            ..NetworkOptions::default()
        };
        network(of_csv(csv), &options).unwrap()
    };
    let lines = |chart: NodeLink| picture(&figure(chart)).lines();
    let all = lines(directed(&csv));
    let [edge, sides @ ..] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!(sides.len(), 2, "{all:?}");
    let far = |a: (f32, f32), b: (f32, f32)| f64::from((a.0 - b.0).hypot(a.1 - b.1));
    for [end, tip] in sides {
        assert!((5.0..14.0).contains(&far(*tip, edge[1])), "{all:?}");
        assert!(far(*end, edge[0]) < far(*tip, edge[0]), "{all:?}");
    }
    let mut small = figure(directed(&csv));
    small.resize(10.0, 1.0, false);
    assert_eq!(picture(&small).lines().len(), 1, "shorter than a head");
    for node in 0..3001 {
        writeln!(csv, "a,{node}").unwrap();
    }
    assert_eq!(lines(directed(&csv)).len(), 3002, "too many for heads");
}

proptest! {
    #[test]
    fn no_graph_panics(rows in prop::collection::vec(("[a-f]?", "[a-f]?"), 0..20), width in 1.0..2000.0, x in -10.0..2000.0, y in -10.0..900.0) {
        let mut csv = String::from("src,dst\n");
        for (from, to) in &rows {
            writeln!(csv, "{from},{to}").unwrap();
        }
        csv.push_str("z,z\n");
        let mut figure = figure(made(&csv));
        figure.resize(width, 1.5, false);
        figure.hover(Some((x, y)));
        figure.press((x, y), false);
        figure.release((x, y));
        figure.zoom(0.3, (x, y));
        let whole = (rows.len() + 1) as u32;
        prop_assert!(figure.rows().iter().all(|row| *row < whole));
        prop_assert!(figure.to_svg(None).ends_with("</svg>\n"));
    }
}

/// Writes pictures to the folder that `PICTURES` names, to be looked at.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("PICTURES") else {
        return;
    };
    for (name, chart) in [
        ("hubs", hubs(5, 30)),
        ("one", hubs(1, 84)),
        ("two", made("src,dst\na,b\n")),
    ] {
        let mut figure = figure(chart);
        figure.resize(900.0, 1.0, false);
        figure.key("n");
        std::fs::write(format!("{folder}/{name}.svg"), figure.to_svg(None)).unwrap();
    }
}
