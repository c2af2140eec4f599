#![allow(clippy::unwrap_used)] // a test may fail so

use proptest::prelude::*;

use super::*;
use crate::table::utc;
use crate::vis::Zone;
use crate::vis::scene::Area;
use crate::vis::stage::View;
use crate::vis::theme::LIGHT;

const RED: Color = Color::hex(0xff_00_00);

/// A lane of these times, in seconds.
fn lanes(times: &[f64]) -> Lanes {
    let times: Vec<i64> = times.iter().map(|time| (time * 1e6) as i64).collect();
    let table = Table::new(vec![("TimeGenerated", utc(times))]).unwrap();
    Lanes::of(&[(String::new(), table)], None, &[]).unwrap()
}

/// What is drawn of points in the order of their times, on 100 × 100 pixels of so many seconds and of values from 0 to 100.
fn drawn(kind: ValueKind, points: &[(f64, f64)], seconds: [f64; 2], scale: f64) -> Vec<Mark> {
    let times: Vec<f64> = points.iter().map(|point| point.0).collect();
    let (lanes, zone) = (lanes(&times), Zone::utc());
    let values = Values::new(points.iter().map(|point| point.1).collect());
    let plot = Area {
        x: 10.0,
        y: 0.0,
        w: 100.0,
        h: 100.0,
    };
    let view = View {
        x: seconds.map(|at| at * 1e6),
        y: [100.0, 0.0],
    };
    let stage = Stage {
        whole: plot,
        plot,
        view,
        scale,
        theme: &LIGHT,
        zone: &zone,
    };
    let mut scene = Scene::new(120.0, 100.0, scale);
    let series = Series {
        lanes: &lanes,
        lane: 0,
        values: &values,
        stage: &stage,
    };
    series.draw(kind, 6.0, RED, &mut scene);
    series.infinite(RED, &mut scene);
    scene.marks
}

/// Upper and lower ends of the columns that are there, by their places.
fn ends(marks: &[Mark]) -> Vec<(i32, f32, f32)> {
    let columns = marks.iter().filter_map(|mark| match mark {
        Mark::Columns(columns) => Some((columns.x..).zip(&columns.spans)),
        _ => None,
    });
    let there = columns.flatten().filter(|(_, span)| span.bottom > span.top);
    there.map(|(x, span)| (x, span.top, span.bottom)).collect()
}

