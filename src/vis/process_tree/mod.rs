//! Who started what: an outline whose parts open and close. As msticpy's `plot_process_tree`.

mod draw;
mod legend;
mod outline;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use self::draw::ROW;
use self::legend::Legend;
use self::outline::Outline;
use super::axis::zone::Zone;
use super::chart::{Chart, Click, Entry, Gestures, Hit, Selection, Tip};
use super::scene::{Area, Mark, Point, Scene};
use super::stage::{Stage, View};
use super::tables::{Tables, cell_text, first_row, next, row_fields, set};
use super::theme::{Color, Theme};
use crate::table::{Cell, Column, Groups, write_text};
use crate::transform::process_tree::{NONE, ProcessSchema, SchemaChoice};
use crate::{Result, Table};

/// How a process tree is drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProcessTreeChartOptions {
    /// A column whose values, or ranges of its numbers, have colours, such as `"SubjectUserName"`.
    pub legend_column: Option<String>,
    /// How ids are written; by default as the log has them.
    pub pid_format: Option<PidFormat>,
    /// The schema, for a tree that does not know its own.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "ProcessSchemaName | ProcessSchema")
    )]
    pub schema: Option<SchemaChoice>,
}

/// How ids of processes are written, those that are numbers.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum PidFormat {
    /// `0x1f4`.
    Hex,
    /// `500`.
    Decimal,
}

/// A tree of processes. Things are nodes of the outline; their triangles are counted on from those.
pub struct ProcessTree {
    table: Table,
    /// Which columns hold what; some may not be there.
    schema: ProcessSchema,
    /// What a tip has.
    columns: Vec<String>,
    pid_format: Option<PidFormat>,
    /// Whether there are several machines.
    hosts: bool,
    outline: Outline,
    legend: Legend,
    /// Of each node, whether it is what is looked for; empty if nothing is.
    found: Vec<bool>,
    /// What was open before something was looked for.
    before: Vec<bool>,
}

/// So many lines are seen at once, if there are as many processes.
const MOST_LINES: usize = 30;
const LEAST_LINES: usize = 4;

impl ProcessTree {
    /// Orders the result of `buildProcessTree`.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for another table; `ColumnNotFound` for a column.
    pub fn new(tables: &Tables, options: &ProcessTreeChartOptions) -> Result<Self> {
        let table = tables.only()?.clone();
        let outline = Outline::of(&table)?;
        let schema = match (&options.schema, ProcessSchema::of(&table)) {
            (None, Some(own)) => own,
            (choice, _) => ProcessSchema::choose(choice.as_ref(), &table)?,
        };
        let legend = match &options.legend_column {
            Some(column) => Legend::of(&table, column)?,
            None => Legend::default(),
        };
        let user = schema.user_name.as_ref().or(schema.user_id.as_ref());
        let [time, host] = [&schema.time_stamp, &schema.host_name_column].map(Option::as_ref);
        let told = [time, user, host, schema.cmd_line.as_ref()];
        let mut columns: Vec<String> = told.into_iter().flatten().cloned().collect();
        columns.extend(
            options
                .legend_column
                .clone()
                .filter(|name| !columns.contains(name)),
        );
        let hosts = match &schema.host_name_column {
            Some(column) if table.column(column).is_ok() => {
                Groups::of(&table, std::slice::from_ref(column))?.len() > 1
            }
            _ => false,
        };
        Ok(Self {
            table,
            schema,
            columns,
            pid_format: options.pid_format,
            hosts,
            outline,
            legend,
            found: vec![],
            before: vec![],
        })
    }

    /// What a column has in a row.
    fn text(&self, column: Option<&String>, row: usize, zone: &Zone) -> String {
        let array = column.and_then(|name| self.table.column(name).ok());
        array.map_or(String::new(), |array| {
            cell_text(&Column::of(array.as_ref()).get(row), zone)
        })
    }

    /// The program without its folder.
    fn name(&self, row: usize) -> String {
        let path = self.text(self.schema.process_name.as_ref(), row, &Zone::utc());
        let name = path
            .trim_end_matches(['/', '\\'])
            .rsplit(['/', '\\'])
            .next();
        match name.unwrap_or_default() {
            "" => "unknown".into(),
            name => name.into(),
        }
    }

    fn pid(&self, row: usize) -> String {
        let array = self.table.column(&self.schema.process_id);
        array.map_or(String::new(), |array| {
            pid_text(&Column::of(array.as_ref()).get(row), self.pid_format)
        })
    }

    fn title(&self, row: usize) -> String {
        [self.name(row), self.pid(row)].join(" ")
    }

    fn is_inferred(&self, row: usize) -> bool {
        let array = self.table.column("Inferred").ok();
        array.is_some_and(|array| matches!(Column::of(array.as_ref()).get(row), Cell::Bool(true)))
    }

    /// The node of a thing.
    fn node(&self, index: u32) -> usize {
        index as usize % self.outline.len().max(1)
    }

