//! Which columns of a table are drawn, and of which cluster its rows are.

use arrow_array::Array;

use super::ClustersOptions;
use crate::order::sort_by_number;
use crate::table::{Groups, choose_time};
use crate::vis::lanes::names;
use crate::vis::points::Points;
use crate::{Error, Result, Table};

/// The kinds of points: the largest clusters, as many as there are colours; then these.
pub(super) const OTHERS: usize = 7;
pub(super) const NOISE: usize = 8;
pub(super) const KINDS: usize = 9;

/// What is drawn of a table.
#[derive(Default)]
pub(super) struct Source {
    pub(super) x_column: String,
    pub(super) y_column: String,
    pub(super) cluster_column: Option<String>,
    /// Whether x is time.
    pub(super) time: bool,
    /// Whether y is a logarithm.
    pub(super) logarithmic: bool,
    pub(super) points: Points,
    /// When each row ends, if rows are clusters.
    pub(super) ends: Vec<f64>,
    /// The kinds that there are, with what they are called.
    pub(super) entries: Vec<(String, usize)>,
    /// Each cluster and how many rows it has, the largest first.
    pub(super) clusters: Vec<(String, u32)>,
}

/// What `clusterEvents` says of clusters is no feature.
const NO_FEATURES: [&str; 4] = [
    "ClusterSize",
    "ClusterProbability",
    "SourceIndex",
    "EventID",
];
/// The columns of a table of clusters.
const FIRST: &str = "FirstEventTime";
const LAST: &str = "LastEventTime";
const SIZE: &str = "ClusterSize";

impl Source {
    pub(super) fn of(table: &Table, options: &ClustersOptions) -> Result<Self> {
        let mut source = Self {
            cluster_column: options.cluster_column.clone(),
            ..Self::default()
        };
        if source.cluster_column.is_none() && table.column("ClusterId").is_ok() {
            source.cluster_column = Some("ClusterId".into());
        }
        source.choose(table, options)?;
        let kinds = source.kinds(table)?;
        let x = match table.time_us(&source.x_column) {
            Ok(times) => {
                source.time = true;
                times
                    .iter()
                    .map(|time| time.map_or(f64::NAN, |time| time as f64))
                    .collect()
            }
            Err(_) => numbers(table, &source.x_column)?,
        };
        let mut y = numbers(table, &source.y_column)?;
        if source.logarithmic {
            y.iter_mut().for_each(|y| *y = y.log10());
        }
        source.points = Points::of(&x, &y, &kinds);
        Ok(source)
    }

    /// Decides which columns are drawn.
    fn choose(&mut self, table: &Table, options: &ClustersOptions) -> Result<()> {
        let (x, y) = (options.x.as_deref(), options.y.as_deref());
        let has = |name: &&str| table.column(name).is_ok();
        if x.is_none() && y.is_none() && [FIRST, LAST, SIZE].iter().all(has) {
            let end = |end: Option<i64>| end.map_or(f64::NAN, |end| end as f64);
            self.ends = table.time_us(LAST)?.iter().map(end).collect();
            (self.x_column, self.y_column, self.logarithmic) = (FIRST.into(), SIZE.into(), true);
            return Ok(());
        }
        let is_feature = |name: &&str| {
            let is_number = table
                .column(name)
                .is_ok_and(|column| column.data_type().is_numeric());
            let taken = [x, y, self.cluster_column.as_deref()].contains(&Some(name));
            is_number && !taken && !NO_FEATURES.contains(name)
        };
        let names = table.names();
        let features: Vec<&str> = names.into_iter().filter(is_feature).collect();
        let mut next = features.iter().copied();
        let time = choose_time(table, None).ok();
        let enough = if y.is_some() { 1 } else { 2 };
        let x = match (x, time) {
            (Some(x), _) => Some(x),
            (None, Some(time)) if features.len() < enough => Some(time),
            _ => next.next(),
        };
        let y = y.or_else(|| next.next()).or(self.cluster_column.as_deref());
        let (Some(x), Some(y)) = (x, y) else {
            return Err(Error::InvalidArgument(
                "name a column of numbers or times with option `x` and one of numbers with `y`"
                    .into(),
            ));
        };
        (self.x_column, self.y_column) = (x.to_owned(), y.to_owned());
        Ok(())
    }

    /// The kind of each row.
    fn kinds(&mut self, table: &Table) -> Result<Vec<u8>> {
        let Some(column) = &self.cluster_column else {
            return Ok(vec![]);
        };
        let column = [column.clone()];
        let groups = Groups::of(table, &column)?;
        let names = names(table, &column, &groups, "")?;
        let mut counts = vec![0_u32; groups.len()];
        for &group in &groups.of_rows {
            counts[group as usize] += 1;
        }
        let is_noise = |group: usize| names[group] == "-1" || names[group] == "(none)";
        let mut order: Vec<usize> = (0..groups.len()).collect();
        sort_by_number(&mut order, |group| !u64::from(counts[*group]));
        let mut kinds = vec![NOISE as u8; groups.len()];
        let (mut named, mut sums) = (0, [0_u32; KINDS]);
        for &group in &order {
            let kind = match is_noise(group) {
                true => NOISE,
                // Rows are clusters.
                false if !self.ends.is_empty() => 0,
                false => named,
            };
            if kind == named && named < OTHERS && self.ends.is_empty() {
                self.entries.push((names[group].clone(), kind));
                named += 1;
            }
            kinds[group] = kind as u8;
            sums[kind] += counts[group];
            self.clusters.push((names[group].clone(), counts[group]));
        }
        if !self.ends.is_empty() {
            self.entries.push(("clusters".into(), 0));
        }
        self.entries
            .extend([("others".into(), OTHERS), ("noise".into(), NOISE)]);
        self.entries.retain(|(_, kind)| sums[*kind] > 0);
        for (name, kind) in &mut self.entries {
            name.push_str(" (");
            name.push_str(&super::format_number(sums[*kind].into()));
            name.push(')');
        }
        Ok(groups
            .of_rows
            .iter()
            .map(|group| kinds[*group as usize])
            .collect())
    }
}

/// A column of numbers, of which those that are absent are NaN.
fn numbers(table: &Table, name: &str) -> Result<Vec<f64>> {
    let numbers = table.f64(name)?;
    let mut values = numbers.values().to_vec();
    if numbers.null_count() > 0 {
        for (value, number) in values.iter_mut().zip(&numbers) {
            *value = number.unwrap_or(f64::NAN);
        }
    }
    Ok(values)
}
