use super::{Input, Limits, Member};
use crate::Result;
use crate::table::Progress;

/// Unpacks a gzip or zip file; directories and files that are not logs
/// (`__MACOSX/…`, `.DS_Store`) are left out.
pub(super) fn open(
    bytes: Vec<u8>,
    name: Option<&str>,
    _: &Limits,
    _: &mut Progress<'_>,
) -> Result<Vec<Member>> {
    Err(super::unsupported(Input { bytes, name }.place()))
}
