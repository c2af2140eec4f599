//! Charts. Data flows one way: a chart of [`chart`] holds what is drawn, ready to be searched;
//! [`figure`] knows what part of it is shown; together they make a [`scene`], which [`paint`] puts on
//! any plotters backend. One file for each chart.

mod axis;
pub mod chart;
pub mod figure;
mod labels;
mod lanes;
#[allow(dead_code)] // The charts that use these are not here.
pub(crate) mod layout;
mod marks;
pub mod paint;
mod process_tree;
#[allow(dead_code)]
pub(crate) mod projection;
pub(crate) mod raster;
pub mod scene;
mod sessions;
pub mod stage;
mod tables;
mod text;
pub mod theme;
mod timeline;
#[allow(dead_code)]
pub(crate) mod world;

pub use axis::zone::Zone;
pub use process_tree::{PidFormat, ProcessTree, ProcessTreeChartOptions};
pub use sessions::{Sessions, SessionsChartOptions};
pub use tables::Tables;
pub use text::set_font_width;
pub use timeline::{Timeline, TimelineOptions};
