//! One typed reader over any Arrow column.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, GenericListArray, GenericListViewArray,
    OffsetSizeTrait, RunArray, StructArray, UnionArray,
};
use arrow_buffer::{NullBuffer, i256};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};

use super::access::TextColumn;
use super::cell::{Cell, Integers, values};

/// Where each row's items lie in a child column.
#[derive(Debug)]
enum Ranges<'a> {
    Offsets(&'a [i32]),
    LargeOffsets(&'a [i64]),
    Fixed(usize),
    Views(&'a [i32], &'a [i32]),
    LargeViews(&'a [i64], &'a [i64]),
}

impl Ranges<'_> {
    fn get(&self, row: usize) -> Range<usize> {
        match self {
            Self::Offsets(o) => o[row] as usize..o[row + 1] as usize,
            Self::LargeOffsets(o) => o[row] as usize..o[row + 1] as usize,
            Self::Fixed(size) => row * size..(row + 1) * size,
            Self::Views(o, sizes) => o[row] as usize..(o[row] + sizes[row]) as usize,
            Self::LargeViews(o, sizes) => o[row] as usize..(o[row] + sizes[row]) as usize,
        }
    }
}

/// What the integers of a column mean.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Number,
    Timestamp(TimeUnit, bool),
    Days,
    Milliseconds,
    Time(TimeUnit),
    Duration(TimeUnit),
    Months,
    Decimal(i8),
}

