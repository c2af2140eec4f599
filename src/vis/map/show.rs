//! How a map is drawn, and what is at a place.

use serde_json::{Map, Value, json};

use super::{GeoMap, Level, MIXED, MOST_ZOOM, POINT_BITS, Ring, zoom};
use crate::vis::axis::draw::{mask, say};
use crate::vis::axis::number::format_number;
use crate::vis::axis::zone::Zone;
use crate::vis::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use crate::vis::projection::{nearest, project, unproject};
use crate::vis::scene::{Anchor, Mark, Point, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::tables::{row_fields, summary};
use crate::vis::text;
use crate::vis::theme::{Color, Theme};
use crate::{Result, Table};

/// Radius of one row, and least one of a group, in CSS pixels.
const ONE: f64 = 5.0;
const GROUP: f64 = 9.0;
/// Height of the font.
const SIZE: f64 = 11.0;
/// Degrees between two lines, of which the first is taken that is at least [`APART`] pixels.
const STEPS: [f64; 12] = [
    0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0, 90.0,
];
const APART: f64 = 90.0;
/// Rows that a tooltip looks at, and values that it has of a column.
const LOOKED_AT: usize = 200;
const VALUES: usize = 4;

impl GeoMap {
    /// Where a place is: in the world that is nearest to the middle of the view.
    fn at(&self, stage: &Stage, [x, y]: [f64; 2]) -> Point {
        let middle = f64::midpoint(stage.view.x[0], stage.view.x[1]);
        (stage.x(nearest(x, middle)), stage.y(y))
    }

    fn draw_land(&self, stage: &Stage, scene: &mut Scene) {
        let theme = stage.theme;
        scene.fill(stage.whole, theme.ground);
        scene.fill(stage.plot, theme.stripe);
        let [from, to] = stage.view.x;
        for world in from.floor() as i32..to.ceil() as i32 {
            let is_seen = |ring: &&Ring| {
                let [[left, right], [top, bottom]] = ring.bounds;
                let [left, right] = [left, right].map(|x| x + f64::from(world));
                right > from && left < to && bottom > stage.view.y[0] && top < stage.view.y[1]
            };
            for ring in self.land.iter().filter(is_seen) {
                let points = ring
                    .points
                    .iter()
                    .map(|[x, y]| (stage.x(x + f64::from(world)), stage.y(*y)));
                let color = if ring.is_lake {
                    theme.stripe
                } else {
                    theme.line
                };
                scene.marks.push(Mark::Polygon(points.collect(), color));
            }
        }
    }

    fn draw_graticule(&self, stage: &Stage, scene: &mut Scene) {
        let (plot, theme) = (stage.plot, stage.theme);
        let degree = plot.w / (stage.view.x[1] - stage.view.x[0]) / 360.0;
        let step = STEPS
            .into_iter()
            .find(|step| step * degree >= APART)
            .unwrap_or(90.0);
        let color = theme.quiet.fade(0.2);
        let [west, east] = stage.view.x.map(|x| (x - 0.5) * 360.0 / step);
        for line in west.ceil() as i32..=east.floor() as i32 {
            let lon = f64::from(line) * step;
            let x = stage.x(lon / 360.0 + 0.5);
            scene.line((x, plot.y), (x, plot.bottom()), color);
            let label = degrees((lon + 180.0).rem_euclid(360.0) - 180.0, ["E", "W"]);
            let at = (x + 3.0, plot.bottom() - 8.0);
            scene.text(at, &label, SIZE - 1.0, theme.quiet, Anchor::Start);
        }
        let [north, south] = stage.view.y.map(|y| unproject(0.0, y).1 / step);
        for line in south.ceil() as i32..=north.floor() as i32 {
            let lat = f64::from(line) * step;
            let y = stage.y(project(0.0, lat).1);
            scene.line((plot.x, y), (plot.right(), y), color);
            if lat.abs() < 85.0 && y < plot.bottom() - 24.0 {
                let label = degrees(lat, ["N", "S"]);
                scene.text(
                    (plot.x + 4.0, y - 7.0),
                    &label,
                    SIZE - 1.0,
                    theme.quiet,
                    Anchor::Start,
                );
            }
        }
    }

    fn color(&self, layer: u32, theme: &Theme) -> Color {
        match layer {
            MIXED => theme.quiet,
            layer => theme.category(layer as usize),
        }
    }

    fn draw_group(&self, level: &Level, group: usize, at: Point, stage: &Stage, scene: &mut Scene) {
        let (theme, count) = (stage.theme, level.groups[group].count);
        let color = self.color(level.layers[group], theme);
        let radius = radius(count);
        if count == 1 {
            scene.marks.push(Mark::Disc(at, radius + 1.0, theme.ground));
            scene.marks.push(Mark::Disc(at, radius, color));
            return;
        }
        scene
            .marks
            .push(Mark::Disc(at, radius, theme.ground.fade(0.9)));
        scene.marks.push(Mark::Ring(at, radius, color, 3.0));
        scene.text(at, &short(count), SIZE, theme.ink, Anchor::Middle);
    }

    fn index(level: &Level, group: usize) -> u32 {
        level.zoom << POINT_BITS | level.firsts[group]
    }

    /// The groups that are seen, and where.
    fn seen(&self, stage: &Stage, level: &Level) -> Vec<(usize, Point)> {
        let room = stage.plot;
        let groups = level.groups.iter().enumerate();
        groups
            .map(|(group, found)| (group, self.at(stage, found.centre)))
            .filter(|(_, at)| {
                at.0 > room.x - 40.0
                    && at.0 < room.right() + 40.0
                    && at.1 > room.y - 40.0
                    && at.1 < room.bottom() + 40.0
            })
            .collect()
    }

    /// The first values of a column among some rows of a group.
    fn values(&self, rows: &[u32], column: &str, zone: &Zone) -> Option<(String, String)> {
        let column = [column.to_owned()];
        let (mut said, mut values) = (String::new(), Vec::new());
        for row in rows.iter().take(LOOKED_AT) {
            let (table, row) = self.tables.find(*row)?;
            for (_, value) in row_fields(table, row, &column, zone) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        for (i, value) in values.iter().take(VALUES).enumerate() {
            said.push_str(if i > 0 { ", " } else { "" });
            said.push_str(value);
        }
        if values.len() > VALUES {
            said.push_str(", …");
        }
        let [name] = column;
        (!said.is_empty()).then_some((name, said))
    }

    /// Whether a point is in a range, in any of the worlds.
    fn inside(point: [f64; 2], x: [f64; 2], y: [f64; 2]) -> bool {
        let west = point[0] - (point[0] - x[0]).floor();
        west <= x[1] && y[0] <= point[1] && point[1] <= y[1]
    }
}

#[inline(never)]
fn radius(count: u32) -> f64 {
    match count {
        1 => ONE,
        count => (GROUP + f64::from(count).log10() * 2.0)
            .max(text::width(&short(count), SIZE) / 2.0 + 5.0),
    }
}

/// A count in few letters.
fn short(count: u32) -> String {
    let mut number = itoa::Buffer::new();
    match count {
        0..10_000 => number.format(count).to_owned(),
        10_000..10_000_000 => [number.format(count / 1000), "k"].concat(),
        _ => [number.format(count / 1_000_000), "M"].concat(),
    }
}

/// Degrees, and on which side of 0 they are: that above or that below.
#[inline(never)]
fn degrees(value: f64, [above, below]: [&str; 2]) -> String {
    let mut text = format_number((value.abs() * 1000.0).round() / 1000.0);
    text.push('°');
    if value != 0.0 {
        text.push(' ');
        text.push_str(if value < 0.0 { below } else { above });
    }
    text
}

fn place_text([lat, lon]: [f64; 2]) -> String {
    [degrees(lat, ["N", "S"]), degrees(lon, ["E", "W"])].join(", ")
}

impl Chart for GeoMap {
    fn height(&self, width: f64) -> f64 {
        (width * 0.55).clamp(260.0, 700.0)
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        [0.0, 4.0, 0.0, 4.0]
    }

    fn extent(&self) -> View {
        self.extent
    }

    fn home(&self, _plot: crate::vis::scene::Area) -> View {
        self.home
    }

    /// Some 200 metres.
    fn least(&self) -> [f64; 2] {
        [5e-6, 5e-6]
    }

    /// Once around the world.
    fn widest(&self) -> f64 {
        1.0
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, true],
            brush: Brush::Both,
            plane: true,
            ..Gestures::default()
        }
    }

    fn draw_ground(&self, stage: &Stage, scene: &mut Scene) {
        self.draw_land(stage, scene);
        self.draw_graticule(stage, scene);
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        let level = self.level(zoom(stage));
        let seen = self.seen(stage, &level);
        // Groups lie above single rows.
        for is_group in [false, true] {
            for &(group, at) in &seen {
                if (level.groups[group].count > 1) == is_group {
                    self.draw_group(&level, group, at, stage, scene);
                }
            }
        }
        mask(stage, scene);
        if self.points.is_empty() {
            say(stage, "no rows with a place", scene);
        }
    }

    fn draw_mark(&self, _stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        if let Some((level, group)) = self.group(hit.index) {
            let radius = radius(level.groups[group].count) + 3.0;
            scene.marks.push(Mark::Ring(hit.at, radius, color, 2.0));
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let level = self.level(zoom(stage));
        let away = |(group, place): &(usize, Point)| {
            let away = (place.0 - at.0).hypot(place.1 - at.1);
            away - radius(level.groups[*group].count)
        };
        let near = |found: &(usize, Point)| away(found) < 4.0;
        let found = self.seen(stage, &level).into_iter().filter(near);
        let (group, at) = found.min_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some(Hit {
            index: Self::index(&level, group),
            at,
            more: 0,
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let (level, group) = self.group(index)?;
        let at = self.at(stage, level.groups[group].centre);
        Some(Hit { index, at, more: 0 })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let level = self.level(zoom(stage));
        let from = from.and_then(|from| level.of.get((from & ((1 << POINT_BITS) - 1)) as usize));
        let next = match from {
            Some(group) if forward => *group as usize + 1,
            Some(group) => (*group as usize).checked_sub(1)?,
            None => 0,
        };
        (next < level.groups.len()).then(|| Self::index(&level, next))
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let Some((level, group)) = self.group(index) else {
            return Tip::default();
        };
        let rows = self.rows_of(index);
        let [x, y] = level.groups[group].centre;
        let (lon, lat) = unproject(x, y);
        let mut title = place_text([lat, lon]);
        if rows.len() > 1 {
            title = [&format_number(rows.len() as f64), " rows around ", &title].concat();
        }
        let columns = self.columns.iter();
        Tip {
            title,
            fields: columns
                .filter_map(|column| self.values(&rows, column, zone))
                .collect(),
        }
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Item(index) => self.rows_of(*index),
            Selection::Range(x, y) => {
                let layer = |layer: &u32| {
                    self.layers
                        .get(*layer as usize)
                        .is_none_or(|(_, shown)| *shown)
                };
                let all = self.points.iter().zip(&self.rows).zip(&self.layer_of);
                all.filter(|((point, _), own)| layer(own) && Self::inside(**point, *x, *y))
                    .map(|((_, row), _)| *row)
                    .collect()
            }
        }
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let Some((level, group)) = self.group(index) else {
            return Map::new();
        };
        let [x, y] = level.groups[group].centre;
        let (lon, lat) = unproject(x, y);
        let zoom = level.zoom;
        Map::from_iter([
            ("latitude".into(), json!(lat)),
            ("longitude".into(), json!(lon)),
            ("zoom".into(), json!(zoom)),
        ])
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let row = value.get("rows")?.as_array()?.first()?.as_u64()?;
        let point = self.rows.binary_search(&u32::try_from(row).ok()?).ok()?;
        let zoom = value
            .get("zoom")
            .and_then(Value::as_u64)
            .unwrap_or(MOST_ZOOM.into());
        Some((zoom.min(MOST_ZOOM.into()) as u32) << POINT_BITS | point as u32)
    }

    fn range_fields(&self, x: [f64; 2], y: [f64; 2]) -> Map<String, Value> {
        let (west, north) = unproject(x[0], y[0]);
        let (east, south) = unproject(x[1], y[1]);
        Map::from_iter([
            ("latitude".into(), json!([south, north])),
            ("longitude".into(), json!([west, east])),
        ])
    }

    fn find_range(&self, value: &Map<String, Value>) -> Option<[[f64; 2]; 2]> {
        let pair = |name: &str| match value.get(name)?.as_array()?.as_slice() {
            [from, to] => Some([from.as_f64()?, to.as_f64()?]),
            _ => None,
        };
        let ([south, north], [west, east]) = (pair("latitude")?, pair("longitude")?);
        let (from, top) = project(west, north.max(south));
        let (mut to, bottom) = project(east, north.min(south));
        to += if to < from { 1.0 } else { 0.0 };
        Some([[from, to], [top, bottom]])
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let layers = self.layers.iter().enumerate();
        let entry = |(index, (name, shown)): (usize, &(String, bool))| Entry {
            name: name.clone(),
            color: theme.category(index),
            shown: *shown,
        };
        layers.map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        if let Some((_, shown)) = self.layers.get_mut(entry) {
            *shown = !*shown;
            self.levels.borrow_mut().clear();
        }
    }

    fn describe(&self, _zone: &Zone) -> String {
        let mut number = itoa::Buffer::new();
        let mut text = String::from("Map of ");
        text.push_str(number.format(self.rows.len()));
        text.push_str(" rows");
        if !self.rows.is_empty() {
            text.push_str(", the median at ");
            text.push_str(&place_text(self.middle));
        }
        if self.left_out > 0 {
            text.push_str("; rows without a place: ");
            text.push_str(number.format(self.left_out));
        }
        text
    }

    /// The groups of the nearest zoom: rows at one place.
    fn data(&self) -> Result<Table> {
        let level = self.level(MOST_ZOOM);
        let (mut lats, mut lons, mut counts) = (vec![], vec![], vec![]);
        for group in &level.groups {
            let (lon, lat) = unproject(group.centre[0], group.centre[1]);
            lats.push(lat);
            lons.push(lon);
            counts.push(group.count.into());
        }
        let numbers = vec![("Latitude", lats), ("Longitude", lons), ("Count", counts)];
        summary(vec![], numbers, vec![])
    }
}
