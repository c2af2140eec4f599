//! What the bars beside processes say.

use super::super::axis::number::format_number;
use super::super::categories::Categories;
use super::super::theme::{CATEGORIES, Color, Theme};
use super::super::values::{Order, Values, numbers};
use crate::order::{greater, lesser};
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
    /// The values of a column; of many numbers, ranges of them; of many others the most frequent.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`.
    pub(crate) fn of(table: &Table, column: &str) -> Result<Self> {
        let array = table.column(column)?;
        let values = Values::of(table, column, Order::Rising)?;
        let many = values.names.len();
        let mut legend = Self::default();
        if array.data_type().is_numeric() && many > MOST_NUMBERS {
            legend.part_numbers(&numbers(table, column)?);
        } else {
            let categories = match many > CATEGORIES {
                true => Categories::of(table, column)?,
                false => Categories::of_values(values),
            };
            (legend.names, legend.of_rows) = (categories.names, categories.of_rows);
        }
        legend.shown = vec![true; legend.names.len()];
        Ok(legend)
    }

    fn part_numbers(&mut self, numbers: &[f64]) {
        self.ramp = true;
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers.iter().filter(|number| number.is_finite()) {
            (least, most) = (lesser(least, *number), greater(most, *number));
        }
        let at = |step: usize| least + (most - least) * (step as f64 / STEPS as f64);
        let step = |number: &f64| match number.is_finite() {
            true => ((number - least) / (most - least) * STEPS as f64).min(STEPS as f64 - 1.0),
            false => STEPS as f64,
        };
        self.of_rows = numbers.iter().map(|number| step(number) as u32).collect();
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
