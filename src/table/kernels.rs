//! Copying columns: some rows in any order, or one column under another.
//!
//! arrow-select does this too, but for a few rare types it brings in comparisons
//! and merges of every type with every other: a quarter of the whole module.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, BooleanArray, GenericByteArray, StringArray, UInt32Array, make_array,
};
use arrow_buffer::{
    ArrowNativeType, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer, i256,
};
use arrow_data::transform::MutableArrayData;
use arrow_data::{ArrayData, ArrayDataBuilder};
use arrow_schema::DataType;

use crate::{Error, Result};

/// The values of `array` in `rows`; an absent row gives an absent value.
///
/// Numbers and text take a few nanoseconds a row, nested values tens.
///
/// # Errors
///
/// `InvalidArgument` if the text is longer than the column's offsets can say.
///
/// # Panics
///
/// If a row is not there.
pub(crate) fn take(array: &dyn Array, rows: &UInt32Array) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Boolean => {
            let array = array.as_boolean();
            let taken = rows
                .iter()
                .map(|row| row.and_then(|row| bool_at(array, row)));
            Ok(Arc::new(taken.collect::<BooleanArray>()))
        }
        DataType::Utf8 => bytes::<Utf8Type>(array, rows),
        DataType::LargeUtf8 => bytes::<LargeUtf8Type>(array, rows),
        DataType::Binary => bytes::<BinaryType>(array, rows),
        DataType::LargeBinary => bytes::<LargeBinaryType>(array, rows),
        data_type => {
            let values = match data_type {
                DataType::Dictionary(key, _) => key,
                other => other,
            };
            match values.primitive_width() {
                Some(width) => fixed(&array.to_data(), width, rows),
                None => others(array, rows),
            }
        }
    }
}

fn bool_at(array: &BooleanArray, row: u32) -> Option<bool> {
    let row = row as usize;
    array.is_valid(row).then(|| array.value(row))
}

/// Numbers, or the keys of a dictionary: types of one `width` in bytes are taken alike.
fn fixed(data: &ArrayData, width: usize, rows: &UInt32Array) -> Result<ArrayRef> {
    let values = match width {
        1 => values::<u8>(data, rows),
        2 => values::<u16>(data, rows),
        4 => values::<u32>(data, rows),
        8 => values::<u64>(data, rows),
        16 => values::<i128>(data, rows),
        _ => values::<i256>(data, rows),
    };
    let taken = ArrayDataBuilder::new(data.data_type().clone())
        .len(rows.len())
        .nulls(nulls(data.nulls(), rows))
        .add_buffer(values)
        .child_data(data.child_data().to_vec());
    Ok(make_array(taken.build()?))
}

fn values<T: ArrowNativeType>(data: &ArrayData, rows: &UInt32Array) -> Buffer {
    let values = data.buffer::<T>(0);
    let taken: Vec<T> = match rows.null_count() {
        0 => rows
            .values()
            .iter()
            .map(|&row| values[row as usize])
            .collect(),
        _ => rows
            .iter()
            .map(|row| row.map_or(T::default(), |row| values[row as usize]))
            .collect(),
    };
    Buffer::from_vec(taken)
}

fn nulls(of: Option<&NullBuffer>, rows: &UInt32Array) -> Option<NullBuffer> {
    let Some(of) = of else {
        return rows.nulls().cloned();
    };
    let valid = |row: Option<u32>| row.is_some_and(|row| of.is_valid(row as usize));
    Some(rows.iter().map(valid).collect())
}

fn bytes<T: ByteArrayType>(array: &dyn Array, rows: &UInt32Array) -> Result<ArrayRef> {
    let array = array.as_bytes::<T>();
    let present = || {
        let rows = rows.iter().map(|row| row.map(|row| row as usize));
        rows.map(|row| row.filter(|&row| array.is_valid(row)))
    };
    let mut offsets = Vec::with_capacity(rows.len() + 1);
    let mut total = 0;
    offsets.push(T::Offset::default());
    for row in present() {
        total += row.map_or(0, |row| array.value_length(row).as_usize());
        offsets.push(T::Offset::from_usize(total).ok_or_else(|| {
            Error::InvalidArgument(
                "the rows hold more than 2 GiB of text in one column; take fewer rows at a time"
                    .into(),
            )
        })?);
    }
    let mut values = vec![0; total];
    for (row, start) in present().zip(&offsets) {
        if let Some(row) = row {
            let value: &[u8] = array.value(row).as_ref();
            let start = start.as_usize();
            copy_short(&mut values[start..start + value.len()], value);
        }
    }
    let nulls = nulls(array.nulls(), rows);
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let taken = GenericByteArray::<T>::try_new(offsets, Buffer::from_vec(values), nulls)?;
    Ok(Arc::new(taken))
}

