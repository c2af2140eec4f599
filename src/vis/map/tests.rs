#![allow(clippy::unwrap_used)] // a test may fail so

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::vis::chart::{Chart, Selection};
use crate::vis::figure::Figure;
use crate::vis::node_link::tests::{figure, of_csv};
use crate::vis::scene::Mark;

fn map(csv: &str) -> GeoMap {
    GeoMap::new(of_csv(csv), &MapOptions::default()).unwrap()
}

fn said(chart: &GeoMap) -> String {
    chart.describe(&super::super::Zone::utc())
}

fn whole(figure: &mut Figure, value: Value) -> Vec<u32> {
    figure.set_value(value.as_object());
    figure.rows()
}

#[test]
fn only_places_are_placed() {
    let csv = "Latitude,Longitude,City
47.67,-122.13,Redmond
91,10,north of the pole
10,181,east of the date line
,5,nothing
0,0,what is not known
0,20,on the equator
-90,0,the pole
";
    let chart = map(csv);
    assert_eq!(chart.rows, [0, 5, 6]);
    assert_eq!(
        said(&chart),
        "Map of 3 rows, the median at 0°, 0°; rows without a place: 4"
    );
    let all = Selection::Range([-1.0, 1.0], [0.0, 1.0]);
    assert_eq!(chart.rows(&all), [0, 5, 6]);
}

#[test]
fn the_median_is_that_of_msticpy_and_all_points_are_seen() {
    // oracle/map_center.json: msticpy centres its map there, at a zoom that leaves points out.
    let chart = map("Latitude,Longitude\n47.67,-122.13\n51.5,-0.09\n-33.4,143.2\n10,20\n");
    assert_eq!(chart.middle, [28.835, 9.955]);
    for [x, y] in &chart.points {
        let View { x: across, y: down } = chart.home;
        assert!(across[0] < *x && *x < across[1] && down[0] < *y && *y < down[1]);
    }
}

#[test]
fn places_come_from_columns_or_a_location() {
    for (name, csv, options, expected) in [
        (
            "usual names",
            "lat,lon\n1,2\n",
            MapOptions::default(),
            Ok(1),
        ),
        (
            "named",
            "a,b\n1,2\n",
            MapOptions {
                lat_column: Some("a".into()),
                long_column: Some("b".into()),
                ..MapOptions::default()
            },
            Ok(1),
        ),
        (
            "a location",
            "id,Location\n1,\"{\"\"Latitude\"\":1,\"\"Longitude\"\":2}\"\n2,no\n",
            MapOptions::default(),
            Ok(1),
        ),
        (
            "none",
            "ip\n10.0.0.1\n",
            MapOptions::default(),
            Err("invalidArgument"),
        ),
        (
            "no such column",
            "lat,lon\n1,2\n",
            MapOptions {
                lat_column: Some("a".into()),
                ..MapOptions::default()
            },
            Err("columnNotFound"),
        ),
        (
            "no numbers",
            "lat,lon\nhere,there\n",
            MapOptions::default(),
            Err("columnType"),
        ),
        (
            "no such layer",
            "lat,lon\n1,2\n",
            MapOptions {
                layer_column: Some("a".into()),
                ..MapOptions::default()
            },
            Err("columnNotFound"),
        ),
    ] {
        let found = GeoMap::new(of_csv(csv), &options);
        let found = found
            .as_ref()
            .map(|chart| chart.rows.len())
            .map_err(|error| error.code());
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn near_points_are_one_until_they_are_looked_at_from_near() {
    let chart = map(
        "lat,lon,City\n48.1,11.5,Munich\n48.4,10.9,Augsburg\n52.5,13.4,Berlin\n-33.9,151.2,Sydney\n",
    );
    for (zoom, groups) in [(0, 2), (5, 3), (10, 4)] {
        assert_eq!(chart.level(zoom).groups.len(), groups, "{zoom}");
    }
    let mut figure = figure(chart);
    figure.key("n");
    let (tip, at) = figure.tip().unwrap();
    assert!(tip.title.starts_with("3 rows around "), "{}", tip.title);
    assert_eq!(
        tip.fields,
        [("City".to_owned(), "Munich, Augsburg, Berlin".to_owned())]
    );
    figure.press(at, false);
    figure.release(at);
    assert_eq!(figure.rows(), [0, 1, 2]);
    let value = figure.value().unwrap();
    figure.zoom(0.01, at);
    assert_eq!(figure.rows(), [0, 1, 2], "zooming does not choose others");
    let mut saved = value.clone();
    saved.insert("rows".into(), json!([0]));
    figure.set_value(None);
    assert!(figure.set_value(Some(&saved)));
    assert_eq!(
        (figure.value(), figure.rows()),
        (Some(value), vec![0, 1, 2])
    );
}

#[test]
fn ranges_are_latitudes_and_longitudes() {
    let mut figure = figure(map(
        "lat,lon\n48.1,11.5\n52.5,13.4\n-17.7,178.1\n-13.8,-171.8\n",
    ));
    for (name, range, rows) in [
        (
            "Germany",
            json!({ "latitude": [45, 55], "longitude": [5, 15] }),
            vec![0, 1],
        ),
        (
            "its south",
            json!({ "latitude": [50, 45], "longitude": [5, 15] }),
            vec![0],
        ),
        (
            "over the date line",
            json!({ "latitude": [-30, 0], "longitude": [170, -170] }),
            vec![2, 3],
        ),
        (
            "nothing",
            json!({ "latitude": [0, 1], "longitude": [0, 1] }),
            vec![],
        ),
    ] {
        assert_eq!(whole(&mut figure, range), rows, "{name}");
        let value = figure.value().unwrap();
        assert_eq!(
            whole(&mut figure, Value::Object(value)),
            rows,
            "{name}, given back"
        );
    }
}

#[test]
fn the_world_is_shown_once_unless_more_is_seen_at_first() {
    for (name, csv, width) in [
        ("a point", "lat,lon\n48.1,11.5\n", 900.0),
        ("a small picture", "lat,lon\n48.1,11.5\n", 300.0),
        ("from pole to pole", "lat,lon\n84,0\n-84,1\n", 900.0),
        (
            "all that has land, if there are none",
            "lat,lon\n,\n",
            900.0,
        ),
    ] {
        let mut figure = figure(map(csv));
        figure.resize(width, 1.0, false);
        let wide = |figure: &Figure| {
            let x = figure.view()["x"].clone();
            x[1].as_f64().unwrap() - x[0].as_f64().unwrap()
        };
        let home = wide(&figure);
        figure.zoom(100.0, (10.0, 10.0));
        let most = wide(&figure);
        match name {
            "from pole to pole" | "all that has land, if there are none" => {
                assert!(home > 1.2 && most > 1.2, "{name}: {home}, {most}")
            }
            _ => assert!((most - 1.0).abs() < 1e-9, "{name}: {most}"),
        }
    }
}

#[test]
fn tiles_may_lie_below_a_map() {
    let figure = figure(map("lat,lon\n48.1,11.5\n"));
    let count = |ground| {
        let marks = figure.picture_on(ground).marks;
        let land = marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Polygon(..)));
        let discs = marks.iter().filter(|mark| matches!(mark, Mark::Disc(..)));
        let middle = |mark: &&Mark| matches!(mark, Mark::Fill(area, _) if area.has((450.0, 200.0)));
        let ground = marks.iter().filter(middle);
        (land.count() > 0, ground.count() > 0, discs.count())
    };
    assert_eq!(count(true), (true, true, 2));
    assert_eq!(count(false), (false, false, 2));
}

