//! Where things are: rows by latitude and longitude, above the outline of the land. As msticpy's
//! `plot_map`, but nothing is asked for from others, and all points are seen at first: msticpy
//! shows what is around the median, at a fixed zoom.

mod show;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::categories::Categories;
use super::layout::cluster_points::{Group, NO_GROUP, group_points};
use super::projection::{nearest, project};
use super::stage::{Stage, View};
use super::tables::{Tables, told_columns};
use super::values::numbers;
use super::world::outline;
use crate::order::{greater, lesser, median};
use crate::table::{Column, write_text};
use crate::{Error, Result, Table};

/// How a map is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MapOptions {
    /// The column of latitudes in degrees; by default a usual one, such as `Latitude`, or what
    /// a column `Location` holds.
    pub lat_column: Option<String>,
    /// The same for longitudes.
    pub long_column: Option<String>,
    /// The column whose values have colours of their own and can be hidden.
    pub layer_column: Option<String>,
    /// What a tooltip says of rows. Default the first columns.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | readonly string[]"))]
    pub source_columns: Vec<String>,
}

/// Rows on a map.
pub struct GeoMap {
    tables: Tables,
    columns: Vec<String>,
    /// Where rows are, in the square of the projection.
    points: Vec<[f64; 2]>,
    /// Which rows those are.
    rows: Vec<u32>,
    layer_of: Vec<u32>,
    /// Layers and whether they are shown.
    layers: Vec<(String, bool)>,
    /// The median latitude and longitude.
    middle: [f64; 2],
    left_out: usize,
    land: Vec<Ring>,
    extent: View,
    home: View,
    /// The groups of some zooms, the last used last.
    levels: RefCell<Vec<Rc<Level>>>,
}

/// A coast line in the square of the projection.
struct Ring {
    points: Vec<[f64; 2]>,
    /// Left and right, top and bottom.
    bounds: [[f64; 2]; 2],
    /// Whether it is around water.
    is_lake: bool,
}

/// Rows that are drawn as one at a zoom.
struct Level {
    zoom: u32,
    groups: Vec<Group>,
    /// The group of each point; [`NO_GROUP`] of those that are hidden.
    of: Vec<u32>,
    /// The first point of each group.
    firsts: Vec<u32>,
    /// The layer of each group, or [`MIXED`].
    layers: Vec<u32>,
}

const MIXED: u32 = u32::MAX;
/// Pixels around the world at zoom 0, as maps have it, and the nearest zoom.
const TILE: f64 = 256.0;
const MOST_ZOOM: u32 = 22;
/// Points nearer to one another than this, in CSS pixels, are one, and up to twice as much.
const NEAR: f64 = 22.0;
/// A group is counted as its zoom and its first point; so many bits are of the latter.
const POINT_BITS: u32 = 27;
/// Zooms whose groups are kept.
const KEPT_LEVELS: usize = 4;
/// The north and south of what is shown of the world, if no points are beyond: 84° and 60°.
const NORTH: f64 = 0.03;
const SOUTH: f64 = 0.71;
/// What is shown around points at first, at least, as a part of the world.
const LEAST_HOME: f64 = 0.01;

const LATITUDES: [&str; 5] = ["Latitude", "latitude", "lat", "Lat", "LATITUDE"];
const LONGITUDES: [&str; 7] = [
    "Longitude",
    "longitude",
    "lon",
    "long",
    "lng",
    "Lon",
    "LONGITUDE",
];

