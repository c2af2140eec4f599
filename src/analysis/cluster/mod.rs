//! Groups of events that are alike, and the odd ones that are in none.
//!
//! Words and rules follow msticpy's `eventcluster.py` (3.0.2), which
//! `compat: "msticpy"` gives. What differs without it:
//!
//! - **What processes are compared by.** msticpy's features are sums of code points and
//!   numbers of delimiters, of which it looks at the ratios alone; with its own `eps`
//!   of 0.01 its 363 processes are one cluster. Here two processes are alike if
//!   they are the same program (`pathHash`), both the system's or both not
//!   (`isSystemSession`), and the length and the delimiters of their command lines
//!   differ by less than about a quarter: `eps` 0.1 on decimal logarithms
//!   (`commandlineLogLen`, `commandlineLogTokens`; 10^0.1 = 1.26). Logarithms need no
//!   scaling, so what is near does not depend on what else is in the table. Of the
//!   363 processes what the agents start again and again is 5 large clusters, and
//!   nearly all that an attacker did once is noise, which is what a hunter looks for.
//! - **Text and hashes** are equal or not. Their order and distance mean nothing, so
//!   events that differ in them are never of one cluster.
//! - **Order.** The rarest come first: noise, then small clusters.
//! - **Times** of noise are its own (msticpy gives all of it the same).
//!
//! `features` makes numbers of texts, `points` rows comparable and equal ones one; `dbscan`
//! (on `tree`), `kmeans`, `mixture` and `templates` say what belongs together, `pattern`
//! what texts share, `result` makes the table.
//!
//! linfa-clustering 0.8.1 was measured, built alone: its k-means adds 47 kB of brotli, with
//! its Gaussian mixture 74 (ndarray, linear algebra, random numbers); these here, of 14 kB
//! of code, about 5. Its DBSCAN stores neighbours.

mod dbscan;
mod features;
mod kmeans;
mod mixture;
mod pattern;
mod points;
mod result;
mod templates;
#[cfg(test)]
mod tests;
mod tree;

pub use features::{
    FeatureOptions, ProcessFeature, add_process_features, char_ord_score, crc32_hash, delim_count,
    delim_hash, token_count,
};
pub use points::ClusterScale;

use points::{MISSING, NO_POINT, Points, Values};
use result::{Clustering, LEFT_OUT, Shape};

use crate::analysis::Compat;
use crate::error::some_of;
use crate::table::{Progress, TextColumn, choose, choose_time};
use crate::{Error, Result, Table};
use features::Sources;

/// How clusters are found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ClusterAlgorithm {
    /// As many clusters as there are dense places, of any shape, and noise: for finding
    /// what is odd.
    #[default]
    Dbscan,
    /// So many round clusters of about one size, for parting all events. Only events
    /// without a finite number in a column are in none.
    Kmeans,
    /// So many clusters that may be long or wide, and how sure each label is.
    GaussianMixture,
    /// Messages of one template: for logs of text.
    Templates,
}

/// What events are compared by, and how.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClusterOptions {
    /// How clusters are found. Default `"dbscan"`.
    pub algorithm: ClusterAlgorithm,
    /// Columns to compare by: of numbers or bool, whose differences count, or (with
    /// `"dbscan"`) of text, which is equal or not. For `"templates"` the column of
    /// messages, by default a usual one, such as `SyslogMessage`, or `Text` of a log of lines.
    pub columns: Vec<String>,
    /// Features of processes to compare by, too. Without `columns` and `features`:
    /// `pathHash`, `isSystemSession`, `commandlineLogLen` and `commandlineLogTokens`,
    /// or those of them that the table has columns for; instead of `pathHash`
    /// `pathLogScore` where clusters are round.
    pub features: Vec<ProcessFeature>,
    /// How numbers become comparable. Default `"standard"`; `"none"` for DBSCAN of the
    /// default features.
    pub scale: Option<ClusterScale>,
    /// DBSCAN: how near neighbours are, 0 or more. Default 0.5, which is half a standard
    /// deviation; 0.1 for the default features, which is a quarter of the length.
    pub eps: Option<f64>,
    /// DBSCAN: how many events within `eps`, itself among them, make an event the core
    /// of a cluster, 1 or more. Default 2, as in msticpy.
    pub min_samples: Option<u32>,
    /// k-means and Gaussian mixture: how many clusters, 1 to 1000. Default 8; there are
    /// never more than different events.
    pub clusters: Option<u32>,
    /// k-means and Gaussian mixture: the same seed gives the same clusters. Default 42.
    pub seed: Option<u32>,
    /// Templates: the share of words, from 0 to 1, in which a message must agree with
    /// its template. Default 0.5.
    pub similarity: Option<f64>,
    /// `"msticpy"`: features are `commandlineTokensFull`, `pathScore` and `isSystemSession`,
    /// `scale` is `"rows"` and `eps` 0.01; hashes are numbers; noise comes first, then
    /// clusters by number, and `TimeGenerated` is that of the first event.
    pub compat: Option<Compat>,
    /// The column of times; by default a usual one, such as `TimeGenerated`, if there is any.
    pub time_column: Option<String>,
    /// The column of paths of programs; by default, in each row, the first of the usual
    /// ones, such as `NewProcessName` or `Image`, that is not empty.
    pub program_column: Option<String>,
    /// The column of command lines; by default likewise, such as `CommandLine`.
    pub command_column: Option<String>,
    /// The column of logon sessions; by default likewise, such as `SubjectLogonId`.
    pub logon_column: Option<String>,
    /// Columns of text of which the result says what the members of a cluster share; by
    /// default those of `columns`, the command line and the parent's name.
    pub shared: Option<Vec<String>>,
    /// Whether to give every event with its label instead of a row for each cluster.
    /// Default `false`.
    pub labels: bool,
}

