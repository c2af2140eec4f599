//! Clusters as a table: one row each, with what its members share; or a label per event.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
};

use super::dbscan::NOISE;
use super::pattern::Pattern;
use crate::table::{Groups, Progress};
use crate::{Result, Table};

/// Clusters between two reports of progress.
const CLUSTERS: usize = 1 << 12;

/// Which row is of which cluster.
#[derive(Debug)]
pub(super) struct Clustering {
    /// From 0 up without gaps, or [`NOISE`].
    pub(super) labels: Vec<i32>,
    /// The row that stands for each cluster.
    pub(super) representatives: Vec<u32>,
    /// How sure each row's label is, where the algorithm says so.
    pub(super) probabilities: Option<Vec<Option<f64>>>,
    /// What the members of each cluster share, where the algorithm says so.
    pub(super) templates: Option<(String, Vec<String>)>,
}

/// What the table of clusters is to have.
pub(super) struct Shape<'a> {
    pub(super) time_column: Option<&'a str>,
    /// Columns of texts of which it says what members share.
    pub(super) shared: Vec<&'a str>,
    /// As msticpy has it: noise, then clusters by number, no texts.
    pub(super) msticpy: bool,
}

impl Clustering {
    fn sizes(&self) -> Vec<i64> {
        let mut sizes = vec![0; self.representatives.len()];
        for &label in self.labels.iter().filter(|label| **label != NOISE) {
            sizes[label as usize] += 1;
        }
        sizes
    }

    /// `table` with the label of each event.
    pub(super) fn label_events(&self, table: &Table) -> Result<Table> {
        let sizes = self.sizes();
        let size = |&label: &i32| {
            if label == NOISE {
                1
            } else {
                sizes[label as usize]
            }
        };
        let labels = self.labels.iter();
        let mut result = self.with_ids(
            table,
            labels.clone().map(|&label| label.into()).collect(),
            labels.map(size).collect(),
        )?;
        if let Some(probabilities) = &self.probabilities {
            let column: ArrayRef = Arc::new(Float64Array::from(probabilities.clone()));
            result = result.with_column("ClusterProbability", column)?;
        }
        Ok(result)
    }

    fn with_ids(&self, table: &Table, ids: Vec<i64>, sizes: Vec<i64>) -> Result<Table> {
        // A template may be of one line alone.
        let clustered = ids.iter().zip(&sizes);
        let clustered = clustered.map(|(&id, &size)| {
            Some(id != i64::from(NOISE) && (size > 1 || self.templates.is_none()))
        });
        let clustered: ArrayRef = Arc::new(clustered.collect::<BooleanArray>());
        table
            .with_column("Clustered", clustered)?
            .with_column("ClusterId", Arc::new(Int64Array::from(ids)))?
            .with_column("ClusterSize", Arc::new(Int64Array::from(sizes)))
    }

    /// One row for each cluster and each event of noise.
    pub(super) fn summarise(
        &self,
        table: &Table,
        shape: &Shape<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<Table> {
        let times = shape.time_column.map(|name| table.time_us(name));
        let times = times.transpose()?;
        let sizes = self.sizes();
        let spans = times.as_ref().map(|times| self.spans(times));
        let mut shown = self.shown();
        if !shape.msticpy {
            shown.sort_by_key(|&(label, row)| match label {
                NOISE => (1, row),
                label => (sizes[label as usize], row),
            });
        }
        let rows: Vec<u32> = shown.iter().map(|&(_, row)| row).collect();
        let mut result = self.with_ids(
            &table.take(rows)?,
            shown.iter().map(|&(label, _)| label.into()).collect(),
            shown
                .iter()
                .map(|&(label, _)| {
                    if label == NOISE {
                        1
                    } else {
                        sizes[label as usize]
                    }
                })
                .collect(),
        )?;
        if let (Some(times), Some(spans)) = (&times, &spans) {
            let column = |last: bool| -> ArrayRef {
                let ends = shown.iter().map(|&(label, row)| match label {
                    NOISE => times
                        .is_valid(row as usize)
                        .then(|| times.value(row as usize)),
                    label => spans[label as usize].map(|(from, to)| if last { to } else { from }),
                });
                let ends = ends.collect::<TimestampMicrosecondArray>();
                Arc::new(ends.with_timezone("UTC"))
            };
            if shape.msticpy {
                result = result.with_column("TimeGenerated", column(false))?;
            }
            result = result
                .with_column("FirstEventTime", column(false))?
                .with_column("LastEventTime", column(true))?;
        }
        let sources = shown.iter().map(|&(_, row)| row.into());
        let sources: ArrayRef = Arc::new(Int64Array::from_iter_values(sources));
        result = result.with_column("SourceIndex", sources)?;
        if let Some((column, templates)) = &self.templates {
            let texts = shown.iter().map(|&(label, _)| &templates[label as usize]);
            let texts: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
            result = result.with_column(&format!("Shared{column}"), texts)?;
        }
        for (i, column) in shape.shared.iter().enumerate() {
            let part = |i: usize| i as f64 / shape.shared.len() as f64;
            let texts = self.shared(table, column, &mut progress.part(part(i), part(i + 1)))?;
            let text_of = |&(label, row): &(i32, u32)| match label {
                NOISE => table
                    .text(column)
                    .map(|texts| texts.get(row as usize).map(String::from)),
                label => Ok(texts[label as usize].clone()),
            };
            let texts = shown.iter().map(text_of).collect::<Result<StringArray>>()?;
            result = result.with_column(&format!("Shared{column}"), Arc::new(texts))?;
        }
        Ok(result)
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

    /// First and last time of each cluster.
    fn spans(&self, times: &TimestampMicrosecondArray) -> Vec<Option<(i64, i64)>> {
        let mut spans: Vec<Option<(i64, i64)>> = vec![None; self.representatives.len()];
        for (&label, time) in self.labels.iter().zip(times) {
            let (Some(time), false) = (time, label == NOISE) else {
                continue;
            };
            let (from, to) = spans[label as usize].get_or_insert((time, time));
            *from = time.min(*from);
            *to = time.max(*to);
        }
        spans
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
        // Rows by cluster; noise is the last part.
        let mut starts = vec![0u32; clusters + 2];
        let place = |label: i32| {
            if label == NOISE {
                clusters
            } else {
                label as usize
            }
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
