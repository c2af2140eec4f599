use wasm_bindgen::prelude::*;

use crate::Result;

/// Named columns of equal length, held in WebAssembly memory.
#[wasm_bindgen]
pub struct Table(pub(super) crate::Table);

#[wasm_bindgen]
impl Table {
    /// Reads an Arrow IPC stream.
    #[wasm_bindgen(js_name = fromArrow)]
    pub fn from_arrow(bytes: Vec<u8>) -> Result<Table> {
        crate::Table::from_ipc_stream(bytes).map(Self)
    }

    /// Writes an Arrow IPC stream.
    #[wasm_bindgen(js_name = toArrow)]
    pub fn to_arrow(&self) -> Result<Vec<u8>> {
        self.0.to_ipc_stream()
    }

    /// Number of rows.
    #[wasm_bindgen(getter, js_name = numRows)]
    pub fn num_rows(&self) -> usize {
        self.0.num_rows()
    }

    /// Number of columns.
    #[wasm_bindgen(getter, js_name = numColumns)]
    pub fn num_columns(&self) -> usize {
        self.0.num_columns()
    }
}
