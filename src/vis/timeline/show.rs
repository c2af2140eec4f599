//! How a timeline is drawn, and what its places are.

use serde_json::{Map, Value};

use super::{Timeline, padded};
use crate::table::time::format_time as iso_time;
use crate::vis::axis::draw::{TIME_ROOM, mask, say, stripes, time_grid, time_labels};
use crate::vis::axis::zone::{Zone, format_time};
use crate::vis::chart::{Chart, Entry, Gestures, Hit, Selection, Tip};
use crate::vis::labels;
use crate::vis::lanes::{diamonds, draw_counts, height_of, home_of};
use crate::vis::marks;
use crate::vis::scene::{Area, Dots, Mark, Point, Scene};
use crate::vis::stage::{Stage, View};
use crate::vis::tables::row_fields;
use crate::vis::theme::Theme;
use crate::{Result, Table};

/// More groups than this have no legend: their lanes have names.
const MOST_ENTRIES: usize = 24;
impl Timeline {
    fn draw_lanes(&self, stage: &Stage, scene: &mut Scene) {
        let [from, to] = stage.view.y;
        let drawn = self.drawn();
        let seen = from.max(0.0) as usize..(to.ceil() as usize).min(drawn.len());
        let seen = &drawn[seen];
        let counts: Vec<Vec<u32>> = seen
            .iter()
            .map(|lane| self.lanes.counts(*lane, stage))
            .collect();
        let most = counts.iter().flatten().copied().max().unwrap_or(0);
        let high = stage.plot.h / (to - from);
        let radius = (high * 0.36).clamp(1.5, 6.0) * stage.scale;
        let x = (stage.plot.x * stage.scale).round() as i32;
        for ((place, lane), counts) in (from.max(0.0) as usize..).zip(seen).zip(&counts) {
            let middle = stage.y(place as f64 + 0.5) * stage.scale;
            let color = self.color(*lane, stage.theme);
            let columns = diamonds(counts, most, (x, middle), radius, color);
            scene.marks.push(Mark::Columns(columns));
        }
        self.draw_overlay(stage, &drawn, radius, scene);
    }

    fn draw_overlay(&self, stage: &Stage, drawn: &[usize], radius: f64, scene: &mut Scene) {
        let (overlay, places) = &self.overlay;
        let x = stage.plot.x * stage.scale;
        for (lane, place) in places.iter().enumerate() {
            let Some(place) = drawn.iter().position(|drawn| drawn == place) else {
                continue;
            };
            let y = (stage.y(place as f64 + 0.5) * stage.scale) as i32;
            let counts = overlay.counts(lane, stage).into_iter().zip(0..);
            let there = counts.filter(|(count, _)| *count > 0);
            scene.marks.push(Mark::Dots(Dots {
                at: there.map(|(_, column)| (x as i32 + column, y)).collect(),
                radius: radius * 0.75,
                color: stage.theme.alarm,
            }));
        }
    }
}

impl Chart for Timeline {
    fn height(&self, width: f64) -> f64 {
        let [_, top, _, bottom] = self.margins(width);
        height_of(self.drawn().len()) + top + bottom
    }

    fn margins(&self, width: f64) -> [f64; 4] {
        let names = self.lanes.names.iter().map(String::as_str);
        let left = labels::room(&names.collect::<Vec<_>>(), width);
        [left, marks::room(&self.marks), 16.0, TIME_ROOM]
    }

    fn extent(&self) -> View {
        let marked = self.marks.iter().map(|mark| [mark.at, mark.at]);
        let spans = self.lanes.span().into_iter().chain(self.overlay.0.span());
        View {
            x: padded(spans.chain(marked)),
            y: [0.0, self.drawn().len().max(1) as f64],
        }
    }

    fn home(&self, plot: Area) -> View {
        home_of(self.extent(), plot)
    }

    fn least(&self) -> [f64; 2] {
        [10.0, 1.0]
    }

    fn gestures(&self) -> Gestures {
        Gestures::of_time(true)
    }

    fn draw(&self, stage: &Stage, scene: &mut Scene) {
        if self.lanes.times.is_empty() {
            return say(stage, "no events with a time", scene);
        }
        stripes(stage, scene);
        time_grid(stage, scene);
        self.draw_lanes(stage, scene);
        mask(stage, scene);
        labels::draw(&self.lanes.named(&self.drawn()), stage, scene);
        time_labels(stage, scene);
        marks::draw(&self.marks, stage, scene);
    }

    fn draw_overview(&self, stage: &Stage, scene: &mut Scene) {
        let lanes = self
            .drawn()
            .into_iter()
            .map(|lane| self.lanes.counts(lane, stage));
        let add = |mut sum: Vec<u32>, counts: Vec<u32>| {
            sum.iter_mut()
                .zip(counts)
                .for_each(|(sum, count)| *sum += count);
            sum
        };
        if let Some(counts) = lanes.reduce(add) {
            draw_counts(&counts, stage, scene);
        }
    }