    /// The row of a thing, if there are any.
    fn row(&self, index: u32) -> Option<usize> {
        let row = self.outline.rows.get(self.node(index));
        row.map(|row| *row as usize)
    }

    /// Marks the nodes that have a text in one of their columns.
    fn look(&mut self, text: &str) {
        let text = text.to_lowercase();
        let mut found = vec![false; self.outline.len()];
        let mut buffer = Vec::new();
        let ProcessSchema {
            process_id,
            process_name,
            cmd_line,
            user_name,
            user_id,
            ..
        } = &self.schema;
        let others = [process_name, cmd_line, user_name, user_id]
            .into_iter()
            .flatten();
        for column in others.chain([process_id]) {
            let Ok(array) = self.table.column(column) else {
                continue;
            };
            let cells = Column::of(array.as_ref());
            for (found, row) in found
                .iter_mut()
                .zip(&self.outline.rows)
                .filter(|(found, _)| !**found)
            {
                *found = match cells.get(*row as usize) {
                    cell if column == process_id => has(&pid_text(&cell, self.pid_format), &text),
                    Cell::Text(own) => has(own, &text),
                    cell => {
                        buffer.clear();
                        write_text(&cell, &mut buffer);
                        has(&String::from_utf8_lossy(&buffer), &text)
                    }
                };
            }
        }
        self.found = found;
    }

    fn key(&self, row: usize) -> Option<&str> {
        self.table.text("ProcKey").ok()?.get(row)
    }
}

/// Whether `text` has `part`, which is in small letters, in any.
fn has(text: &str, part: &str) -> bool {
    let Some(first) = part.bytes().next() else {
        return true;
    };
    if !part.is_ascii() {
        return text.to_lowercase().contains(part);
    }
    let bytes = text.as_bytes();
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
        let here = bytes.get(at..at + part.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(part.as_bytes()))
    })
}

/// An id as it is shown.
fn pid_text(cell: &Cell, format: Option<PidFormat>) -> String {
    let number = match *cell {
        Cell::Int(n) => u64::try_from(n).ok(),
        Cell::UInt(n) => Some(n),
        // What pandas makes of a column in which an id is absent.
        Cell::Float(n) if n >= 0.0 && n.fract() == 0.0 && n < 1e15 => Some(n as u64),
        Cell::Text(text) => {
            let text = text.trim();
            let hex = text.strip_prefix("0x").or(text.strip_prefix("0X"));
            let (digits, radix) = hex.map_or((text, 10), |hex| (hex, 16));
            u64::from_str_radix(digits, radix).ok()
        }
        _ => None,
    };
    match (number, format) {
        (Some(number), Some(PidFormat::Hex)) => format!("{number:#x}"),
        (Some(number), Some(PidFormat::Decimal)) => itoa::Buffer::new().format(number).into(),
        (Some(number), None) if !matches!(cell, Cell::Text(_)) => {
            itoa::Buffer::new().format(number).into()
        }
        _ => cell_text(cell, &Zone::utc()),
    }
}

impl Chart for ProcessTree {
    fn height(&self, width: f64) -> f64 {
        let [_, top, _, bottom] = self.margins(width);
        self.outline.len().clamp(LEAST_LINES, MOST_LINES) as f64 * ROW + top + bottom
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        [8.0, 4.0, 14.0, 4.0]
    }

    fn extent(&self) -> View {
        View {
            x: [0.0, 1.0],
            y: [0.0, self.outline.shown.len().max(1) as f64],
        }
    }

    fn home(&self, plot: Area) -> View {
        View {
            y: [0.0, plot.h / ROW],
            ..self.extent()
        }
    }