/// Columns of parents' names, in the schemas of process trees.
const PARENTS: &[&str] = &[
    "ParentProcessName",
    "ParentImage",
    "InitiatingProcessFileName",
    "parentprocess",
];

/// Columns of messages: of Log Analytics, journald and others; `Text` is that of a log of
/// lines as it is read here.
const MESSAGES: &[&str] = &[
    "SyslogMessage",
    "AuditdMessage",
    "Message",
    "message",
    "MESSAGE",
    "RenderedDescription",
    "Text",
    "RawData",
    "RawEventData",
    "log",
    "line",
    "text",
];

/// With more columns than this, distances mean nothing.
const MOST_COLUMNS: usize = 256;
/// Squares of larger numbers are infinite.
const LARGEST: f64 = 1e150;

/// Groups of events that are alike: one row for each cluster, and for each event that is
/// in none. DBSCAN gives scikit-learn's labels and takes O(n log n) where events have few
/// different neighbours in up to about 8 columns; in more it nears comparing every pair.
/// Memory is linear whatever `eps` is. An event
/// without a finite number in a column is in no cluster (-1), whatever the algorithm. What is nothing to compare is left out:
/// without `columns` and `features` rows with neither a program nor a command line, of
/// templates rows without a message.
///
/// Columns: those of `table` (of the member that is most common, or nearest to the
/// mean; of the first for templates), `Clustered` (`false` for what is alone),
/// `ClusterId` (from 0 up, -1 for noise), `ClusterSize`, `FirstEventTime`,
/// `LastEventTime`, `SourceIndex` (that member's row), and for each column of `shared`
/// `Shared…`: what the members' texts have in common, with `<*>` for what varies.
/// With `labels`: `table` with `Clustered`, `ClusterId`, `ClusterSize` and for a mixture
/// `ClusterProbability`; all null for what is left out.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for an option out of
/// its range or of another algorithm, or if there is nothing to compare by; `Cancelled`
/// from `progress`.
pub fn cluster_events(
    table: &Table,
    options: &ClusterOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    check(options)?;
    let named = FeatureOptions {
        program_column: options.program_column.clone(),
        command_column: options.command_column.clone(),
        logon_column: options.logon_column.clone(),
        force: false,
    };
    let sources = Sources::of(table, &named)?;
    let clustering = if options.algorithm == ClusterAlgorithm::Templates {
        by_templates(table, options, &mut progress.part(0.0, 0.8))?
    } else {
        by_points(table, options, &sources, &mut progress.part(0.0, 0.8))?
    };
    if options.labels {
        return clustering.label_events(table);
    }
    let templates = match options.algorithm {
        ClusterAlgorithm::Templates => Some(message_column(table, options)?),
        _ => None,
    };
    let mut shared = shared_columns(table, options, &sources)?;
    if let Some(column) = templates.filter(|column| !shared.contains(column)) {
        shared.insert(0, column);
    }
    let shape = Shape {
        time_column: time_column(table, options)?,
        shared,
        templates,
        msticpy: options.compat.is_some(),
    };
    clustering.summarise(table, &shape, &mut progress.part(0.8, 1.0))
}

