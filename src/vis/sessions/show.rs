//! How sessions are drawn, and what is said of one.

use serde_json::{Map, Value};

use super::Sessions;
use crate::order::sort_by_number;
use crate::table::{Cell, Column};
use crate::vis::axis::draw::{
    LABEL, TIME_ROOM, left_of, mask, say, time_grid, time_labels, titles,
};
use crate::vis::axis::zone::{Zone, format_time};
use crate::vis::chart::{Brush, Chart, Entry, Gestures, Hit, Selection, Tip};
use crate::vis::lanes::draw_counts;
use crate::vis::scene::{Dots, Mark, Point, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::tables::{cell_text, first_row, next, row_fields, set};
use crate::vis::text;
use crate::vis::theme::Theme;
use crate::vis::timeline::padded;
use crate::{Result, Table};

const HEIGHT: f64 = 340.0;
const RADIUS: f64 = 2.5;
/// How near the pointer must be to a session, in CSS pixels.
const REACH: f64 = 8.0;
/// Commands that a panel has of a session.
const MOST_COMMANDS: usize = 300;

impl Sessions {
    /// Whose session it is.
    fn title(&self, row: usize, zone: &Zone) -> String {
        let fields = row_fields(&self.table, row, &self.users, zone);
        let users: Vec<String> = fields.into_iter().map(|(_, user)| user).collect();
        match users.is_empty() {
            true => "session".into(),
            false => users.join(" · "),
        }
    }

    /// The items of a list in a row, also of one that is JSON.
    fn items(&self, column: &str, row: usize, zone: &Zone) -> Vec<String> {
        let Ok(array) = self.table.column(column) else {
            return vec![];
        };
        let lists = Column::of(array.as_ref());
        match lists.get(row) {
            Cell::List(items, from, to) => (from..to)
                .map(|at| cell_text(&items.get(at), zone))
                .collect(),
            Cell::Text(json) => {
                let items: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
                let text = |item: &Value| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                };
                items.iter().map(text).collect()
            }
            _ => vec![],
        }
    }

    /// Where the rarest window of a session begins and ends.
    fn window(&self, row: usize, commands: &[String], window: &[String]) -> std::ops::Range<usize> {
        let index = self.table.i64(&[&self.window_column, "Index"].concat());
        let told = index
            .ok()
            .and_then(|index| usize::try_from(*index.values().get(row)?).ok());
        let is_here = |at: &usize| {
            commands
                .get(*at..)
                .is_some_and(|rest| rest.starts_with(window))
        };
        let from = told
            .filter(is_here)
            .or_else(|| (0..commands.len()).find(is_here));
        from.map_or(0..0, |from| from..from + window.len())
    }
}

impl Chart for Sessions {
    fn height(&self, _width: f64) -> f64 {
        HEIGHT
    }

    fn margins(&self, _width: f64) -> [f64; 4] {
        [text::width("0.000001", LABEL) + 12.0, 26.0, 16.0, TIME_ROOM]
    }