    fn least(&self) -> [f64; 2] {
        [1.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [false, true],
            scroll: true,
            search: true,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        self.draw_all(stage, scene);
    }

    fn draw_mark(&self, stage: &Stage, hit: &Hit, color: Color, scene: &mut Scene) {
        let plot = stage.plot;
        if !plot.has((plot.x, hit.at.1)) {
            return;
        }
        if hit.index as usize >= self.outline.len() {
            let ring = Mark::Ring(hit.at, 8.0, color, 1.0);
            return scene.marks.push(ring);
        }
        let top = (hit.at.1 - ROW / 2.0).max(plot.y);
        let bottom = (hit.at.1 + ROW / 2.0).min(plot.bottom());
        let line = Area {
            y: top,
            h: bottom - top,
            ..plot
        };
        scene.fill(line, color.fade(0.1));
        scene.marks.push(Mark::Outline(line, color.fade(0.5), 1.0));
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        if !stage.plot.has(at) {
            return None;
        }
        let line = stage.view.y[0] + (at.1 - stage.plot.y) / ROW;
        let node = *self.outline.shown.get(line.max(0.0) as usize)?;
        if self.on_triangle(stage, node as usize, at.0) {
            return self.place(stage, node + self.outline.len() as u32);
        }
        let place = self.place(stage, node)?;
        Some(Hit {
            at: (at.0, place.at.1),
            ..place
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let node = self.node(index);
        let y = Self::line_y(stage, self.outline.line(node as u32)?);
        let x = self.indent(stage, self.outline.depths[node]);
        let beside = if index as usize >= self.outline.len() {
            6.0
        } else {
            24.0
        };
        Some(Hit {
            index,
            at: (x + beside, y),
            more: 0,
        })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let shown = &self.outline.shown;
        let is_next = |line: usize| self.found.is_empty() || self.found[shown[line] as usize];
        let line = from.and_then(|index| self.outline.line(self.node(index) as u32));
        // The first that is seen whole.
        let before = (stage.view.y[0].max(0.0).ceil() as usize).checked_sub(1);
        let forward = forward || line.is_none();
        next(shown.len(), line.or(before), forward, &is_next).map(|line| shown[line])
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let Some(row) = self.row(index) else {
            return Tip::default();
        };
        let mut tip = Tip {
            title: self.title(row),
            fields: row_fields(&self.table, row, &self.columns, zone),
        };
        let (node, mut number) = (self.node(index), itoa::Buffer::new());
        tip.say("depth", number.format(self.outline.depths[node]).into());
        if self.outline.below(node) > 0 {
            tip.say("below", number.format(self.outline.below(node)).into());
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Item(index) => self.row(*index).map(|row| row as u32).into_iter().collect(),
            Selection::Range(..) => vec![],
        }
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = Map::new();
        if let Some(row) = self.row(index) {
            set(&mut fields, "process", self.key(row).into());
            set(&mut fields, "name", self.name(row).into());
            set(&mut fields, "pid", self.pid(row).into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let Some(key) = value.get("process").and_then(Value::as_str) else {
            return first_row(value, &self.outline.rows);
        };
        let keys = self.table.text("ProcKey").ok()?;
        let mut rows = self.outline.rows.iter();
        let node = rows.position(|row| keys.get(*row as usize) == Some(key))?;
        Some(node as u32)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let entry = |(group, name): (usize, &String)| Entry {
            name: name.clone(),
            color: self.legend.color(group, theme),
            shown: self.legend.shown[group],
        };
        self.legend.names.iter().enumerate().map(entry).collect()
    }

    fn toggle(&mut self, entry: usize) {
        if let Some(shown) = self.legend.shown.get_mut(entry) {
            *shown = !*shown;
        }
    }

    fn click(&mut self, index: u32) -> Click {
        if (index as usize) < self.outline.len() {
            return Click::Chooses;
        }
        let node = self.node(index);
        if let Some(open) = self.outline.open.get(node).copied() {
            self.outline.fold(node, !open);
        }
        Click::Changes
    }

    fn unfold(&mut self, index: u32, open: bool) -> Option<u32> {
        let node = self.node(index);
        if node >= self.outline.len() {
            return None;
        }
        if self.outline.fold(node, open) {
            return Some(node as u32);
        }
        match open {
            true => (self.outline.below(node) > 0).then(|| node as u32 + 1),
            false => Some(self.outline.parents[node]).filter(|parent| *parent != NONE),
        }
    }

    fn uncover(&mut self, index: u32) {
        self.outline.open_to(self.node(index));
    }

    fn search(&mut self, text: &str) -> (usize, Option<u32>) {
        if self.found.is_empty() {
            self.before.clone_from(&self.outline.open);
        }
        self.outline.open.clone_from(&self.before);
        self.found.clear();
        if !text.is_empty() {
            self.look(text);
            self.outline.open_above(&self.found);
        }
        self.outline.arrange();
        let count = self.found.iter().filter(|found| **found).count();
        let first = self.found.iter().position(|found| *found);
        (count, first.map(|node| node as u32))
    }

    fn details(&self, index: u32, zone: &Zone) -> Option<Tip> {
        let row = self.row(index)?;
        let names: Vec<String> = self.table.names().into_iter().map(str::to_owned).collect();
        Some(Tip {
            title: self.title(row),
            fields: row_fields(&self.table, row, &names, zone),
        })
    }

    fn describe(&self, _zone: &Zone) -> String {
        let mut number = itoa::Buffer::new();
        let count = number.format(self.outline.len()).to_owned();
        let levels = number.format(self.outline.deepest);
        [
            "Process tree of ",
            &count,
            " processes on ",
            levels,
            " levels",
        ]
        .concat()
    }

    fn data(&self) -> Result<Table> {
        let own = &self.schema;
        let mut columns = vec![own.process_id.as_str()];
        columns.extend(own.process_name.as_deref());
        columns.extend(self.columns.iter().map(String::as_str));
        columns.extend(["Depth", "ProcKey", "ParentKey"]);
        columns.retain(|name| self.table.column(name).is_ok());
        let mut seen = Map::new();
        columns.retain(|name| seen.insert((*name).to_owned(), Value::Null).is_none());
        let row = |node: &u32| self.outline.rows[*node as usize];
        let rows = self.outline.shown.iter().map(row).collect();
        self.table.select(&columns)?.take(rows)
    }
}