#[derive(Debug)]
enum Values<'a> {
    Null,
    Bool(&'a BooleanArray),
    Integers(Integers<'a>, Meaning),
    U64(&'a [u64]),
    F16(&'a [F16]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    Decimal128(&'a [i128], i8),
    Decimal256(&'a [i256], i8),
    DayTime(&'a [arrow_buffer::IntervalDayTime]),
    MonthDayNano(&'a [arrow_buffer::IntervalMonthDayNano]),
    Text(TextColumn<'a>),
    Bytes(&'a dyn Array),
    List(Ranges<'a>, Box<Column<'a>>),
    Struct(Vec<(&'a str, Column<'a>)>),
    Map(Ranges<'a>, Vec<(&'a str, Column<'a>)>),
    Dictionary(Integers<'a>, Box<Column<'a>>),
    Runs(Vec<u32>, Box<Column<'a>>),
    Union(&'a UnionArray, Vec<(i8, Column<'a>)>),
}

/// `half::f16`, without naming the crate.
type F16 = <Float16Type as ArrowPrimitiveType>::Native;

/// A reader over one Arrow array of any type.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    nulls: Option<&'a NullBuffer>,
    values: Values<'a>,
}

impl<'a> Column<'a> {
    /// Looks up the type once, so that [`Column::get`] is cheap. Free except for
    /// run-end encoded columns, which cost one number a row.
    pub(crate) fn of(array: &'a dyn Array) -> Self {
        Self {
            nulls: array.nulls(),
            values: Values::of(array),
        }
    }

    /// The cell in `row`; panics if there is no such row.
    pub(crate) fn get(&self, row: usize) -> Cell<'_> {
        if self.nulls.is_some_and(|nulls| nulls.is_null(row)) {
            return Cell::Null;
        }
        match &self.values {
            Values::Null => Cell::Null,
            Values::Bool(array) => Cell::Bool(array.value(row)),
            Values::Integers(integers, meaning) => integer_cell(integers.get(row), *meaning),
            Values::U64(v) => Cell::UInt(v[row]),
            Values::F16(v) => Cell::Float32(v[row].to_f32()),
            Values::F32(v) => Cell::Float32(v[row]),
            Values::F64(v) => Cell::Float(v[row]),
            Values::Decimal128(v, scale) => Cell::Decimal(i256::from_i128(v[row]), *scale),
            Values::Decimal256(v, scale) => Cell::Decimal(v[row], *scale),
            Values::DayTime(v) => {
                let nanos = i64::from(v[row].milliseconds) * 1_000_000;
                Cell::Interval(0, v[row].days.into(), nanos)
            }
            Values::MonthDayNano(v) => {
                let (months, days) = (v[row].months.into(), v[row].days.into());
                Cell::Interval(months, days, v[row].nanoseconds)
            }
            Values::Text(text) => text.get(row).map_or(Cell::Null, Cell::Text),
            Values::Bytes(array) => Cell::Bytes(bytes_at(*array, row)),
            Values::List(ranges, child) => {
                let range = ranges.get(row);
                Cell::List(child, range.start, range.end)
            }
            Values::Struct(fields) => Cell::Struct(fields, row),
            Values::Map(ranges, entries) => {
                let range = ranges.get(row);
                Cell::Map(entries, range.start, range.end)
            }
            Values::Dictionary(keys, values) => values.get(keys.get(row) as usize),
            Values::Runs(physical, values) => values.get(physical[row] as usize),
            Values::Union(union, members) => {
                let id = union.type_id(row);
                let member = members.iter().find(|(member, _)| *member == id);
                member.map_or(Cell::Null, |(_, column)| {
                    column.get(union.value_offset(row))
                })
            }
        }
    }
}

fn integer_cell(n: i64, meaning: Meaning) -> Cell<'static> {
    const DAY_MS: i64 = 86_400_000;
    match meaning {
        Meaning::Number => Cell::Int(n),
        Meaning::Timestamp(unit, instant) => Cell::Timestamp(n, unit, instant),
        Meaning::Days => Cell::Date(n),
        Meaning::Milliseconds if n % DAY_MS == 0 => Cell::Date(n / DAY_MS),
        Meaning::Milliseconds => Cell::Timestamp(n, TimeUnit::Millisecond, false),
        Meaning::Time(unit) => Cell::Time(n, unit),
        Meaning::Duration(unit) => Cell::Duration(n, unit),
        Meaning::Months => Cell::Interval(n, 0, 0),
        Meaning::Decimal(scale) => Cell::Decimal(i256::from_i128(n.into()), scale),
    }
}

fn bytes_at(array: &dyn Array, row: usize) -> &[u8] {
    match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        _ => array.as_fixed_size_binary().value(row),
    }
}

impl<'a> Values<'a> {
    fn of(array: &'a dyn Array) -> Self {
        let i32s = |integers, meaning| Self::Integers(Integers::I32(integers), meaning);
        let i64s = |integers, meaning| Self::Integers(Integers::I64(integers), meaning);
        match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::UInt64 => Self::U64(values::<UInt64Type>(array)),
            DataType::Float16 => Self::F16(values::<Float16Type>(array)),
            DataType::Float32 => Self::F32(values::<Float32Type>(array)),
            DataType::Float64 => Self::F64(values::<Float64Type>(array)),
            DataType::Timestamp(unit, zone) => i64s(
                ticks(array, *unit),
                Meaning::Timestamp(*unit, zone.is_some()),
            ),
            DataType::Date32 => i32s(values::<Date32Type>(array), Meaning::Days),
            DataType::Date64 => i64s(values::<Date64Type>(array), Meaning::Milliseconds),
            DataType::Time32(TimeUnit::Second) => i32s(
                values::<Time32SecondType>(array),
                Meaning::Time(TimeUnit::Second),
            ),
            DataType::Time32(unit) => {
                i32s(values::<Time32MillisecondType>(array), Meaning::Time(*unit))
            }
            DataType::Time64(TimeUnit::Microsecond) => i64s(
                values::<Time64MicrosecondType>(array),
                Meaning::Time(TimeUnit::Microsecond),
            ),
            DataType::Time64(unit) => {
                i64s(values::<Time64NanosecondType>(array), Meaning::Time(*unit))
            }
            DataType::Duration(unit) => i64s(durations(array, *unit), Meaning::Duration(*unit)),
            DataType::Interval(unit) => interval(array, *unit),
            DataType::Decimal32(_, scale) => {
                i32s(values::<Decimal32Type>(array), Meaning::Decimal(*scale))
            }
            DataType::Decimal64(_, scale) => {
                i64s(values::<Decimal64Type>(array), Meaning::Decimal(*scale))
            }
            DataType::Decimal128(_, s) => Self::Decimal128(values::<Decimal128Type>(array), *s),
            DataType::Decimal256(_, s) => Self::Decimal256(values::<Decimal256Type>(array), *s),
            DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_) => Self::Bytes(array),
            _ => match (TextColumn::of(array), Integers::of(array)) {
                (Some(text), _) => Self::Text(text),
                (_, Some(integers)) => Self::Integers(integers, Meaning::Number),
                (None, None) => nested(array),
            },
        }
    }
}

fn ticks(array: &dyn Array, unit: TimeUnit) -> &[i64] {
    match unit {
        TimeUnit::Second => values::<TimestampSecondType>(array),
        TimeUnit::Millisecond => values::<TimestampMillisecondType>(array),
        TimeUnit::Microsecond => values::<TimestampMicrosecondType>(array),
        TimeUnit::Nanosecond => values::<TimestampNanosecondType>(array),
    }
}

fn durations(array: &dyn Array, unit: TimeUnit) -> &[i64] {
    match unit {
        TimeUnit::Second => values::<DurationSecondType>(array),
        TimeUnit::Millisecond => values::<DurationMillisecondType>(array),
        TimeUnit::Microsecond => values::<DurationMicrosecondType>(array),
        TimeUnit::Nanosecond => values::<DurationNanosecondType>(array),
    }
}

fn interval(array: &dyn Array, unit: IntervalUnit) -> Values<'_> {
    match unit {
        IntervalUnit::YearMonth => {
            let months = Integers::I32(values::<IntervalYearMonthType>(array));
            Values::Integers(months, Meaning::Months)
        }
        IntervalUnit::DayTime => Values::DayTime(values::<IntervalDayTimeType>(array)),
        IntervalUnit::MonthDayNano => {
            Values::MonthDayNano(values::<IntervalMonthDayNanoType>(array))
        }
    }
}

fn nested(array: &dyn Array) -> Values<'_> {
    match array.data_type() {
        DataType::List(_) => list(array.as_list::<i32>(), Ranges::Offsets),
        DataType::LargeList(_) => list(array.as_list::<i64>(), Ranges::LargeOffsets),
        DataType::ListView(_) => list_view(array.as_list_view::<i32>(), Ranges::Views),
        DataType::LargeListView(_) => list_view(array.as_list_view::<i64>(), Ranges::LargeViews),
        DataType::FixedSizeList(_, size) => {
            let size = usize::try_from(*size).unwrap_or(0);
            let child = Column::of(array.as_fixed_size_list().values().as_ref());
            Values::List(Ranges::Fixed(size), Box::new(child))
        }
        DataType::Struct(_) => Values::Struct(fields(array.as_struct())),
        DataType::Map(..) => {
            let map = array.as_map();
            Values::Map(Ranges::Offsets(map.value_offsets()), fields(map.entries()))
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            match Integers::of(dictionary.keys()) {
                Some(keys) => {
                    let child = Column::of(dictionary.values().as_ref());
                    Values::Dictionary(keys, Box::new(child))
                }
                None => Values::Null,
            }
        }
        DataType::RunEndEncoded(..) => match runs(array) {
            Some((rows, values)) => Values::Runs(rows, Box::new(Column::of(values.as_ref()))),
            None => Values::Null,
        },
        DataType::Union(members, _) => {
            let union = array.as_union();
            let members = members.iter();
            let members = members.map(|(id, _)| (id, Column::of(union.child(id).as_ref())));
            Values::Union(union, members.collect())
        }
        // Every other type is read by its values above.
        _ => Values::Null,
    }
}