    fn extent(&self) -> View {
        let height = |event: Option<&u32>| event.map(|event| self.heights[*event as usize]);
        let (least, most) = (height(self.ranked.first()), height(self.ranked.last()));
        let (least, most) = (least.unwrap_or(0.0), most.unwrap_or(1.0));
        let margin = if most > least {
            (most - least) * 0.06
        } else {
            0.5
        };
        View {
            x: padded(self.lanes.span().into_iter()),
            y: [least - margin, most + margin],
        }
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 0.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures {
            zoom: [true, false],
            brush: Brush::Both,
            time: true,
            up: true,
            overview: true,
            ..Gestures::default()
        }
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        time_grid(stage, scene);
        left_of(stage, self.is_log, true, scene);
        let device = |at: f64| (at * stage.scale).round() as i32;
        for (rare, color, radius) in [
            (false, stage.theme.category(0).fade(0.65), RADIUS),
            (true, stage.theme.alarm, RADIUS + 2.0),
        ] {
            let own = self
                .between(stage.view.x)
                .filter(|event| self.rare[*event] == rare);
            let point = |event: usize| {
                (
                    device(stage.x(self.lanes.times[event])),
                    device(stage.y(self.heights[event])),
                )
            };
            scene.marks.push(Mark::Dots(Dots {
                at: own.map(point).collect(),
                radius: radius * stage.scale,
                color,
            }));
        }
        mask(stage, scene);
        left_of(stage, self.is_log, false, scene);
        time_labels(stage, scene);
        titles(stage, "", &self.score_column, scene);
        if self.ranked.is_empty() {
            say(stage, "no sessions with a likelihood", scene);
        }
    }

    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        if self.lanes.len() > 0 {
            draw_counts(&self.lanes.counts(0, stage), stage, scene);
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        if !stage.plot.has(at) {
            return None;
        }
        let near = |event: usize| {
            let hit = self.place(stage, event as u32)?;
            let away = (hit.at.0 - at.0).hypot(hit.at.1 - at.1);
            (away <= REACH).then_some((away, hit))
        };
        let span = [stage.x_at(at.0 - REACH), stage.x_at(at.0 + REACH)];
        let all = self.between(span).filter_map(near);
        let add = |(least, count): (Option<(f64, Hit)>, u32), own: (f64, Hit)| match least {
            Some(least) if least.0 <= own.0 => (Some(least), count + 1),
            _ => (Some(own), count + 1),
        };
        let (nearest, count) = all.fold((None, 0), add);
        nearest.map(|(_, hit)| Hit {
            more: count - 1,
            ..hit
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let event = index as usize;
        if event >= self.heights.len() || !self.is_shown(event) {
            return None;
        }
        let at = (
            stage.x(self.lanes.times[event]),
            stage.y(self.heights[event]),
        );
        Some(Hit { index, at, more: 0 })
    }

    /// From the rarest to the less rare.
    fn step(&self, _stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        let rank = from.and_then(|from| self.ranked.iter().position(|event| *event == from));
        let is_shown = |rank: usize| self.is_shown(self.ranked[rank] as usize);
        next(self.ranked.len(), rank, forward, &is_shown).map(|rank| self.ranked[rank])
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let Some(row) = self.row(index) else {
            return Tip::default();
        };
        let mut tip = Tip {
            title: self.title(row, zone),
            fields: vec![],
        };
        let time = format_time(self.lanes.times[index as usize], 0, zone);
        tip.say(&self.time_column, time);
        tip.fields
            .extend(row_fields(&self.table, row, &self.columns, zone));
        let window = self.items(&self.window_column, row, zone);
        if !window.is_empty() {
            tip.say("rarest window", window.join(" → "));
        }
        if let Some(why) = row_fields(&self.table, row, &["Why".into()], zone).pop() {
            tip.fields.push(why);
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        let mut rows = Vec::new();
        match selection {
            Selection::Item(index) => rows.extend(self.lanes.rows.get(*index as usize)),
            Selection::Range(x, [least, most]) => {
                let inside = |event: &usize| (*least..=*most).contains(&self.heights[*event]);
                rows.extend(
                    self.between(*x)
                        .filter(inside)
                        .map(|event| self.lanes.rows[event]),
                );
                sort_by_number(&mut rows, |row| u64::from(*row));
            }
        }
        rows
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = self.lanes.fields(index as usize);
        if let Some(row) = self.row(index) {
            set(&mut fields, "group", self.title(row, &Zone::utc()).into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        // The group in a value is what a session is called, which need not be that of its lane.
        first_row(value, &self.lanes.rows)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let rarest = ["the ", itoa::Buffer::new().format(self.top), " rarest"].concat();
        let entry = |name, color, shown| Entry { name, color, shown };
        vec![
            entry("sessions".into(), theme.category(0), self.shown[0]),
            entry(rarest, theme.alarm, self.shown[1]),
        ]
    }

    fn toggle(&mut self, entry: usize) {
        if let Some(shown) = self.shown.get_mut(entry) {
            *shown = !*shown;
        }
    }

    /// Its commands, with a sign at those of the rarest window.
    fn details(&self, index: u32, zone: &Zone) -> Option<Tip> {
        let row = self.row(index)?;
        let mut tip = self.tip(index, zone);
        let commands = self.items(&self.events_column, row, zone);
        let window = self.items(&self.window_column, row, zone);
        let window = self.window(row, &commands, &window);
        let first = match commands.len() > MOST_COMMANDS {
            true => window.start.saturating_sub(MOST_COMMANDS / 2),
            false => 0,
        };
        for (at, command) in commands
            .into_iter()
            .enumerate()
            .skip(first)
            .take(MOST_COMMANDS)
        {
            let mark = if window.contains(&at) { "▶ " } else { "" };
            let number = [mark, itoa::Buffer::new().format(at + 1)].concat();
            tip.say(&number, command);
        }
        Some(tip)
    }

    fn describe(&self, zone: &Zone) -> String {
        let [mut many, mut left_out] = [itoa::Buffer::new(); 2];
        let rarest = self.ranked.first();
        let rarest =
            rarest.map(|event| self.title(self.lanes.rows[*event as usize] as usize, zone));
        let missing = self.table.num_rows() - self.ranked.len();
        let missing = match missing {
            0 => ["", ""],
            missing => [
                "; without a time or a likelihood: ",
                left_out.format(missing),
            ],
        };
        [
            many.format(self.ranked.len()),
            " sessions by time and ",
            &self.score_column,
            if rarest.is_some() {
                "; the rarest is of "
            } else {
                ""
            },
            rarest.as_deref().unwrap_or_default(),
            missing[0],
            missing[1],
        ]
        .concat()
    }

    fn data(&self) -> Result<Table> {
        let mut columns: Vec<&str> = self.users.iter().map(String::as_str).collect();
        for name in [&self.time_column, &self.score_column, "Why"] {
            if self.table.column(name).is_ok() && !columns.contains(&name) {
                columns.push(name);
            }
        }
        let rows = self
            .ranked
            .iter()
            .map(|event| self.lanes.rows[*event as usize]);
        self.table.select(&columns)?.take(rows.collect())
    }
}
