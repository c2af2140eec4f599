//! What the bars beside processes say.

use super::super::axis::number::format_number;
use super::super::lanes::names;
use super::super::theme::{Color, Theme};
use crate::table::{Column, Groups};
use crate::{Result, Table};

/// A group for each row, and what groups are called.
#[derive(Debug, Default)]
pub(crate) struct Legend {
    /// The group of each row; that of none is [`Legend::names`]' length.
    pub(crate) of_rows: Vec<u32>,
    /// In order.
    pub(crate) names: Vec<String>,
    /// Which are not faint.
    pub(crate) shown: Vec<bool>,
    /// Whether groups are numbers from less to more.
    ramp: bool,
}

/// A column of numbers that has more different ones is parted into [`STEPS`].
const MOST_NUMBERS: usize = 8;
const STEPS: usize = 5;

impl Legend {
    /// The values of a column; of many numbers, ranges of them.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`.
    pub(crate) fn of(table: &Table, column: &str) -> Result<Self> {
        let array = table.column(column)?;
        let columns = [column.to_owned()];
        let groups = Groups::of(table, &columns)?;
        let mut legend = Self::default();
        if array.data_type().is_numeric() && groups.len() > MOST_NUMBERS {
            legend.part_numbers(&Column::of(array.as_ref()), table.num_rows());
        } else {
            let mut ranks = vec![0; groups.len()];
            let mut names = names(table, &columns, &groups, "")?;
            for (rank, group) in (0..).zip(groups.sorted(table, &columns)?) {
                ranks[group as usize] = rank;
                legend
                    .names
                    .push(std::mem::take(&mut names[group as usize]));
            }
            let rank = |group: &u32| ranks[*group as usize];
            legend.of_rows = groups.of_rows.iter().map(rank).collect();
        }
        legend.shown = vec![true; legend.names.len()];
        Ok(legend)
    }

    fn part_numbers(&mut self, column: &Column, rows: usize) {
        self.ramp = true;
        let number = |row| column.get(row).as_f64().filter(|n: &f64| n.is_finite());
        let wider = |[least, most]: [f64; 2], n: f64| [least.min(n), most.max(n)];
        let nothing = [f64::INFINITY, f64::NEG_INFINITY];
        let [least, most] = (0..rows).filter_map(number).fold(nothing, wider);
        let at = |step: usize| least + (most - least) * (step as f64 / STEPS as f64);
        let step =
            |n: f64| (((n - least) / (most - least) * STEPS as f64) as u32).min(STEPS as u32 - 1);
        let of_row = |row| number(row).map_or(STEPS as u32, step);
        self.of_rows = (0..rows).map(of_row).collect();
        let name = |step| [format_number(at(step)), format_number(at(step + 1))].join(" – ");
        self.names = (0..STEPS).map(name).collect();
    }

    /// The colour of a group.
    pub(crate) fn color(&self, group: usize, theme: &Theme) -> Color {
        match self.ramp {
            true => theme.ramp(group as f64 / (STEPS - 1) as f64),
            false => theme.category(group),
        }
    }
}