impl GeoMap {
    /// Places the rows of a table. Left out are those without a latitude from -90 to 90 and a
    /// longitude from -180 to 180, and those at 0, 0, which is said where a place is not known.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if there are no usual ones.
    pub fn new(tables: Tables, options: &MapOptions) -> Result<Self> {
        let table = tables.only()?;
        let named = [
            &options.lat_column,
            &options.long_column,
            &options.layer_column,
        ];
        let mut drawn: Vec<&str> = named.into_iter().flatten().map(String::as_str).collect();
        drawn.extend(LATITUDES.iter().chain(&LONGITUDES));
        let columns = told_columns(table, &options.source_columns, &drawn)?;
        let layers = match &options.layer_column {
            Some(column) => Some(Categories::of(table, column)?),
            None => None,
        };
        let (rows, degrees) = places(table, options)?;
        let layer_of = match &layers {
            Some(layers) => rows
                .iter()
                .map(|row| layers.of_rows[*row as usize])
                .collect(),
            None => vec![0; rows.len()],
        };
        let middle = [median(&degrees[0]), median(&degrees[1])];
        let centre = project(middle[1], 0.0).0;
        let point = |(lat, lon): (&f64, &f64)| {
            let (x, y) = project(*lon, *lat);
            [nearest(x, centre), y]
        };
        let points: Vec<[f64; 2]> = degrees[0].iter().zip(&degrees[1]).map(point).collect();
        drop(degrees);
        let (extent, home) = views(&points, centre);
        Ok(Self {
            left_out: table.num_rows() - rows.len(),
            land: land(),
            columns,
            points,
            rows,
            layer_of,
            layers: layers.map_or(vec![], |layers| {
                layers.names.into_iter().map(|name| (name, true)).collect()
            }),
            middle,
            extent,
            home,
            levels: RefCell::default(),
            tables,
        })
    }

    /// The groups at a zoom. O(points) for one that is not kept.
    fn level(&self, zoom: u32) -> Rc<Level> {
        let mut levels = self.levels.borrow_mut();
        let level = match levels.iter().position(|level| level.zoom == zoom) {
            Some(place) => levels.remove(place),
            None => Rc::new(self.grouped(zoom)),
        };
        levels.push(Rc::clone(&level));
        if levels.len() > KEPT_LEVELS {
            levels.remove(0);
        }
        level
    }

    fn grouped(&self, zoom: u32) -> Level {
        let place = |(point, layer): (&[f64; 2], &u32)| match self.layers.get(*layer as usize) {
            Some((_, false)) => [f64::NAN; 2],
            _ => *point,
        };
        let mut shown = Cow::from(&self.points);
        if self.layers.iter().any(|(_, shown)| !shown) {
            shown = self.points.iter().zip(&self.layer_of).map(place).collect();
        }
        let found = group_points(&shown, None, NEAR / (TILE * f64::from(1 << zoom)));
        let (mut firsts, mut layers) = (Vec::new(), Vec::<u32>::new());
        for ((point, &group), &layer) in (0..).zip(&found.of).zip(&self.layer_of) {
            match layers.get_mut(group as usize) {
                Some(own) if *own != layer => *own = MIXED,
                None if group != NO_GROUP => {
                    firsts.push(point);
                    layers.push(layer);
                }
                _ => {}
            }
        }
        Level {
            zoom,
            groups: found.groups,
            of: found.of,
            firsts,
            layers,
        }
    }

    /// The level of what is counted so, and which group of it that is.
    fn group(&self, index: u32) -> Option<(Rc<Level>, usize)> {
        let zoom = index >> POINT_BITS;
        let point = index & ((1 << POINT_BITS) - 1);
        let level = self.level(zoom.min(MOST_ZOOM));
        let group = *level.of.get(point as usize)?;
        (group != NO_GROUP).then_some((level, group as usize))
    }

    /// The rows of a group, in order.
    fn rows_of(&self, index: u32) -> Vec<u32> {
        let Some((level, group)) = self.group(index) else {
            return vec![];
        };
        let all = self.rows.iter().zip(&level.of);
        all.filter(|(_, own)| **own as usize == group)
            .map(|(row, _)| *row)
            .collect()
    }
}

/// The zoom at which a stage shows the world.
fn zoom(stage: &Stage) -> u32 {
    let across = stage.plot.w / (stage.view.x[1] - stage.view.x[0]);
    ((across / TILE).log2().max(0.0) as u32).min(MOST_ZOOM)
}

fn is_place(lat: f64, lon: f64) -> bool {
    lat.abs() <= 90.0 && lon.abs() <= 180.0 && (lat != 0.0 || lon != 0.0)
}

/// The rows that have a place, and their latitudes and longitudes.
fn places(table: &Table, options: &MapOptions) -> Result<(Vec<u32>, [Vec<f64>; 2])> {
    let [mut lats, mut lons] = degrees(table, options)?;
    let mut rows = Vec::with_capacity(lats.len());
    for row in 0..lats.len() {
        let (lat, lon) = (lats[row], lons[row]);
        if is_place(lat, lon) {
            (lats[rows.len()], lons[rows.len()]) = (lat, lon);
            rows.push(row as u32);
        }
    }
    lats.truncate(rows.len());
    lons.truncate(rows.len());
    Ok((rows, [lats, lons]))
}