#[test]
fn layers_can_be_hidden() {
    let csv = "lat,lon,kind\n48.1,11.5,a\n48.1,11.5,b\n52.5,13.4,a\n";
    let options = MapOptions {
        layer_column: Some("kind".into()),
        ..MapOptions::default()
    };
    let mut chart = GeoMap::new(of_csv(csv), &options).unwrap();
    assert_eq!(chart.level(10).layers, [MIXED, 0]);
    chart.toggle(0);
    chart.toggle(7);
    assert_eq!(chart.level(10).layers, [1]);
    assert_eq!(chart.rows(&Selection::Range([0.0, 1.0], [0.0, 1.0])), [1]);
}

#[test]
fn the_caspian_sea_is_water() {
    let chart = map("lat,lon\n1,1\n");
    let (x, y) = project(51.0, 41.0);
    let around: Vec<bool> = chart
        .land
        .iter()
        .filter(|ring| ring.has([x, y]))
        .map(|ring| ring.is_lake)
        .collect();
    assert!(
        around.contains(&true) && around.contains(&false),
        "{around:?}"
    );
}

proptest! {
    #[test]
    fn no_place_panics(rows in prop::collection::vec((-100.0..100.0, -200.0..200.0), 0..30), width in 1.0..2000.0, at in (-10.0..2000.0, -10.0..900.0), factor in 1e-9..3.0) {
        let mut csv = String::from("lat,lon\n,1\n2,2\n");
        for (lat, lon) in &rows {
            writeln!(csv, "{lat},{lon}").unwrap();
        }
        let mut figure = figure(map(&csv));
        figure.resize(width, 2.0, true);
        figure.zoom(factor, at);
        figure.pan(at);
        figure.hover(Some(at));
        figure.press(at, false);
        figure.release(at);
        figure.key("n");
        figure.key("Enter");
        prop_assert!(figure.rows().is_sorted());
        prop_assert!(figure.to_svg(None).ends_with("</svg>\n"));
    }

    #[test]
    fn each_row_is_in_one_group(rows in prop::collection::vec((-85.0..85.0, -180.0..180.0), 1..50), zoom in 0_u32..23) {
        let mut csv = String::from("lat,lon\n");
        for (lat, lon) in &rows {
            writeln!(csv, "{lat},{lon}").unwrap();
        }
        let chart = map(&csv);
        let level = chart.level(zoom);
        let mut all: Vec<u32> = level.firsts.iter().flat_map(|first| chart.rows_of(zoom << POINT_BITS | first)).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..rows.len() as u32).collect::<Vec<_>>());
    }
}

/// Writes a picture to the folder that `PICTURES` names, to be looked at.
#[test]
fn pictures() {
    let Ok(folder) = std::env::var("PICTURES") else {
        return;
    };
    let csv = "lat,lon,kind\n48.1,11.5,a\n48.1,11.5,b\n52.5,13.4,a\n40.7,-74.0,b\n37.8,-122.4,a\n-33.9,151.2,c\n1.3,103.8,c\n35.7,139.7,b\n";
    let options = MapOptions {
        layer_column: Some("kind".into()),
        ..MapOptions::default()
    };
    let mut figure = figure(GeoMap::new(of_csv(csv), &options).unwrap());
    std::fs::write(format!("{folder}/map.svg"), figure.to_svg(None)).unwrap();
}
