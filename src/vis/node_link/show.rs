//! What is at a place, and what is said of it.

use serde_json::{Map, Value};

use super::NodeLink;
use super::strip::Strip;
use crate::vis::axis::draw::{mask, say};
use crate::vis::axis::zone::Zone;
use crate::vis::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use crate::vis::scene::{Area, Point, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::tables::row_fields;
use crate::vis::theme::{Color, Theme};
use crate::{Error, Result, Table};

/// How near to a node or an edge, in CSS pixels, the pointer must be.
const REACH: f64 = 5.0;
/// Room for a name, in CSS pixels.
const NAME: f64 = 22.0;
/// Nodes that the value of a range names.
const MOST_NAMED: usize = 1000;

impl NodeLink {
    pub(super) fn found(&self) -> impl Iterator<Item = u32> + '_ {
        let has = |node: &u32| {
            let name = self.parts.names[*node as usize].to_lowercase();
            name.contains(&self.sought) && self.is_shown(*node)
        };
        (0..self.parts.names.len() as u32).filter(has)
    }

    /// The shown nodes in a range.
    fn inside(&self, x: [f64; 2], y: [f64; 2]) -> Vec<u32> {
        let has = |[from, to]: [f64; 2], at: f32| from <= at.into() && f64::from(at) <= to;
        let places = (0..).zip(self.layout.positions());
        places
            .filter(|(node, place)| self.is_shown(*node) && has(x, place[0]) && has(y, place[1]))
            .map(|(node, _)| node)
            .collect()
    }
}

/// How far a point is from a line between two others.
fn away((x, y): Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = ((x - from.0) * dx + (y - from.1) * dy) / (dx * dx + dy * dy);
    let along = if along.is_finite() {
        along.clamp(0.0, 1.0)
    } else {
        0.0
    };
    (x - from.0 - dx * along).hypot(y - from.1 - dy * along)
}

impl Chart for NodeLink {
    fn height(&self, width: f64) -> f64 {
        (width * 0.62).clamp(300.0, 680.0) + self.strip.as_ref().map_or(0.0, Strip::room)
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        let below = self.strip.as_ref().map_or(4.0, Strip::room);
        [0.0, 4.0, 0.0, below]
    }

    /// With room for the names of the outermost.
    fn extent(&self) -> View {
        let wide = |[from, to]: [f64; 2], part: f64| match from <= to {
            true => {
                let room = (to - from) * part + 20.0;
                [from - room, to + room]
            }
            false => [-1.0, 1.0],
        };
        let [x, y] = self.bounds;
        View {
            x: wide(x, 0.1),
            y: wide(y, 0.05),
        }
    }

