//! Bytes are those of arrow-ipc's own writers, but for runs, of which only the meaning is.

use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeListBuilder, Int32Builder, Int64Builder, LargeListBuilder, ListBuilder,
    ListViewBuilder, MapBuilder, StringBuilder, StringViewBuilder,
};
use arrow_array::types::{Int8Type, Int16Type};
use arrow_array::*;
use arrow_buffer::i256;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{DataType, Field};
use proptest::prelude::*;

use super::*;

const ROWS: i32 = 9;

fn texts() -> Vec<Option<String>> {
    let text = |row| (row % 4 != 1).then(|| "ab\u{e9}-twelve".repeat(row as usize % 3));
    (0..ROWS).map(text).collect()
}

fn items(row: i32) -> impl Iterator<Item = Option<i32>> {
    (0..row % 4).map(move |i| (i != 2).then_some(row))
}

fn lists() -> Vec<ArrayRef> {
    let mut plain = ListBuilder::new(Int32Builder::new());
    let mut large = LargeListBuilder::new(Int32Builder::new());
    let mut views = ListViewBuilder::new(Int32Builder::new());
    let mut fixed = FixedSizeListBuilder::new(Int32Builder::new(), 2);
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for row in 0..ROWS {
        let present = row != 5;
        plain.append_option(present.then(|| items(row)));
        large.append_option(present.then(|| items(row)));
        items(row).for_each(|item| views.values().append_option(item));
        views.append(present);
        fixed.values().append_option(Some(row));
        fixed.values().append_null();
        fixed.append(present);
        for key in ["a", "b"].iter().take(row as usize % 3) {
            maps.keys().append_value(key);
            maps.values().append_option(present.then_some(7));
        }
        maps.append(present).expect("as many keys as values");
    }
    vec![
        Arc::new(plain.finish()),
        Arc::new(large.finish()),
        Arc::new(views.finish()),
        Arc::new(fixed.finish()),
        Arc::new(maps.finish()),
    ]
}

fn unions() -> Vec<ArrayRef> {
    let fields = [(0, "n", DataType::Int32), (3, "t", DataType::Utf8)];
    let field = |(id, name, data_type)| (id, Arc::new(Field::new(name, data_type, true)));
    let fields = || fields.clone().into_iter().map(field).collect();
    let ids: Vec<i8> = (0..ROWS)
        .map(|row| if row % 2 == 0 { 0 } else { 3 })
        .collect();
    let children: Vec<ArrayRef> = vec![
        Arc::new((0..ROWS).collect::<Int32Array>()),
        Arc::new(StringArray::from_iter(texts())),
    ];
    let offsets = [None, Some((0..ROWS).collect())];
    let union =
        |offsets| UnionArray::try_new(fields(), ids.clone().into(), offsets, children.clone());
    let array = |offsets| Arc::new(union(offsets).expect("valid")) as ArrayRef;
    offsets.map(array).into()
}

