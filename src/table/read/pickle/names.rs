//! The classes and functions that a pickle of a frame may name.
//!
//! Anything else is refused where it is named, so this list is all that a
//! pickle can speak of. Found by the package and the last name, because pandas,
//! numpy and dateutil move their classes between modules from version to version
//! (`pandas.core.frame.DataFrame` became `pandas.DataFrame`).

macro_rules! names {
    ($($package:literal $variant:ident: $($python:literal)|+;)+) => {
        /// A name of the list; several of Python's may mean the same here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Name {
            $($variant,)+
            /// When pandas expects the next row of a time index. Says nothing
            /// about the rows that are there.
            Frequency,
        }

        impl Name {
            /// The name that Python users know.
            pub(super) fn python(self) -> &'static str {
                match self {
                    $(Self::$variant => [$($python),+][0],)+
                    Self::Frequency => "DateOffset",
                }
            }

            fn listed(package: &str, name: &str) -> Option<Self> {
                match (package, name) {
                    $($(($package, $python))|+ => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

names! {
    // Frames and their parts.
    "pandas" DataFrame: "DataFrame";
    "pandas" Series: "Series";
    "pandas" BlockManager: "BlockManager";
    "pandas" SingleBlockManager: "SingleBlockManager";
    "pandas" UnpickleBlock: "_unpickle_block" | "new_block";
    "pandas" NewIndex: "_new_Index" | "_new_DatetimeIndex" | "_new_TimedeltaIndex" | "_new_IntervalIndex" | "_new_PeriodIndex";
    "pandas" Index: "Index" | "Int64Index" | "UInt64Index" | "Float64Index" | "NumericIndex" | "DatetimeIndex" | "TimedeltaIndex" | "CategoricalIndex";
    "pandas" RangeIndex: "RangeIndex";
    "pandas" MultiIndex: "MultiIndex";
    "pandas" IntervalIndex: "IntervalIndex";
    "pandas" PeriodIndex: "PeriodIndex";
    "pandas" FrozenList: "FrozenList";
    // pandas' arrays and their types.
    "pandas" NdArrayBacked: "__pyx_unpickle_NDArrayBacked" | "__pyx_unpickle_IntervalMixin";
    "pandas" DatetimeArray: "DatetimeArray";
    "pandas" TimedeltaArray: "TimedeltaArray";
    "pandas" Categorical: "Categorical";
    "pandas" MaskedArray: "IntegerArray" | "FloatingArray" | "BooleanArray";
    "pandas" StringArray: "StringArray" | "StringArrayNumpySemantics" | "NumpyExtensionArray" | "PandasArray";
    "pandas" ArrowArray: "ArrowExtensionArray" | "ArrowStringArray" | "ArrowStringArrayNumpySemantics";
    "pandas" IntervalArray: "IntervalArray";
    "pandas" CategoricalDtype: "CategoricalDtype";
    "pandas" IntervalDtype: "IntervalDtype";
    "pandas" OtherDtype: "ExtensionDtype" | "DatetimeTZDtype" | "StringDtype" | "ArrowDtype" | "BooleanDtype"
        | "Int8Dtype" | "Int16Dtype" | "Int32Dtype" | "Int64Dtype"
        | "UInt8Dtype" | "UInt16Dtype" | "UInt32Dtype" | "UInt64Dtype"
        | "Float32Dtype" | "Float64Dtype" | "PandasDtype" | "NumpyEADtype";
    // pandas' scalars.
    "pandas" Na: "NA";
    "pandas" NaT: "_nat_unpickle" | "__nat_unpickle";
    "pandas" Timestamp: "Timestamp" | "_unpickle_timestamp";
    "pandas" Timedelta: "Timedelta" | "_timedelta_unpickle";
    "pandas" Interval: "Interval";
    // numpy.
    "numpy" NdArray: "ndarray";
    "pandas" FrozenNdArray: "FrozenNDArray";
    "numpy" DType: "dtype";
    "numpy" Reconstruct: "_reconstruct";
    "numpy" FromBuffer: "_frombuffer";
    "numpy" Scalar: "scalar";
    // pyarrow.
    "pyarrow" ArrowRestore: "_restore_array";
    "pyarrow" ArrowChunked: "chunked_array";
    "pyarrow" ArrowBuffer: "py_buffer";
    "pyarrow" ArrowType: "type_for_alias";
    "pyarrow" ArrowTimestamp: "timestamp";
    "pyarrow" ArrowDuration: "duration";
    "pyarrow" ArrowTime32: "time32";
    "pyarrow" ArrowTime64: "time64";
    "pyarrow" ArrowList: "list_";
    "pyarrow" ArrowLargeList: "large_list";
    "pyarrow" ArrowStruct: "struct";
    "pyarrow" ArrowField: "field";
    // Python's own.
    "builtins" Slice: "slice";
    "builtins" Set: "set" | "frozenset";
    "builtins" ByteArray: "bytearray" | "bytes";
    "builtins" GetAttr: "getattr";
    "functools" Partial: "partial";
    "builtins" Complex: "complex";
    "builtins" Builtin: "object" | "bool" | "int" | "float" | "str" | "list" | "tuple" | "dict";
    "_codecs" Encode: "encode";
    "collections" Mapping: "OrderedDict" | "defaultdict" | "Counter";
    "collections" Deque: "deque";
    "datetime" DateTime: "datetime";
    "datetime" Date: "date";
    "datetime" Time: "time";
    "datetime" TimeDelta: "timedelta";
    "datetime" FixedZone: "timezone";
    "decimal" Decimal: "Decimal";
    "uuid" Uuid: "UUID";
    "uuid" UuidKind: "SafeUUID";
    "ipaddress" Ipv4: "IPv4Address";
    "ipaddress" Ipv6: "IPv6Address";
    "ipaddress" Network: "IPv4Network" | "IPv6Network" | "IPv4Interface" | "IPv6Interface";
    "pytz" PytzUtc: "_UTC";
    "pytz" PytzZone: "_p";
    "pytz" PytzOffset: "FixedOffset" | "_FixedOffset";
    "dateutil" DateutilUtc: "tzutc";
    "dateutil" DateutilOffset: "tzoffset";
    "dateutil" DateutilZone: "tzlocal" | "tzfile" | "__get_gettz";
    "zoneinfo" ZoneInfo: "ZoneInfo";
}

impl Name {
    /// The listed name that `module` and `name` mean.
    pub(super) fn find(module: &str, name: &str) -> Option<Self> {
        let package = match module.split('.').next().unwrap_or_default() {
            // Python 2's, also in files that Python 3 writes for it.
            "__builtin__" => "builtins",
            package => package,
        };
        let is_frequency = matches!(
            module,
            "pandas.tseries.offsets" | "pandas._libs.tslibs.offsets"
        );
        if is_frequency && !name.starts_with('_') {
            return Some(Self::Frequency);
        }
        // `os.path` or `numpy.f2py` would be other modules' things, so only
        // packages that move their classes about may have submodules.
        let may_nest = matches!(
            package,
            "pandas" | "numpy" | "pyarrow" | "pytz" | "dateutil"
        );
        if module.contains('.') && !may_nest {
            return None;
        }
        Self::listed(package, name)
    }
}
