//! Clusters as a table: one row each, with what its members share; or a label per event.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, TimestampMicrosecondArray,
};
use arrow_buffer::NullBuffer;

use super::dbscan::NOISE;
use super::pattern::Pattern;
use crate::table::{Groups, Progress, SortKey, TextBuilder, utc};
use crate::{Result, Table};

/// Clusters between two reports of progress.
const CLUSTERS: usize = 1 << 12;

/// The label of a row that is left out: there is nothing to compare in it.
pub(super) const LEFT_OUT: i32 = -2;

/// Which row is of which cluster.
#[derive(Debug)]
pub(super) struct Clustering {
    /// From 0 up without gaps, [`NOISE`] or [`LEFT_OUT`].
    pub(super) labels: Vec<i32>,
    /// The row that stands for each cluster.
    pub(super) representatives: Vec<u32>,
    /// How sure each row's label is, where the algorithm says so.
    pub(super) probabilities: Option<Vec<Option<f64>>>,
    /// What the members of each cluster share, where the algorithm says so.
    pub(super) templates: Option<Vec<Option<String>>>,
}

/// What the table of clusters is to have.
pub(super) struct Shape<'a> {
    pub(super) time_column: Option<&'a str>,
    /// Columns of texts of which it says what members share.
    pub(super) shared: Vec<&'a str>,
    /// The one of which the algorithm says it.
    pub(super) templates: Option<&'a str>,
    /// As msticpy has it: noise, then clusters by number, no texts.
    pub(super) msticpy: bool,
}

impl Clustering {
    fn sizes(&self) -> Vec<i64> {
        let mut sizes = vec![0; self.representatives.len()];
        for &label in self.labels.iter().filter(|label| **label >= 0) {
            sizes[label as usize] += 1;
        }
        sizes
    }

    /// `table` with the label of each event; null for those that are left out.
    pub(super) fn label_events(&self, table: &Table) -> Result<Table> {
        let mut columns = self.ids(&self.labels);
        if let Some(probabilities) = &self.probabilities {
            let column: ArrayRef = Arc::new(Float64Array::from(probabilities.clone()));
            columns.push(("ClusterProbability", column));
        }
        table.beside(&Table::new(columns)?)
    }

    fn ids(&self, labels: &[i32]) -> Vec<(&'static str, ArrayRef)> {
        let sizes = self.sizes();
        let size = |label: i32| match label {
            NOISE => 1,
            label => sizes[label as usize],
        };
        // A template may be of one line alone.
        let is_one = |label: i32| label != NOISE && (size(label) > 1 || self.templates.is_none());
        let labels = labels
            .iter()
            .map(|&label| (label != LEFT_OUT).then_some(label));
        let clustered = labels.clone().map(|label| label.map(is_one));
        let ids = labels.clone().map(|label| label.map(i64::from));
        let sizes = labels.map(|label| label.map(size));
        vec![
            (
                "Clustered",
                Arc::new(clustered.collect::<BooleanArray>()) as ArrayRef,
            ),
            ("ClusterId", Arc::new(ids.collect::<Int64Array>())),
            ("ClusterSize", Arc::new(sizes.collect::<Int64Array>())),
        ]
    }