/// The latitude and longitude of each row, NaN where there is none.
fn degrees(table: &Table, options: &MapOptions) -> Result<[Vec<f64>; 2]> {
    let usual = |names: &[&str]| {
        let name = names.iter().find(|name| table.column(name).is_ok());
        name.map(|name| (*name).to_owned())
    };
    let lat = options.lat_column.clone().or_else(|| usual(&LATITUDES));
    let lon = options.long_column.clone().or_else(|| usual(&LONGITUDES));
    if let (Some(lat), Some(lon)) = (lat, lon) {
        return Ok([numbers(table, &lat)?, numbers(table, &lon)?]);
    }
    let Ok(array) = table.column("Location") else {
        return Err(Error::InvalidArgument(
            "there are no columns of places; name yours with latColumn and longColumn (what has addresses only needs their places looked up first)".into(),
        ));
    };
    let column = Column::of(array.as_ref());
    let mut text = Vec::new();
    let place = |row| {
        text.clear();
        write_text(&column.get(row), &mut text);
        let place: Value = serde_json::from_str(std::str::from_utf8(&text).ok()?).ok()?;
        let number = |name: &str| place.get(name)?.as_f64();
        Some((number("Latitude")?, number("Longitude")?))
    };
    let degrees = (0..table.num_rows()).map(place);
    let (lats, lons) = degrees
        .map(|place| place.unwrap_or((f64::NAN, f64::NAN)))
        .unzip();
    Ok([lats, lons])
}

/// From left to right and from top to bottom.
#[inline(never)]
fn spans(points: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let mut spans = [[f64::INFINITY, f64::NEG_INFINITY]; 2];
    for point in points {
        for (span, at) in spans.iter_mut().zip(point) {
            *span = [lesser(span[0], *at), greater(span[1], *at)];
        }
    }
    spans
}

/// All that can be shown, and what is shown first: all points, or the world if there are none.
fn views(points: &[[f64; 2]], centre: f64) -> (View, View) {
    let [x, y] = spans(points);
    let extent = View {
        x: [centre - 1.0, centre + 1.0],
        y: [y[0].min(NORTH), y[1].max(SOUTH)],
    };
    let around = |[from, to]: [f64; 2]| {
        let room = (to - from) * 0.08 + LEAST_HOME;
        [from - room, to + room]
    };
    let home = match points.is_empty() {
        true => View {
            x: [centre - 0.5, centre + 0.5],
            y: extent.y,
        },
        false => View {
            x: around(x),
            y: around(y),
        },
    };
    (extent, home)
}

/// The outline of the land, and which of its rings are lakes: those in another one.
fn land() -> Vec<Ring> {
    let project = |[lon, lat]: &[f32; 2]| {
        let (x, y) = project((*lon).into(), (*lat).into());
        // The date line is the east, too.
        [if *lon >= 180.0 { 1.0 } else { x }, y]
    };
    let ring = |ring: Vec<[f32; 2]>| {
        let points: Vec<[f64; 2]> = ring.iter().map(project).collect();
        Ring {
            bounds: spans(&points),
            points,
            is_lake: false,
        }
    };
    let mut rings: Vec<Ring> = outline().into_iter().map(ring).collect();
    for i in 0..rings.len() {
        let first = rings[i].points.first().copied().unwrap_or_default();
        let others = rings.iter().enumerate().filter(|(other, _)| *other != i);
        rings[i].is_lake = others.filter(|(_, ring)| ring.has(first)).count() % 2 == 1;
    }
    rings
}

impl Ring {
    /// Whether a line to the east crosses an odd number of edges.
    fn has(&self, [x, y]: [f64; 2]) -> bool {
        let [[left, right], [top, bottom]] = self.bounds;
        if x < left || x > right || y < top || y > bottom {
            return false;
        }
        let next = self.points.iter().cycle().skip(1);
        let crossed = self.points.iter().zip(next).filter(|(from, to)| {
            let crosses = (from[1] > y) != (to[1] > y);
            crosses && from[0] + (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1]) > x
        });
        crossed.count() % 2 == 1
    }
}