/// Options in their ranges, and only those of the algorithm.
fn check(options: &ClusterOptions) -> Result<()> {
    use ClusterAlgorithm::*;
    let wrong = |message: &str| Err(Error::InvalidArgument(message.into()));
    let algorithm = options.algorithm;
    let is_round = matches!(algorithm, Kmeans | GaussianMixture);
    if algorithm != Dbscan && (options.eps.is_some() || options.min_samples.is_some()) {
        return wrong("eps and minSamples are for algorithm: \"dbscan\"; leave them out");
    }
    if !is_round && options.clusters.is_some() {
        return wrong("clusters is for algorithm: \"kmeans\" or \"gaussianMixture\"; leave it out");
    }
    if !is_round && options.seed.is_some() {
        return wrong("seed is for algorithm: \"kmeans\" or \"gaussianMixture\"; leave it out");
    }
    if algorithm != Templates && options.similarity.is_some() {
        return wrong("similarity is for algorithm: \"templates\"; leave it out");
    }
    if algorithm == Templates && (options.scale.is_some() || !options.features.is_empty()) {
        return wrong("templates take one column of messages, no features and no scale");
    }
    if algorithm != Dbscan && options.compat.is_some() {
        return wrong("msticpy clusters events with algorithm: \"dbscan\"");
    }
    if options
        .eps
        .is_some_and(|eps| !(0.0..=LARGEST).contains(&eps))
    {
        return wrong("eps should be a number from 0 to 1e150");
    }
    if options.min_samples == Some(0) {
        return wrong("minSamples should be 1 or more");
    }
    if options
        .clusters
        .is_some_and(|clusters| !(1..=1000).contains(&clusters))
    {
        return wrong("clusters should be from 1 to 1000");
    }
    if options
        .similarity
        .is_some_and(|share| !(0.0..=1.0).contains(&share))
    {
        return wrong("similarity should be from 0 to 1");
    }
    if options.columns.len() + options.features.len() > MOST_COLUMNS {
        return wrong("compare by at most 256 columns; choose those that matter");
    }
    Ok(())
}

/// The time column that is named, or a usual one that has times.
fn time_column<'a>(table: &Table, options: &'a ClusterOptions) -> Result<Option<&'a str>> {
    if let Some(name) = &options.time_column {
        return table.time_us(name).map(|_| Some(name.as_str()));
    }
    let usual = choose_time(table, None).ok();
    Ok(usual.filter(|name| table.time_us(name).is_ok()))
}

fn is_text(table: &Table, name: &str) -> bool {
    let column = table.column(name);
    column.is_ok_and(|column| TextColumn::of(column.as_ref()).is_some())
}

fn shared_columns<'a>(
    table: &Table,
    options: &'a ClusterOptions,
    sources: &Sources<'a>,
) -> Result<Vec<&'a str>> {
    if let Some(columns) = &options.shared {
        for name in columns {
            table.text(name)?;
        }
        return Ok(columns.iter().map(String::as_str).collect());
    }
    if options.compat.is_some() || options.algorithm == ClusterAlgorithm::Templates {
        return Ok(Vec::new());
    }
    let parent = PARENTS.iter().find(|name| table.column(name).is_ok());
    let usual = sources.commands.iter().chain(parent).copied();
    let mut shared: Vec<&str> = Vec::new();
    for name in usual.chain(options.columns.iter().map(String::as_str)) {
        if is_text(table, name) && !shared.contains(&name) {
            shared.push(name);
        }
    }
    Ok(shared)
}

fn message_column<'a>(table: &Table, options: &'a ClusterOptions) -> Result<&'a str> {
    match options.columns.as_slice() {
        [] => choose(table, None, MESSAGES, "columns"),
        [name] => choose(table, Some(name.as_str()), MESSAGES, "columns"),
        _ => Err(Error::InvalidArgument(
            "templates are of one column of messages; name one in columns".into(),
        )),
    }
}

fn by_templates(
    table: &Table,
    options: &ClusterOptions,
    progress: &mut Progress<'_>,
) -> Result<Clustering> {
    let column = message_column(table, options)?;
    let similarity = options.similarity.unwrap_or(0.5);
    let mined = templates::templates(&table.text(column)?, similarity, progress)?;
    let mut representatives = vec![u32::MAX; mined.texts.len()];
    for (row, template) in mined.of_rows.iter().enumerate() {
        if let Some(template) = template {
            let first = &mut representatives[*template as usize];
            *first = (*first).min(row as u32);
        }
    }
    Ok(Clustering {
        labels: mined
            .of_rows
            .iter()
            .map(|template| template.map_or(LEFT_OUT, |template| template as i32))
            .collect(),
        representatives,
        probabilities: None,
        templates: Some(mined.texts.into_iter().map(Some).collect()),
    })
}

/// Features that are compared by if none are named, as far as there are columns for them.
fn usual_features(options: &ClusterOptions, sources: &Sources<'_>) -> Vec<ProcessFeature> {
    use ProcessFeature::*;
    let usual: &[ProcessFeature] = match (options.compat, options.algorithm) {
        (Some(Compat::Msticpy), _) => &[CommandlineTokensFull, PathScore, IsSystemSession],
        (None, ClusterAlgorithm::Dbscan) => &[
            PathHash,
            IsSystemSession,
            CommandlineLogLen,
            CommandlineLogTokens,
        ],
        _ => &[
            PathLogScore,
            IsSystemSession,
            CommandlineLogLen,
            CommandlineLogTokens,
        ],
    };
    let usual = usual.iter().copied();
    usual.filter(|feature| sources.has(*feature)).collect()
}

