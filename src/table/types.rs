//! Arrow types in plain words.

use arrow_schema::DataType;

/// The name of a column type as users see it: `int64`, `float64`, `bool`,
/// `timestamp`, `text`, `list<text>`, `struct<name: type>` …
///
/// How text is stored (offset width, views, dictionaries) does not show, nor
/// do a time's unit and zone: they change nothing for who reads the values.
pub fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "bool".into(),
        DataType::Timestamp(..) => "timestamp".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Time32(_) | DataType::Time64(_) => "time".into(),
        DataType::Duration(_) => "duration".into(),
        DataType::Interval(_) => "interval".into(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "binary".into(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".into(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("list<{}>", type_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|f| format!("{}: {}", f.name(), type_name(f.data_type())));
            format!("struct<{}>", fields.collect::<Vec<_>>().join(", "))
        }
        DataType::Union(..) => "union".into(),
        DataType::Dictionary(_, values) => type_name(values),
        DataType::RunEndEncoded(_, values) => type_name(values.data_type()),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => "decimal".into(),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => format!(
                "map<{}, {}>",
                type_name(fields[0].data_type()),
                type_name(fields[1].data_type())
            ),
            _ => "map".into(),
        },
        // Null, Int8 … UInt64, Float16 … Float64 are already plain.
        plain => plain.to_string().to_lowercase(),
    }
}
