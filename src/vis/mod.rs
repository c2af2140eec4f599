//! Charts. Data flows one way: a chart of [`chart`] holds what is drawn, ready to be searched;
//! [`figure`] knows what part of it is shown; together they make a [`scene`], which [`paint`] puts on
//! any plotters backend. One file for each chart.

mod axis;
mod categories;
pub mod chart;
mod entity_graph;
pub mod figure;
mod labels;
mod lanes;
pub(crate) mod layout;
mod map;
mod marks;
mod network;
mod node_link;
pub mod paint;
pub(crate) mod projection;
pub(crate) mod raster;
pub mod scene;
pub mod stage;
mod tables;
mod text;
pub mod theme;
mod timeline;
pub(crate) mod world;

pub use axis::zone::Zone;
pub use entity_graph::{EntityGraphOptions, entity_graph};
pub use map::{GeoMap, MapOptions};
pub use network::{NetworkOptions, network};
pub use node_link::NodeLink;
pub use tables::Tables;
pub use text::set_font_width;
pub use timeline::{Timeline, TimelineOptions};