/// Copies a text, which is mostly short, into as many bytes: in pieces of fixed
/// length, the last two of which may overlap, because copying any other number
/// of bytes is a call that costs more than the bytes.
///
/// # Panics
///
/// If `to` has another length.
#[inline]
pub(crate) fn copy_short(to: &mut [u8], text: &[u8]) {
    assert_eq!(to.len(), text.len(), "a text goes where it fits");
    if let (Some(to_last), Some(last)) = (to.last_chunk_mut::<16>(), text.last_chunk::<16>()) {
        *to_last = *last;
        for (to, piece) in to
            .as_chunks_mut::<16>()
            .0
            .iter_mut()
            .zip(text.as_chunks::<16>().0)
        {
            *to = *piece;
        }
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        if let Some(to) = to.first_chunk_mut() {
            *to = *first;
        }
        if let Some(to) = to.last_chunk_mut() {
            *to = *last;
        }
    } else {
        for (to, byte) in to.iter_mut().zip(text) {
            *to = *byte;
        }
    }
}

/// Whether texts, which are mostly short, are equal: in pieces too.
#[inline]
pub(crate) fn same_short(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a_last), Some(b_last)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        let pieces = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
        return a_last == b_last && pieces.into_iter().all(|(a, b)| a == b);
    }
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// By copying ranges, which works for every type.
fn others(array: &dyn Array, rows: &UInt32Array) -> Result<ArrayRef> {
    let data = array.to_data();
    let mut taken = MutableArrayData::new(vec![&data], rows.null_count() > 0, rows.len());
    let mut rows = rows.iter().peekable();
    while let Some(row) = rows.next() {
        let Some(start) = row else {
            taken.try_extend_nulls(1)?;
            continue;
        };
        let mut end = start + 1;
        while rows.next_if_eq(&Some(end)).is_some() {
            end += 1;
        }
        taken.try_extend(0, start as usize, end as usize)?;
    }
    Ok(make_array(taken.freeze()))
}

/// The values of `arrays`, which are of one type, one after another.
///
/// # Errors
///
/// `Arrow` if there are none, or their text or dictionaries are too large for
/// the type.
pub(crate) fn stack(arrays: &[&dyn Array]) -> Result<ArrayRef> {
    if arrays.len() > 1 && arrays.iter().all(|a| *a.data_type() == DataType::Utf8) {
        return stack_texts(arrays);
    }
    let data: Vec<_> = arrays.iter().map(|array| array.to_data()).collect();
    let rows = data.iter().map(|data| data.len()).sum();
    let mut all = match data.as_slice() {
        [] => return Err(Error::Arrow("there are no columns to put together".into())),
        [only] => return Ok(make_array(only.clone())),
        data => MutableArrayData::try_new(data.iter().collect(), false, rows)?,
    };
    for (i, data) in data.iter().enumerate() {
        all.try_extend(i, 0, data.len())?;
    }
    Ok(make_array(all.freeze()))
}

