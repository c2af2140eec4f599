//! Charts. Data flows one way: a chart of [`chart`] holds what is drawn, ready to be searched;
//! [`figure`] knows what part of it is shown; together they make a [`scene`], which [`paint`] puts on
//! any plotters backend. One file for each chart.

mod axis;
pub mod chart;
pub mod figure;
mod lanes;
mod marks;
pub mod paint;
mod process_tree;
pub(crate) mod raster;
pub mod scene;
pub mod stage;
mod tables;
mod text;
pub mod theme;
mod timeline;

pub use axis::zone::Zone;
pub use process_tree::{PidFormat, ProcessTree, ProcessTreeChartOptions};
pub use tables::Tables;
pub use timeline::{Timeline, TimelineOptions};
