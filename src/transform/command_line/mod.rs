//! Command lines: which are risky, which come too fast to be typed, and how to
//! read one.

mod payload;
mod powershell;
mod risky;
mod rules;
mod runs;
mod split;

pub use powershell::pretty_powershell;
pub use risky::{RiskyOptions, risky_command_lines};
pub use rules::{CommandRule, Severity};
pub use runs::{FastRunOptions, fast_command_runs};
pub use split::{CommandLineSyntax, split_command_line};