    /// One row for each cluster and each event of noise.
    pub(super) fn summarise(
        &self,
        table: &Table,
        shape: &Shape<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<Table> {
        let shown = self.shown();
        let rows: Vec<u32> = shown.iter().map(|&(_, row)| row).collect();
        let labels: Vec<i32> = shown.iter().map(|&(label, _)| label).collect();
        let mut columns = self.ids(&labels);
        if let Some(name) = shape.time_column {
            let [first, last] = self.times(&table.time_us(name)?, &shown);
            if shape.msticpy {
                columns.push(("TimeGenerated", first.clone()));
            }
            columns.extend([("FirstEventTime", first), ("LastEventTime", last)]);
        }
        columns.push((
            "SourceIndex",
            integers(rows.iter().map(|&row| row.into()).collect()),
        ));
        let names = shape.shared.iter().map(|column| shared_name(column));
        let names: Vec<String> = names.collect();
        for (i, (column, name)) in shape.shared.iter().zip(&names).enumerate() {
            let part = |i: usize| i as f64 / names.len() as f64;
            let patterns = match &self.templates {
                Some(templates) if shape.templates == Some(column) => templates.clone(),
                _ => self.shared(table, column, &mut progress.part(part(i), part(i + 1)))?,
            };
            let texts = table.text(column)?;
            let mut shared = TextBuilder::with_capacity(shown.len());
            for &(label, row) in &shown {
                let text = match label {
                    NOISE => texts.get(row as usize),
                    label => patterns[label as usize].as_deref(),
                };
                shared.push(text.map(str::as_bytes));
            }
            columns.push((name, shared.finish(name)?));
        }
        let result = table.take(rows)?.beside(&Table::new(columns)?)?;
        if shape.msticpy {
            return Ok(result);
        }
        // Equal ones keep their order.
        result.sort(&[SortKey::ascending("ClusterSize")])
    }

    /// Noise, then the representatives of clusters: label and row.
    fn shown(&self) -> Vec<(i32, u32)> {
        let rows = self.labels.iter().enumerate();
        let noise = rows.filter(|(_, label)| **label == NOISE);
        let noise = noise.map(|(row, _)| (NOISE, row as u32));
        let clusters = self.representatives.iter().enumerate();
        let clusters = clusters.map(|(label, &row)| (label as i32, row));
        noise.chain(clusters).collect()
    }

    /// First and last time of what is shown.
    fn times(&self, times: &TimestampMicrosecondArray, shown: &[(i32, u32)]) -> [ArrayRef; 2] {
        let mut spans = vec![(i64::MAX, i64::MIN); self.representatives.len()];
        let time_of = |row: usize| match times.is_valid(row) {
            true => (times.value(row), times.value(row)),
            false => (i64::MAX, i64::MIN),
        };
        for (row, &label) in self.labels.iter().enumerate() {
            if label >= 0 {
                let (from, to) = &mut spans[label as usize];
                *from = time_of(row).0.min(*from);
                *to = time_of(row).1.max(*to);
            }
        }
        let spans = shown.iter().map(|&(label, row)| match label {
            NOISE => time_of(row as usize),
            label => spans[label as usize],
        });
        let spans: Vec<(i64, i64)> = spans.collect();
        // Without any time the first is after the last.
        let nulls: NullBuffer = spans.iter().map(|(from, to)| from <= to).collect();
        let column = |of: fn(&(i64, i64)) -> i64| -> ArrayRef {
            let values = spans.iter().map(of).collect();
            utc(TimestampMicrosecondArray::new(values, Some(nulls.clone())))
        };
        [column(|span| span.0), column(|span| span.1)]
    }

    /// What the texts of each cluster have in common, absent ones left out.
    fn shared(
        &self,
        table: &Table,
        column: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Option<String>>> {
        let texts = table.text(column)?;
        let clusters = self.representatives.len();
        // Rows by cluster; those of none are the last part.
        let mut starts = vec![0u32; clusters + 2];
        let place = |label: i32| {
            if label < 0 { clusters } else { label as usize }
        };
        for &label in &self.labels {
            starts[place(label) + 1] += 1;
        }
        for cluster in 0..=clusters {
            starts[cluster + 1] += starts[cluster];
        }
        let mut ends = starts.clone();
        let mut rows = vec![0u32; self.labels.len()];
        for (row, &label) in self.labels.iter().enumerate() {
            let end = &mut ends[place(label)];
            rows[*end as usize] = row as u32;
            *end += 1;
        }
        // Each different text of a cluster is looked at but once.
        let groups = Groups::of(table, &[column])?;
        let mut seen = vec![u32::MAX; groups.len()];
        let mut shared = Vec::with_capacity(clusters);
        for cluster in 0..clusters {
            if cluster % CLUSTERS == 0 {
                progress.at(cluster, clusters)?;
            }
            let mut pattern = Pattern::default();
            for &row in &rows[starts[cluster] as usize..starts[cluster + 1] as usize] {
                let group = groups.of_rows[row as usize] as usize;
                if seen[group] != cluster as u32 {
                    seen[group] = cluster as u32;
                    texts
                        .get(row as usize)
                        .into_iter()
                        .for_each(|text| pattern.add(text));
                }
            }
            shared.push(pattern.text());
        }
        Ok(shared)
    }
}

/// `SharedCmdline` of `cmdline`.
fn shared_name(column: &str) -> String {
    let mut letters = column.chars();
    let first = letters.next().map(char::to_uppercase);
    let first: String = first.into_iter().flatten().collect();
    format!("Shared{first}{}", letters.as_str())
}

fn integers(values: Vec<i64>) -> ArrayRef {
    Arc::new(Int64Array::from(values))
}