/// A column of each layout.
fn columns() -> Vec<ArrayRef> {
    let (texts, rows) = (texts(), 0..ROWS);
    let text: ArrayRef = Arc::new(StringArray::from_iter(&texts));
    let words: DictionaryArray<Int16Type> = texts.iter().map(Option::as_deref).collect();
    let words: ArrayRef = Arc::new(words);
    let fixed = rows.clone().map(|row| (row != 2).then_some([row as u8; 3]));
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 3);
    let bools = rows.clone().map(|row| (row != 4).then_some(row % 2 == 0));
    let mut views = StringViewBuilder::new().with_fixed_block_size(64);
    texts
        .iter()
        .for_each(|text| views.append_option(text.as_deref()));
    let keys = PrimitiveArray::<Int8Type>::from_iter_values((0..ROWS).map(|row| row as i8 / 2));
    let mut columns = [lists(), unions()].concat();
    let nested = StructArray::try_from(vec![
        ("text", text.clone()),
        ("lists", columns[0].clone()),
        ("words", words.clone()),
    ]);
    let nested: ArrayRef = Arc::new(nested.expect("equal lengths"));
    let of_structs = DictionaryArray::try_new(keys, nested.slice(1, 6));
    columns.extend([
        Arc::new(NullArray::new(ROWS as usize)) as ArrayRef,
        Arc::new(bools.collect::<BooleanArray>()),
        Arc::new(
            rows.clone()
                .map(|row| Some(row as u8))
                .collect::<UInt8Array>(),
        ),
        Arc::new(
            TimestampMicrosecondArray::from([Some(7), None, Some(8)].repeat(3))
                .with_timezone("UTC"),
        ),
        Arc::new(
            rows.clone()
                .map(|row| Some(i256::from(row)))
                .collect::<Decimal256Array>(),
        ),
        Arc::new(fixed.expect("equal sizes")),
        Arc::new(LargeStringArray::from_iter(&texts)),
        Arc::new(BinaryArray::from_iter(&texts)),
        Arc::new(views.finish()),
        Arc::new(of_structs.expect("valid keys")),
        text,
        words,
        nested,
    ]);
    columns
}

fn table(columns: Vec<ArrayRef>) -> Table {
    let names: Vec<String> = (0..columns.len()).map(|i| format!("c{i}")).collect();
    let named = names.iter().map(String::as_str).zip(columns);
    Table::new(named.collect()).expect("equal lengths")
}

fn theirs(table: &Table, format: IpcFormat) -> Vec<u8> {
    let (batch, schema) = (table.batch(), table.batch().schema());
    match format {
        IpcFormat::Stream => {
            let mut writer = StreamWriter::try_new(vec![], &schema).expect("writes");
            writer.write(batch).expect("writes");
            writer.into_inner().expect("writes")
        }
        IpcFormat::File => {
            let mut writer = FileWriter::try_new(vec![], &schema).expect("writes");
            writer.write(batch).expect("writes");
            writer.into_inner().expect("writes")
        }
    }
}

proptest! {
    #[test]
    fn writes_what_arrow_ipc_writes(start in 0..ROWS as usize, rows in 0..ROWS as usize) {
        let rows = rows.min(ROWS as usize - start);
        let columns: Vec<ArrayRef> = columns().iter().map(|column| column.slice(start, rows)).collect();
        let alone = columns.iter().map(|column| vec![column.clone()]);
        for columns in alone.chain([columns.clone(), vec![]]) {
            let table = table(columns);
            for format in [IpcFormat::Stream, IpcFormat::File] {
                let written = table.to_ipc(format).expect("writes");
                prop_assert!(written == theirs(&table, format), "{:?} of {:?}", format, table.batch().schema());
            }
        }
    }

    #[test]
    fn runs_are_read_as_they_were(start in 0..ROWS as usize, rows in 0..ROWS as usize) {
        let rows = rows.min(ROWS as usize - start);
        let runs: RunArray<Int16Type> = ["a", "a", "b", "b", "b", "c", "a", "a", "a"].into_iter().collect();
        let table = table(vec![Arc::new(runs.slice(start, rows))]);
        for format in [IpcFormat::Stream, IpcFormat::File] {
            let written = table.to_ipc(format).expect("writes");
            prop_assert_eq!(&Table::from_ipc(written).expect("reads"), &table);
        }
    }
}

#[test]
fn a_dictionary_of_a_dictionary_is_refused() {
    let words: DictionaryArray<Int8Type> = ["a", "b"].into_iter().collect();
    let keys = PrimitiveArray::<Int8Type>::from(vec![0, 1]);
    let outer = DictionaryArray::try_new(keys, Arc::new(words)).expect("valid keys");
    let error = table(vec![Arc::new(outer)])
        .to_ipc_stream()
        .expect_err("refused");
    assert!(
        error.to_string().contains("dictionary of a dictionary"),
        "{error}"
    );
}
