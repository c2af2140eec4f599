//! Results of Velociraptor's artifacts, as it exports them: JSON, one object a line or
//! one array (<https://docs.velociraptor.app/docs/vql/>).
//!
//! As JSON is read everywhere else here: nested objects become columns such as
//! `Laddr.IP`, and texts that are all times become times. Before them stands `Artifact`,
//! the name of the file without its ending, as in msticpy's driver.

use std::sync::Arc;

use arrow_array::StringArray;

use super::{Input, ReadOptions, json, ndjson};
use crate::table::{Progress, Report};
use crate::{Result, Table};

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let name = input
        .name
        .map(|name| name.rsplit(['/', '\\']).next().unwrap_or(name));
    let artifact = name.map(|name| {
        let endings = [".json", ".jsonl", ".ndjson"];
        endings
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name)
            .to_string()
    });
    let table = match input.bytes.trim_ascii_start().first() {
        Some(b'[') => json::read(input, options, report, progress)?,
        _ => ndjson::read(input, options, report, progress)?,
    };
    let Some(artifact) = artifact.filter(|_| !table.names().contains(&"Artifact")) else {
        return Ok(table);
    };
    let names: StringArray = std::iter::repeat_n(Some(artifact), table.num_rows()).collect();
    Table::new(vec![("Artifact", Arc::new(names))])?.beside(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_artifact_is_the_files_name() {
        for (name, text, expected) in [
            (
                Some("out/Windows.Network.Netstat.json"),
                "{\"Pid\":1,\"Laddr.IP\":\"::\"}\n{\"Pid\":2}\n",
                "Artifact Pid Laddr.IP",
            ),
            (Some("X.json"), "[{\"Pid\":1},{\"Pid\":2}]", "Artifact Pid"),
            (None, "{\"Pid\":1}\n{\"Pid\":2}", "Pid"),
            (Some("x"), "{\"Artifact\":1}\n{\"Artifact\":2}", "Artifact"),
        ] {
            let input = Input {
                bytes: text.as_bytes().to_vec(),
                name,
            };
            let mut report = Report::default();
            let table = read(
                input,
                &ReadOptions::default(),
                &mut report,
                &mut Progress::none(),
            )
            .expect(text);
            assert_eq!(
                (table.names().join(" ").as_str(), table.num_rows()),
                (expected, 2)
            );
        }
    }
}
