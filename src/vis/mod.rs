//! Charts. Data flows one way: a chart of [`chart`] holds what is drawn, ready to be searched;
//! [`figure`] knows what part of it is shown; together they make a [`scene`], which [`paint`] puts on
//! any plotters backend. One file for each chart.

mod axis;
mod cells;
pub mod chart;
mod clusters;
pub mod figure;
mod heatmap;
mod labels;
mod lanes;
#[allow(dead_code)] // The charts that use these are not here.
pub(crate) mod layout;
mod marks;
mod matrix;
pub mod paint;
mod points;
mod process_tree;
#[allow(dead_code)]
pub(crate) mod projection;
pub mod raster;
pub mod scene;
mod series;
mod sessions;
pub mod stage;
mod tables;
mod text;
pub mod theme;
mod time_series;
mod timeline;
mod timeline_duration;
mod timeline_values;
mod values;
#[allow(dead_code)]
pub(crate) mod world;

pub use axis::zone::Zone;
pub use clusters::{Clusters, ClustersOptions};
pub use heatmap::{Heatmap, HeatmapOptions};
pub use matrix::{Matrix, MatrixOptions};
pub use process_tree::{PidFormat, ProcessTree, ProcessTreeChartOptions};
pub use series::ValueKind;
pub use sessions::{Sessions, SessionsChartOptions};
pub use tables::Tables;
pub use text::set_font_width;
pub use time_series::{TimeSeries, TimeSeriesOptions};
pub use timeline::{Timeline, TimelineOptions};
pub use timeline_duration::{TimelineDuration, TimelineDurationOptions};
pub use timeline_values::{TimelineValues, TimelineValuesOptions};