fn list<'a, O: OffsetSizeTrait>(
    lists: &'a GenericListArray<O>,
    ranges: fn(&'a [O]) -> Ranges<'a>,
) -> Values<'a> {
    let child = Column::of(lists.values().as_ref());
    Values::List(ranges(lists.value_offsets()), Box::new(child))
}

fn list_view<'a, O: OffsetSizeTrait>(
    lists: &'a GenericListViewArray<O>,
    ranges: fn(&'a [O], &'a [O]) -> Ranges<'a>,
) -> Values<'a> {
    let child = Column::of(lists.values().as_ref());
    Values::List(ranges(lists.offsets(), lists.sizes()), Box::new(child))
}

fn fields(array: &StructArray) -> Vec<(&str, Column<'_>)> {
    let names = array.fields().iter().map(|field| field.name().as_str());
    let columns = array.columns().iter();
    names
        .zip(columns.map(|column| Column::of(column.as_ref())))
        .collect()
}

/// The values of a run-end encoded array, and which of them each row has.
pub(crate) fn runs(array: &dyn Array) -> Option<(Vec<u32>, &ArrayRef)> {
    fn typed<R: RunEndIndexType>(array: &dyn Array) -> Option<(Vec<u32>, &ArrayRef)> {
        let runs: &RunArray<R> = array.as_run_opt()?;
        let rows = (0..runs.len()).map(|row| runs.get_physical_index(row) as u32);
        Some((rows.collect(), runs.values()))
    }
    typed::<Int16Type>(array)
        .or_else(|| typed::<Int32Type>(array))
        .or_else(|| typed::<Int64Type>(array))
}
