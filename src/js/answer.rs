//! Answers of services, whose rows become tables; `pkg-templates/providers` reads the rest.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::progress::with_progress;
use super::table::{Room, Table};
use crate::Result;
use crate::table::read::answer::{self, AnswerOptions};

/// An answer in parts.
#[wasm_bindgen(skip_typescript)]
pub struct Answer(answer::Answer);

#[wasm_bindgen]
impl Answer {
    /// The JSON but for the rows: `[n, …]` stands where those of table `n` did.
    #[wasm_bindgen(skip_typescript)]
    pub fn rest(&mut self) -> String {
        std::mem::take(&mut self.0.rest)
    }

    /// Hands the last table over; none if all are.
    #[wasm_bindgen(skip_typescript)]
    pub fn pop(&mut self) -> Option<Table> {
        self.0.tables.pop().map(Table)
    }
}

/// The raw `readAnswer`.
#[wasm_bindgen(js_name = readAnswer, skip_typescript)]
pub fn read_answer(
    room: Room,
    name: &str,
    rows: &str,
    strip: &str,
    progress: Option<Function>,
) -> Result<Answer> {
    let options = AnswerOptions { name, rows, strip };
    with_progress(progress.as_ref(), |progress| {
        answer::read_answer(room.0, options, progress)
    })
    .map(Answer)
}
