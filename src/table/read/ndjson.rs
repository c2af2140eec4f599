use super::{Input, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Result, Table};

pub(super) fn read(
    input: Input<'_>,
    _: &ReadOptions,
    _: &mut Report,
    _: &mut Progress<'_>,
) -> Result<Table> {
    Err(super::unsupported(input.place()))
}