#[test]
fn lines_of_few_points_are_lines() {
    let line = |points: &[Point]| format!("line {points:?}");
    let shown = |mark: &Mark| match mark {
        Mark::Line(points, _, _) => line(points),
        Mark::Disc(at, _, _) => format!("disc {at:?}"),
        Mark::Polygon(points, _) => format!("triangle {:?}", points[0]),
        _ => "other".into(),
    };
    const NAN: f64 = f64::NAN;
    for (name, points, expected) in [
        ("one", &[(5.0, 50.0)][..], vec!["disc (60.0, 50.0)".into()]),
        (
            "two",
            &[(0.0, 0.0), (10.0, 100.0)],
            vec![line(&[(10.0, 100.0), (110.0, 0.0)])],
        ),
        (
            "a gap, and one between gaps",
            &[(1.0, 0.0), (2.0, 0.0), (3.0, NAN), (4.0, 7.0), (5.0, NAN)],
            vec![
                line(&[(20.0, 100.0), (30.0, 100.0)]),
                "disc (50.0, 93.0)".into(),
            ],
        ),
        (
            "from far outside to far outside",
            &[(-1e6, 50.0), (1e6, 50.0)],
            vec![line(&[(9.0, 50.0), (111.0, 50.0)])],
        ),
        (
            "infinite: a gap, and triangles at the edges",
            &[(1.0, f64::INFINITY), (2.0, f64::NEG_INFINITY), (3.0, 1.0)],
            vec![
                "disc (40.0, 99.0)".into(),
                "triangle (20.0, 1.0)".into(),
                "triangle (30.0, 99.0)".into(),
            ],
        ),
        (
            "outside alone",
            &[(-5.0, 1.0)],
            vec!["disc (-40.0, 99.0)".into()],
        ),
    ] {
        let marks = drawn(ValueKind::Line, points, [0.0, 10.0], 1.0);
        assert_eq!(
            marks.iter().map(shown).collect::<Vec<_>>(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn lines_of_many_points_are_columns_without_gaps() {
    // Ten points a pixel that go up and down between 20 and 80, and a spike; then a long gap in time.
    let up_and_down = |i: u32| {
        (
            f64::from(i) * 0.01,
            if i.is_multiple_of(2) { 20.0 } else { 80.0 },
        )
    };
    let mut points: Vec<(f64, f64)> = (0..500).map(up_and_down).collect();
    points[250].1 = 100.0;
    points.push((10.0, 20.0));
    let ends = ends(&drawn(ValueKind::Line, &points, [0.0, 10.0], 1.0));
    assert_eq!(ends.len(), 100);
    assert_eq!(ends[0], (10, 19.25, 80.75));
    assert_eq!(ends[25], (35, -0.75, 80.75), "the spike is seen");
    // A line from 80 down to 20 over 50 pixels: each begins where the one before ends.
    for pair in ends[51..].windows(2) {
        assert!(
            (pair[0].2 - 0.75 - (pair[1].1 + 0.75)).abs() < 1e-3,
            "{pair:?}"
        );
    }
    points[500].1 = f64::NAN;
    points.push((11.0, 0.0));
    let ends = super::tests::ends(&drawn(ValueKind::Line, &points, [0.0, 10.0], 1.0));
    assert_eq!(ends.len(), 50, "no line to what is missing, nor from it");
}

#[test]
fn bars_stand_on_zero() {
    for (name, points, expected) in [
        // 6 pixels wide, around its time.
        (
            "one",
            &[(5.0, 50.0)][..],
            (57..64).map(|x| (x, 50.0, 100.0)).collect(),
        ),
        ("none", &[(5.0, f64::NAN)], vec![]),
        ("zero", &[(5.0, 0.0)], vec![]),
        (
            "small",
            &[(5.0, 0.001)],
            (57..64).map(|x| (x, 98.0, 100.0)).collect(),
        ),
        (
            "at the edge: a half",
            &[(0.0, 50.0)],
            (7..14).map(|x| (x, 50.0, 100.0)).collect::<Vec<_>>(),
        ),
    ] {
        let marks = drawn(ValueKind::Bar, points, [0.0, 10.0], 1.0);
        assert_eq!(ends(&marks), expected, "{name}");
    }
    let many: Vec<_> = (0..1000)
        .map(|i| (f64::from(i) * 0.01, f64::from(i % 10)))
        .collect();
    let ends = ends(&drawn(ValueKind::Bar, &many, [0.0, 10.0], 1.0));
    assert_eq!(ends.len(), 100, "one for each pixel");
    assert!(
        ends.iter().all(|bar| bar.1 == 91.0 && bar.2 == 100.0),
        "the longest of it"
    );
}

#[test]
fn circles_at_one_pixel_are_one() {
    let circles =
        |points: &[(f64, f64)]| match drawn(ValueKind::Circle, points, [0.0, 10.0], 2.0).pop() {
            Some(Mark::Dots(dots)) => dots.at,
            _ => vec![],
        };
    let points = [
        (1.0, 50.0),
        (1.0, 50.1),
        (1.0, 20.0),
        (1.0, 50.0),
        (3.0, f64::NAN),
    ];
    assert_eq!(circles(&points), [(40, 100), (40, 99), (40, 160)]);
    assert_eq!(circles(&[(1.0, 1e9), (1.0, -1e9)]), [], "outside");
}

#[test]
fn axes_have_room_for_what_they_show() {
    for (name, values, zero, expected) in [
        ("usual", [10.0, 30.0], false, [31.0, 9.0]),
        ("bars", [10.0, 30.0], true, [31.5, 0.0]),
        ("bars to both sides", [-10.0, 10.0], true, [11.0, -11.0]),
        ("bars below", [-20.0, -10.0], true, [0.0, -21.0]),
        ("equal", [4.0, 4.0], false, [6.0, 2.0]),
        ("zeros", [0.0, 0.0], false, [0.5, -0.5]),
        ("bars of zeros", [0.0, 0.0], true, [1.0, 0.0]),
        ("nothing", NOTHING, false, [1.0, 0.0]),
        ("bars of nothing", NOTHING, true, [1.0, 0.0]),
        ("the largest", [-MOST, MOST], false, [1.1e300, -1.1e300]),
    ] {
        assert_eq!(axis(values, zero), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn least_and_most_are_those_of_a_scan(
        values in prop::collection::vec(prop_oneof![8 => -1e3..1e3, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)], 1..300),
        copies in 1_usize..60,
        ends in (0.0..1.0_f64, 0.0..1.0_f64),
    ) {
        let values: Vec<f64> = values.repeat(copies);
        let at = |part: f64| (part * values.len() as f64) as usize;
        let (from, to) = (at(ends.0.min(ends.1)), at(ends.0.max(ends.1)));
        let expected = values[from..to].iter().filter(|v| v.is_finite());
        let expected = expected.fold(NOTHING, |[a, b], v| [a.min(*v), b.max(*v)]);
        prop_assert_eq!(Values::new(values).min_max(from, to), expected);
    }

    /// Whatever the points, a line drawn by columns covers each of them, and reaches the next column.
    #[test]
    fn dense_lines_cover_all_points(
        steps in prop::collection::vec((0.0..0.02, 0.0..100.0), 250..900),
        scale in 1.0..2.0,
    ) {
        let mut time = 0.0;
        let points: Vec<_> = steps.iter().map(|(step, value)| { time += step; (time, *value) }).collect();
        prop_assume!(points.len() > (100.0 * scale) as usize * DENSE + DENSE);
        let view = [points[0].0, time];
        let marks = drawn(ValueKind::Line, &points, view, scale);
        let ends = ends(&marks);
        let width = (100.0_f64 * scale).round();
        for (at, value) in points {
            let column = (10.0 * scale).round() as i32 + ((at - view[0]) / (view[1] - view[0]) * width) as i32;
            let y = ((100.0 - value) * scale) as f32;
            // Times are whole microseconds, so that one may be on the column beside.
            prop_assert!(ends.iter().any(|(x, top, bottom)| (x - column).abs() <= 1 && *top <= y && y <= *bottom));
        }
        for pair in ends.windows(2) {
            prop_assert_eq!(pair[0].0 + 1, pair[1].0);
            prop_assert!(pair[0].1 <= pair[1].2 && pair[1].1 <= pair[0].2, "joined");
        }
    }
}