/// Text is most of what logs are: its offsets are moved all at once.
fn stack_texts(arrays: &[&dyn Array]) -> Result<ArrayRef> {
    let arrays = || arrays.iter().map(|array| array.as_string::<i32>());
    let rows: usize = arrays().map(|array| array.len()).sum();
    let mut values = Vec::new();
    let mut offsets = Vec::with_capacity(rows + 1);
    let mut nulls = NullBufferBuilder::new(rows);
    offsets.push(0);
    for array in arrays() {
        let own = array.value_offsets();
        let bytes = own[0] as usize..own[array.len()] as usize;
        let end = i32::try_from(values.len() + bytes.len()).map_err(|_| {
            Error::Arrow("the rows hold more than 2 GiB of text in one column".into())
        })?;
        values.reserve_exact(bytes.len());
        values.extend_from_slice(&array.value_data()[bytes]);
        let shift = end - own[array.len()];
        offsets.extend(own[1..].iter().map(|offset| offset + shift));
        match array.nulls() {
            Some(of_array) => nulls.append_buffer(of_array),
            None => nulls.append_n_non_nulls(array.len()),
        }
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let stacked = StringArray::try_new(offsets, Buffer::from_vec(values), nulls.finish())?;
    Ok(Arc::new(stacked))
}

#[cfg(test)]
mod tests {
    use arrow_array::builder::{Int32Builder, ListBuilder};
    use arrow_array::{
        DictionaryArray, FixedSizeBinaryArray, Int64Array, ListArray, RunArray, StringArray,
        StringViewArray, StructArray, TimestampMicrosecondArray,
    };
    use proptest::prelude::*;

    use super::*;

    const ROWS: i32 = 9;

    fn texts() -> Vec<Option<String>> {
        let text = |row| (row % 4 != 1).then(|| "ab\u{e9}".repeat(row as usize % 3));
        (0..ROWS).map(text).collect()
    }

    fn lists() -> ListArray {
        let mut lists = ListBuilder::new(Int32Builder::new());
        for row in 0..ROWS {
            let items = (0..row % 4).map(move |i| (i != 2).then_some(row));
            lists.append_option((row != 5).then_some(items));
        }
        lists.finish()
    }

    fn columns() -> Vec<ArrayRef> {
        let (texts, rows) = (texts(), 0..ROWS);
        let text = StringArray::from_iter(&texts);
        let numbers = rows
            .clone()
            .map(|row| (row % 3 != 0).then_some(i64::from(row)));
        let bools = rows.clone().map(|row| (row != 4).then_some(row % 2 == 0));
        let times = TimestampMicrosecondArray::from(vec![7; ROWS as usize]).with_timezone("UTC");
        let runs: RunArray<Int16Type> = "aabbbcaaa"
            .split("")
            .filter(|run| !run.is_empty())
            .collect();
        let words: DictionaryArray<Int16Type> = texts.iter().map(Option::as_deref).collect();
        let fixed = rows.map(|row| (row != 2).then_some([row as u8; 3]));
        let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 3);
        let nested = StructArray::try_from(vec![
            ("text", Arc::new(text.clone()) as ArrayRef),
            ("lists", Arc::new(lists())),
        ]);
        vec![
            Arc::new(StringViewArray::from_iter(&texts)),
            Arc::new(text),
            Arc::new(numbers.collect::<Int64Array>()),
            Arc::new(bools.collect::<BooleanArray>()),
            Arc::new(times),
            Arc::new(runs),
            Arc::new(words),
            Arc::new(fixed.expect("equal sizes")),
            Arc::new(nested.expect("equal lengths")),
        ]
    }

    proptest! {
        #[test]
        fn takes_what_arrow_select_takes(
            rows in prop::collection::vec(prop::option::weighted(0.9, 0..ROWS as u32 - 2), 0..20),
            start in 0..3usize,
        ) {
            let rows = UInt32Array::from(rows);
            for column in columns() {
                let column = column.slice(start, ROWS as usize - 2);
                let expected = arrow_select::take::take(column.as_ref(), &rows, None).expect("takes");
                let taken = take(column.as_ref(), &rows).expect("takes");
                prop_assert_eq!(&taken, &expected, "{}", column.data_type());
            }
        }

        #[test]
        fn short_texts_are_equal_as_slices_are(text in prop::collection::vec(0..2_u8, 0..40), flip in 0..80_usize) {
            let mut other = text.clone();
            if let Some(byte) = other.get_mut(flip) {
                *byte ^= 1;
            }
            prop_assert_eq!(same_short(&text, &other), text == other);
            prop_assert!(!same_short(&text, &[&text[..], &[0]].concat()));
        }

        #[test]
        fn stacks_what_arrow_select_concatenates(cuts in prop::collection::vec(0..=ROWS as usize, 2..5)) {
            for column in columns() {
                let parts: Vec<ArrayRef> = cuts.iter().map(|&cut| column.slice(cut / 2, cut - cut / 2)).collect();
                let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
                let expected = arrow_select::concat::concat(&parts).expect("concatenates");
                prop_assert_eq!(&stack(&parts).expect("stacks"), &expected, "{}", column.data_type());
            }
        }
    }
}