    /// As large as leaves room for a name above and below.
    fn home(&self, plot: Area) -> View {
        let extent = self.extent();
        let [from, to] = self.bounds[1];
        let room = (to - from) * NAME / (plot.h - 2.0 * NAME).max(NAME);
        let y = [from - room, to + room];
        match y[0] < y[1] {
            true => View { y, ..extent },
            false => extent,
        }
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 10.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, true],
            brush: Brush::Both,
            search: true,
            plane: true,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        self.draw_edges(stage, scene);
        self.draw_nodes(stage, scene);
        self.draw_found(stage, scene);
        self.draw_labels(stage, scene);
        mask(stage, scene);
        self.draw_strip(stage, scene);
        if self.parts.names.is_empty() {
            say(stage, "no nodes", scene);
        }
    }

    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        self.draw_one(stage, hit, color, scene);
    }

    fn draw_range(&self, stage: &Stage, x: [f64; 2], y: [f64; 2], scene: &mut Scene) {
        let chosen = self.inside(x, y);
        let is_chosen = |node: u32| chosen.binary_search(&node).is_ok();
        self.draw_times(stage, &is_chosen, Some(stage.theme.accent), scene);
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        if !stage.plot.has(at) {
            return self.hit_strip(stage, at);
        }
        let near = |node: u32| {
            let (x, y) = self.at(stage, node);
            (x - at.0).hypot(y - at.1) - self.radius(stage, node)
        };
        let nodes = (0..self.parts.names.len() as u32).filter(|node| self.is_shown(*node));
        let nodes = nodes.map(|node| (near(node), node));
        let edges = (self.parts.names.len() as u32..).zip(&self.parts.edges);
        let edges = edges
            .filter(|(_, (a, b))| a != b && self.is_shown(*a) && self.is_shown(*b))
            .map(|(index, (a, b))| {
                let (from, to) = (self.at(stage, *a), self.at(stage, *b));
                // Of two that go both ways, the one whose head is nearer.
                let head = (to.0 - at.0).hypot(to.1 - at.1) * 1e-9;
                (away(at, from, to) + head, index)
            });
        let nearest =
            |best: (f64, u32), next: (f64, u32)| if next.0 < best.0 { next } else { best };
        let first = nodes.fold((REACH, u32::MAX), nearest);
        let (away, index) = match first.1 {
            u32::MAX => edges.fold(first, nearest),
            _ => first,
        };
        if away < REACH {
            self.place(stage, index)
        } else {
            None
        }
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let (a, b) = self.ends(index)?;
        let (from, to) = (self.at(stage, a), self.at(stage, b));
        let at = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        (self.is_shown(a) && self.is_shown(b)).then_some(Hit { index, at, more: 0 })
    }

    /// From the largest node to the smallest; where times are shown, first through those.
    fn step(&self, _stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let mut shown = Vec::new();
        if let Some(strip) = &self.strip {
            shown.extend(strip.marks.iter().map(|(_, node)| *node));
        }
        let time = |node: u32| self.parts.times.as_ref()?[node as usize];
        for &node in self.order.iter().rev() {
            if time(node).is_none() {
                shown.push(node);
            }
        }
        shown.retain(|node| self.is_shown(*node));
        let Some(place) = from.and_then(|from| shown.iter().position(|node| *node == from)) else {
            return shown.first().copied();
        };
        let next = if forward {
            place + 1
        } else {
            place.checked_sub(1)?
        };
        shown.get(next).copied()
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let parts = &self.parts;
        let Some((a, b)) = self.ends(index) else {
            return Tip::default();
        };
        let mut title = parts.names[a as usize].clone();
        if a == b && (index as usize) < parts.names.len() {
            let mut fields = row_fields(&parts.nodes, index as usize, &parts.node_columns, zone);
            let mut rows = self.rows_of(a).into_iter();
            if !parts.row_columns.is_empty()
                && let (Some(row), None) = (rows.next(), rows.next())
                && let Some((table, row)) = parts.tables.find(row)
            {
                fields.extend(row_fields(table, row, &parts.row_columns, zone));
            }
            return Tip { title, fields };
        }
        title.push_str(if parts.directed { " → " } else { " – " });
        title.push_str(&parts.names[b as usize]);
        let edge = index as usize - parts.names.len();
        Tip {
            title,
            fields: row_fields(&parts.links, edge, &parts.link_columns, zone),
        }
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Range(x, y) => self.rows_of_any(&self.inside(*x, *y)),
            Selection::Item(index) => self.rows_of(*index),
        }
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let Some((a, b)) = self.ends(index) else {
            return Map::new();
        };
        let name = |node: u32| Value::from(self.parts.names[node as usize].as_str());
        let mut fields = Map::new();
        if (index as usize) < self.parts.names.len() {
            fields.insert("node".into(), name(a));
        } else {
            fields.insert("source".into(), name(a));
            fields.insert("target".into(), name(b));
        }
        fields
    }

    fn range_fields(&self, x: [f64; 2], y: [f64; 2]) -> Map<String, Value> {
        let inside = self.inside(x, y).into_iter().take(MOST_NAMED);
        let names = inside.map(|node| Value::from(self.parts.names[node as usize].as_str()));
        Map::from_iter([("nodes".into(), Value::Array(names.collect()))])
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let named = |field: &str| {
            let name = value.get(field)?.as_str()?;
            let node = self.parts.names.iter().position(|own| own == name)?;
            Some(node as u32)
        };
        if let Some(node) = named("node") {
            return Some(node);
        }
        if let (Some(source), Some(target)) = (named("source"), named("target")) {
            let edge = self
                .parts
                .edges
                .iter()
                .position(|edge| *edge == (source, target))?;
            return Some((self.parts.names.len() + edge) as u32);
        }
        let row = value.get("rows")?.as_array()?.first()?.as_u64()?;
        let member = self
            .parts
            .members
            .iter()
            .find(|(own, _)| u64::from(*own) == row)?;
        Some(member.1)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let kinds = (0..).zip(&self.parts.kinds).zip(&self.shown);
        let entry = |((index, kind), shown): ((u32, &super::Kind), &bool)| Entry {
            name: kind.name.clone(),
            color: self.color(index, theme),
            shown: *shown,
        };
        kinds.map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        if let Some(shown) = self.shown.get_mut(entry) {
            *shown = !*shown;
        }
    }

    fn search(&mut self, text: &str) -> (usize, Option<u32>) {
        self.sought = text.to_lowercase();
        if text.is_empty() {
            return (0, None);
        }
        (self.found().count(), self.found().next())
    }

    fn grab(&mut self, index: u32, to: Option<Point>) -> bool {
        let is_node = (index as usize) < self.parts.names.len();
        if let (true, Some((x, y))) = (is_node, to) {
            self.layout.pin(index, Some([x as f32, y as f32]));
            self.left = super::ITERATIONS;
            self.measure();
        }
        is_node
    }

    fn tick(&mut self) -> bool {
        let moves = self.left > 0;
        if moves {
            self.work(super::SLICE);
        }
        moves
    }

    fn edit(&mut self, change: &Map<String, Value>) -> Result<()> {
        let Some(mut edits) = self.edits.take() else {
            return Err(Error::InvalidArgument("this chart cannot be edited".into()));
        };
        let parts = edits.edit(change);
        self.edits = Some(edits);
        let (parts, shown) = (parts?, self.shown.clone());
        let edits = self.edits.take();
        *self = Self {
            edits,
            shown,
            ..Self::new(parts)
        };
        Ok(())
    }

    fn describe(&self, zone: &Zone) -> String {
        let mut number = itoa::Buffer::new();
        let mut text = String::from(self.parts.what);
        for (before, count, after) in [
            (" of ", self.parts.names.len(), " nodes and "),
            ("", self.parts.edges.len(), " edges"),
            ("; rows that are left out: ", self.parts.left_out, ""),
        ] {
            if count > 0 || !after.is_empty() {
                text.push_str(before);
                text.push_str(number.format(count));
                text.push_str(after);
            }
        }
        if let Some(strip) = &self.strip {
            self.describe_times(strip, zone, &mut text);
        }
        text
    }

    fn data(&self) -> Result<Table> {
        Ok(self.parts.nodes.clone())
    }
}
