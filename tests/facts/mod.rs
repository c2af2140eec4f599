//! Files of `../shared`: the answers of other tools, and real logs. A test that finds none
//! says that it is skipped.
#![allow(dead_code)] // each test uses some of these

use std::fs;

use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use serde_json::Value;

/// The bytes of `../shared/PATH`.
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let path = format!("../shared/{path}");
    let bytes = fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {path} is absent");
    }
    bytes
}

/// The answers in `../shared/oracle/NAME`.
pub(crate) fn oracle(name: &str) -> Option<Value> {
    shared(&format!("oracle/{name}")).map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

/// The table that `../shared/PATH` holds.
pub(crate) fn open(path: &str) -> Option<Table> {
    let options = ReadOptions {
        name: Some(path.into()),
        ..ReadOptions::default()
    };
    shared(path).map(|bytes| read(bytes, &options, &mut Progress::none()).unwrap())
}
