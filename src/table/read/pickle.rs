use super::{Input, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Result, Table};

pub(super) fn read(
    input: Input<'_>,
    _: &ReadOptions,
    _: &mut Report,
    _: &mut Progress<'_>,
) -> Result<Table> {
    Err(crate::Error::Unsupported {
        place: input.place(),
        problem: "this format is not read yet".into(),
        advice: "save it as CSV".into(),
    })
}
