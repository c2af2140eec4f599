//! Tables as Arrow IPC.

use arrow_buffer::Buffer;
use arrow_ipc::writer::{FileWriter, StreamEncoder};

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
        match format {
            IpcFormat::Stream => {
                let pieces = self.ipc_pieces()?;
                let pieces: Vec<&[u8]> = pieces.iter().map(Buffer::as_slice).collect();
                Ok(pieces.concat())
            }
            IpcFormat::File => {
                let batch = self.batch();
                let mut writer = FileWriter::try_new(Vec::new(), batch.schema_ref())?;
                writer.write(batch)?;
                Ok(writer.into_inner()?)
            }
        }
    }

    /// Writes an Arrow IPC stream; see [`Table::to_ipc`].
    pub fn to_ipc_stream(&self) -> Result<Vec<u8>> {
        self.to_ipc(IpcFormat::Stream)
    }

    /// An Arrow IPC stream in pieces, of which those with the values are the
    /// table's own memory.
    pub(crate) fn ipc_pieces(&self) -> Result<Vec<Buffer>> {
        let batch = self.batch();
        let mut encoder = StreamEncoder::try_new(batch.schema_ref())?;
        let mut pieces = encoder.encode(batch)?;
        pieces.extend(encoder.finish()?);
        Ok(pieces)
    }
}