fn by_points(
    table: &Table,
    options: &ClusterOptions,
    sources: &Sources<'_>,
    progress: &mut Progress<'_>,
) -> Result<Clustering> {
    let is_dbscan = options.algorithm == ClusterAlgorithm::Dbscan;
    let is_usual = options.columns.is_empty() && options.features.is_empty();
    let features = match is_usual {
        true => usual_features(options, sources),
        false => options.features.clone(),
    };
    if is_usual && !sources.are_of_processes() {
        return Err(Error::InvalidArgument(format!(
            "there is no usual column of programs or command lines; name what to compare by with columns, or take algorithm: \"templates\" for messages (there are: {})",
            some_of(&table.names())
        )));
    }
    let (scale, eps) = match (options.compat, is_usual && is_dbscan) {
        (Some(Compat::Msticpy), _) => (ClusterScale::Rows, 0.01),
        (None, true) => (ClusterScale::None, 0.1),
        (None, false) => (ClusterScale::Standard, 0.5),
    };
    let eps = options.eps.unwrap_or(eps);
    let kinds = is_dbscan && options.compat.is_none();
    let mut values = Values::of(table, &options.columns, &features, sources, kinds)?;
    if is_usual && options.compat.is_none() {
        values.of_some = Some(sources.is_process()?);
    }
    let scale = options.scale.unwrap_or(scale);
    // Further than eps, and never lost beside it.
    let gap = 4.0 * eps.max(1.0);
    let rows = table.num_rows();
    let points = values.points(rows, scale, gap, &mut progress.part(0.0, 0.3))?;
    let mut progress = progress.part(0.3, 1.0);
    if is_dbscan {
        let min = options.min_samples.unwrap_or(2).into();
        let (coords, weights) = (&points.coords, &points.weights);
        let labels = dbscan::dbscan(coords, points.dims, weights, eps, min, &mut progress)?;
        return Ok(of_points(&points, &labels, &[], None));
    }
    let is_compared = |point: &u32| *point != MISSING;
    if points.len() == 0 && points.of_rows.iter().any(is_compared) {
        return Err(Error::InvalidArgument(
            "no event has a number in every column; name other columns".into(),
        ));
    }
    if points.coords.iter().any(|x| x.abs() > LARGEST) {
        return Err(Error::InvalidArgument(
            "numbers beyond 1e150 have no mean; use scale: \"standard\"".into(),
        ));
    }
    let clusters = options.clusters.unwrap_or(8) as usize;
    let seed = options.seed.unwrap_or(42);
    let signed = |labels: &[u32]| labels.iter().map(|&label| label as i32).collect::<Vec<_>>();
    if options.algorithm == ClusterAlgorithm::Kmeans {
        let (labels, centres) = kmeans::kmeans(&points, clusters, seed, &mut progress)?;
        return Ok(of_points(&points, &signed(&labels), &centres, None));
    }
    let mixture = mixture::gaussian_mixture(&points, clusters, seed, &mut progress)?;
    let (labels, means) = (signed(&mixture.of_points), &mixture.means);
    Ok(of_points(
        &points,
        &labels,
        means,
        Some(&mixture.probabilities),
    ))
}

/// The clusters of rows by those of points: the representative is the point nearest to
/// its cluster's centre, or without centres the one with most rows; the first of equals.
fn of_points(
    points: &Points,
    labels: &[i32],
    centres: &[f64],
    probabilities: Option<&[f64]>,
) -> Clustering {
    let clusters = labels.iter().max().map_or(0, |last| last + 1) as usize;
    let mut best: Vec<Option<(f64, usize)>> = vec![None; clusters];
    for (point, &label) in labels.iter().enumerate() {
        let Some(best) = best.get_mut(label as usize) else {
            continue; // noise
        };
        let centre = label as usize * points.dims;
        let cost = match centres.get(centre..centre + points.dims) {
            Some(centre) => kmeans::distance2(points.point(point), centre),
            None => -f64::from(points.weights[point]),
        };
        if best.is_none_or(|(least, _)| cost < least) {
            *best = Some((cost, point));
        }
    }
    let representatives = best.into_iter().flatten();
    let representatives = representatives.map(|(_, point)| points.firsts[point]);
    let rows = points.of_rows.iter();
    let point_of = |point: &u32| (*point < MISSING).then_some(*point as usize);
    let label = |point: &u32| match *point {
        MISSING => LEFT_OUT,
        NO_POINT => dbscan::NOISE,
        point => labels[point as usize],
    };
    Clustering {
        labels: rows.clone().map(label).collect(),
        representatives: representatives.collect(),
        probabilities: probabilities
            .map(|each| rows.map(|point| Some(each[point_of(point)?])).collect()),
        templates: None,
    }
}
