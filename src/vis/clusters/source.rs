//! Which columns of a table are drawn, and of which cluster its rows are.

use super::ClustersOptions;
use crate::table::choose_time;
use crate::vis::points::Points;
use crate::vis::values::{Order, Values, numbers, times};
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
        let x = match times(table, &source.x_column) {
            Ok(times) => {
                source.time = true;
                times
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
            self.ends = times(table, LAST)?;
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
        let values = Values::of(table, column, Order::MostRows)?;
        let mut kinds = vec![];
        let (mut named, mut sums) = (0, [0_u32; KINDS]);
        for (name, count) in values.names.into_iter().zip(values.counts) {
            let kind = match name.as_str() {
                "-1" | "(none)" => NOISE,
                // Rows are clusters.
                _ if !self.ends.is_empty() => 0,
                _ => named,
            };
            if kind == named && named < OTHERS && self.ends.is_empty() {
                self.entries.push((name.clone(), kind));
                named += 1;
            }
            kinds.push(kind as u8);
            sums[kind] += count;
            self.clusters.push((name, count));
        }
        if !self.ends.is_empty() {
            self.entries.push(("clusters".into(), 0));
        }
        self.entries
            .extend([("others".into(), OTHERS), ("noise".into(), NOISE)]);
        self.entries.retain(|(_, kind)| sums[*kind] > 0);
        for (name, kind) in &mut self.entries {
            *name = [name, " (", &super::format_number(sums[*kind].into()), ")"].concat();
        }
        let kind = |value: u32| kinds[value as usize];
        Ok(values.of_rows.into_iter().map(kind).collect())
    }
}