    fn hit(&self, stage: &Stage, at: Point) -> Option<Hit> {
        let [overlay, marks] = self.offsets();
        let on_mark = || marks::near(&self.marks, stage, at.0);
        if !stage.plot.has(at) {
            let above = at.1 < stage.plot.y;
            let mark = on_mark().filter(|_| above)?;
            return self.place(stage, (marks + mark) as u32);
        }
        let (time, lane) = stage.at(at);
        let lane = *self.drawn().get(lane.max(0.0) as usize)?;
        let reach = stage.x_at(at.0 + 6.0) - time;
        let (others, places) = &self.overlay;
        let above = (0..places.len()).filter(|own| places[*own] == lane);
        let mut above = above.filter_map(|own| others.near(own, time, reach));
        let found = match above.next() {
            Some((event, more)) => Some((overlay + event, more)),
            None => self.lanes.near(lane, time, reach),
        };
        let (index, more) = found.or_else(|| Some((marks + on_mark()?, 0)))?;
        let hit = self.place(stage, index as u32)?;
        Some(Hit {
            more: more as u32,
            ..hit
        })
    }

    fn place(&self, stage: &Stage, index: u32) -> Option<Hit> {
        let (time, lane) = self.point(index as usize)?;
        let y = lane.map_or(stage.plot.y, |lane| stage.y(lane));
        let at = (stage.x(time), y);
        Some(Hit { index, at, more: 0 })
    }

    fn step(&self, stage: &Stage, from: Option<u32>, forward: bool) -> Option<u32> {
        self.lanes.step(&self.drawn(), stage.view.x, from, forward)
    }

    fn tip(&self, index: u32, zone: &Zone) -> Tip {
        let index = index as usize;
        let [overlay, marks] = self.offsets();
        let mut tip = Tip::default();
        let time = |at: f64| (self.time_column.clone(), format_time(at, 0, zone));
        if index >= marks {
            let mark = self.marks.get(index - marks);
            return mark.map_or_else(Tip::default, |mark| mark.tip(&self.time_column, zone));
        }
        if index >= overlay {
            let event = index - overlay;
            let row = self.overlay.0.rows[event] as usize;
            tip.fields.push(time(self.overlay.0.times[event]));
            if let Some(table) = self.tables.get("overlayData") {
                tip.fields
                    .extend(row_fields(table, row, &self.overlay_columns, zone));
            }
            return tip;
        }
        tip.title = self.lanes.names[self.lanes.lane_of(index)].clone();
        tip.fields.push(time(self.lanes.times[index]));
        if let Some((table, row)) = self.tables.find(self.lanes.rows[index]) {
            tip.fields
                .extend(row_fields(table, row, &self.columns, zone));
        }
        tip
    }

    fn rows(&self, selection: &Selection) -> Vec<u32> {
        self.lanes.chosen(&self.drawn(), selection)
    }

    fn fields(&self, index: u32) -> Map<String, Value> {
        let mut fields = self.lanes.fields(index as usize);
        if fields.is_empty()
            && let Some((time, _)) = self.point(index as usize)
        {
            let time = iso_time(time as i64);
            fields.insert("time".into(), time.into());
        }
        fields
    }

    fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let mark = || marks::find(&self.marks, value, self.offsets()[1]);
        self.lanes.find(value).or_else(mark)
    }

    fn legend(&self, theme: &Theme) -> Vec<Entry> {
        let several = self.tables.main.len() > 1;
        if !several && (!self.lanes.has_names() || self.lanes.len() > MOST_ENTRIES) {
            return vec![];
        }
        let entry = |(index, name): (usize, &String)| Entry {
            name: name.clone(),
            color: theme.category(index),
            shown: if several {
                let own = self.lanes.series.iter().zip(&self.shown);
                own.filter(|(series, _)| **series == index)
                    .all(|(_, shown)| *shown)
            } else {
                self.shown[index]
            },
        };
        match several {
            true => self
                .tables
                .main
                .iter()
                .map(|(name, _)| name)
                .enumerate()
                .map(entry)
                .collect(),
            false => self.lanes.names.iter().enumerate().map(entry).collect(),
        }
    }

    fn toggle(&mut self, entry: usize) {
        let several = self.tables.main.len() > 1;
        for (lane, shown) in self.shown.iter_mut().enumerate() {
            if (if several {
                self.lanes.series[lane]
            } else {
                lane
            }) == entry
            {
                *shown = !*shown;
            }
        }
    }

    fn describe(&self, zone: &Zone) -> String {
        self.lanes
            .describe("Timeline of ", [" events", " lanes"], zone)
    }

    fn data(&self) -> Result<Table> {
        Table::new(self.lanes.summary())
    }
}
