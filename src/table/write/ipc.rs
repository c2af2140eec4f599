//! Tables as Arrow IPC.

use arrow_ipc::writer::{FileWriter, StreamWriter};

use crate::{Result, Table};

/// The two ways to lay out Arrow IPC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum IpcFormat {
    /// For pipes and other libraries; what `tableFromIPC` and DuckDB take.
    #[default]
    Stream,
    /// For files (`.arrow`, Feather 2), with an index at the end.
    File,
}

impl Table {
    /// Writes Arrow IPC, uncompressed, as one batch. The report travels with it.
    pub fn to_ipc(&self, format: IpcFormat) -> Result<Vec<u8>> {
        let batch = self.batch();
        // Room for all at once: growing copies what is written so far.
        let buffer = Vec::with_capacity(self.data_size() + 4096);
        match format {
            IpcFormat::Stream => {
                let mut writer = StreamWriter::try_new(buffer, batch.schema_ref())?;
                writer.write(batch)?;
                Ok(writer.into_inner()?)
            }
            IpcFormat::File => {
                let mut writer = FileWriter::try_new(buffer, batch.schema_ref())?;
                writer.write(batch)?;
                Ok(writer.into_inner()?)
            }
        }
    }

    /// Writes an Arrow IPC stream; see [`Table::to_ipc`].
    pub fn to_ipc_stream(&self) -> Result<Vec<u8>> {
        self.to_ipc(IpcFormat::Stream)
    }

    /// Bytes of the rows' own data, without what their buffers hold beyond them.
    fn data_size(&self) -> usize {
        let columns = self.batch().columns().iter();
        columns
            .map(|column| column.to_data().get_slice_memory_size().unwrap_or(0))
            .sum()
    }
}
