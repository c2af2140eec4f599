//! Rules of the widgets: what units of time stand for, how a typed time is read, what a filter
//! finds, which columns an alert has. Names and defaults are those of msticpy's `nbwidgets`.
//!
//! What a widget shows at once, before this module is loaded, `pkg-templates/widgets` reckons
//! from [`UNITS`], which the build puts into it.

mod alerts;
mod list;
mod time;
mod units;

pub use alerts::{AlertColumns, alert_columns};
pub use list::find_items;
pub use time::read_time;
pub use units::{UNITS, Unit};
