//! Pickles made to run code, to fill the memory, never to end, or to break the
//! reader: each gets an error that says what is wrong.

use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{Format, Limits, ReadOptions, read};

use super::assemble::*;

pub(crate) fn read_pickle(bytes: Vec<u8>) -> huntbook::Result<Table> {
    let options = ReadOptions {
        name: Some("x.pkl".into()),
        format: Some(Format::Pickle),
        limits: Limits {
            max_bytes: 20_000_000,
            ..Limits::default()
        },
        ..ReadOptions::default()
    };
    read(bytes, &options, &mut Progress::none())
}

fn assert_errors(rows: Vec<(&str, Vec<u8>, &str, &str)>) {
    for (case, bytes, code, problem) in rows {
        let error = read_pickle(bytes)
            .map(|table| table.num_rows())
            .expect_err(case);
        assert_eq!(error.code(), code, "{case}: {error}");
        let message = error.to_string();
        assert!(message.contains(problem), "{case}: {message}");
        assert!(message.starts_with("x.pkl"), "{case}: {message}");
        assert!(message.len() < 600, "{case}: {message}");
    }
}

#[test]
fn the_assembler_makes_frames() {
    let table = read_pickle(frame(array("i1", &[1, 2], bytes(&[1, 2])))).expect("a frame");
    assert_eq!((table.num_rows(), table.names()), (2, vec!["0"]));
    let table = read_pickle(frame(pyarrow(
        "string",
        2,
        0,
        &[
            none(),
            buffer(&[0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]),
            buffer(b"ab"),
        ],
    )));
    assert_eq!(table.expect("a frame").num_rows(), 2);
}

#[test]
#[rustfmt::skip] // a case a line
fn code_is_named_and_not_run() {
    let shell =
        |module: &str, function: &str| call(name(module, function), &[text("touch /tmp/ran")]);
    let on_stack = [
        text("subprocess"),
        text("Popen"),
        b"\x93".to_vec(),
        tuple(&[text("id")]),
        b"R".to_vec(),
    ]
    .concat();
    let getattr = call(
        name("builtins", "getattr"),
        &[name("zoneinfo", "ZoneInfo"), text("__init__")],
    );
    let long = "x".repeat(100_000);
    assert_errors(vec![
        ("os.system", file(shell("os", "system")), "unsupported", "byte 2: it asks for `os.system`"),
        ("posix.system", file(shell("posix", "system")), "unsupported", "`posix.system`"),
        ("eval", file(shell("builtins", "eval")), "unsupported", "`builtins.eval`"),
        ("Python 2's eval", file(shell("__builtin__", "eval")), "unsupported", "`__builtin__.eval`"),
        ("names on the stack", file(on_stack), "unsupported", "`subprocess.Popen`"),
        ("in a cell", frame(objects(&[shell("os", "system"), none()])), "unsupported", "`os.system`"),
        ("by way of pandas", file(shell("pandas.io.common", "os.system")), "unsupported", "`pandas.io.common.os.system`"),
        ("a module of the same name", file(shell("builtins.x", "set")), "unsupported", "`builtins.x.set`"),
        ("getattr", file(getattr), "unsupported", "`builtins.getattr`"),
        ("half a call", file(call(name("functools", "partial"), &[name("builtins", "set")])), "unsupported", "`functools.partial`"),
        ("pandas' own evaluator", file(shell("pandas", "eval")), "unsupported", "`pandas.eval`"),
        ("a long name", file(name("os", &long)), "unsupported", "…`"),
        ("calling a value", file([int(1), tuple(&[]), b"R".to_vec()].concat()), "badInput", "calls what is no class"),
        ("a persistent id", file(b"Pid\n".to_vec()), "unsupported", "a persistent id"),
        ("a binary persistent id", file([int(1), b"Q".to_vec()].concat()), "unsupported", "a persistent id"),
        ("an extension code", file(b"\x82\x01".to_vec()), "unsupported", "an extension code"),
        ("a buffer beside the file", file(b"\x97".to_vec()), "unsupported", "a buffer beside the file"),
        ("INST", file(b"(ios\nsystem\n".to_vec()), "unsupported", "protocol 0 or 1"),
    ]);
}

#[test]
#[rustfmt::skip] // a case a line
fn broken_opcodes() {
    let huge = |op: u8, length: u64, width: usize| {
        [&[op], &length.to_le_bytes()[..width], b"abc"].concat()
    };
    assert_errors(vec![
        ("protocol 6", b"\x80\x06N.".to_vec(), "unsupported", "protocol 6"),
        ("text", b"a,b\n1,2\n".to_vec(), "badInput", "does not begin"),
        ("nothing on the stack", b"\x80\x04.".to_vec(), "badInput", "a value is missing"),
        ("no end", b"\x80\x04N".to_vec(), "badInput", "byte 3: the file ends too early"),
        ("an opcode that is none", b"\x80\x04\xff.".to_vec(), "badInput", "0xff is no opcode"),
        ("bytes beyond the end", file(huge(0x8e, u64::MAX, 8)), "badInput", ""),
        ("text beyond the end", file(huge(b'X', u64::MAX, 4)), "badInput", "ends too early"),
        ("a negative length", file(huge(b'T', u64::MAX, 4)), "badInput", "ends too early"),
        ("an integer of a megabyte", file([&b"\x8b"[..], &(1u32 << 20).to_le_bytes(), &[1; 1 << 20]].concat()), "badInput", "an integer of 1048576 bytes"),
        ("a memo of four billion", file(b"Nr\xff\xff\xff\xff".to_vec()), "badInput", "remembered too early"),
        ("what nobody remembers", file(b"h\x05".to_vec()), "badInput", "no value 5"),
        ("a tuple of nothing", file(b"\x87".to_vec()), "badInput", "a value is missing"),
        ("no mark", file(b"t".to_vec()), "badInput", "a mark is missing"),
        ("below a mark", file(b"N(0".to_vec()), "badInput", "a value is missing"),
        ("appending to a number", file(b"K\x01Na".to_vec()), "badInput", "a plain value is changed"),
        ("appending to a dict", file(b"}Na".to_vec()), "badInput", "what is no list"),
        ("a key without a value", file(b"}(Nu".to_vec()), "badInput", "a key has no value"),
        ("a state for a list", file(b"]Nb".to_vec()), "badInput", "a state"),
        ("arguments that are a list", file([name("builtins", "set"), b"]R".to_vec()].concat()), "badInput", "arguments are no tuple"),
        ("a name that is a number", file(b"NN\x93".to_vec()), "badInput", "a name is no text"),
    ]);
}

#[test]
#[rustfmt::skip] // a case a line
fn broken_frames() {
    let two = || array("i1", &[1, 2], bytes(&[1, 2]));
    let whole = || block(two(), slice(0, 1, 1));
    let stub = [name("pandas", "DataFrame"), b")\x81".to_vec()].concat();
    let fields: Vec<(String, Vec<u8>)> = (0..1000).map(|i| (format!("f{i}"), none())).collect();
    let fields: Vec<(&str, Vec<u8>)> = fields
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    assert_errors(vec![
        ("a number", file(int(1)), "unsupported", "holds a `int`, not a DataFrame"),
        ("the class itself", file(name("pandas", "DataFrame")), "unsupported", "holds a `class`"),
        ("no state", file(stub.clone()), "badInput", "empty of everything"),
        ("a thousand fields", file(build(stub, dict(&fields))), "badInput", "empty of everything"),
        ("no blocks", frame_of(&[], range(1), range(2)), "badInput", "column `0` has no values"),
        ("a block that is none", frame_of(&[int(5)], range(1), range(2)), "badInput", "blocks are missing"),
        ("columns twice", frame_of(&[whole(), whole()], range(1), range(2)), "badInput", "column `0` is there twice"),
        ("beyond the columns", frame_of(&[block(two(), slice(1, 2, 1))], range(1), range(2)), "badInput", "columns that are not there"),
        ("before them", frame_of(&[block(two(), slice(-1, 0, 1))], range(1), range(2)), "badInput", "columns that are not there"),
        ("a slice that stands still", frame_of(&[block(two(), slice(0, 1, 0))], range(1), range(2)), "badInput", "columns that are not there"),
        ("a slice to the end of numbers", frame_of(&[block(two(), slice(0, i64::MAX, 1))], range(1), range(2)), "badInput", "columns that are not there"),
        ("places that are floats", frame_of(&[block(two(), array("f8", &[1], bytes(&[0; 8])))], range(1), range(2)), "badInput", "columns that are not there"),
        ("too many places", frame_of(&[block(two(), slice(0, 2, 1))], range(2), range(2)), "badInput", "another number of columns"),
        ("columns of unequal length", frame_of(&[whole(), block(array("i1", &[1, 3], bytes(&[1, 2, 3])), slice(1, 2, 1))], range(2), range(2)), "badInput", "column `1` has another number of rows"),
        ("a million million columns", frame_of(&[], range(1 << 40), range(0)), "limitExceeded", "more than 10000 columns"),
        ("an index of another length", frame_of(&[whole()], range(1), index("Index", &[("data", array("i1", &[1], bytes(&[1])))])), "badInput", "another number of rows"),
        ("an index without a step", frame_of(&[whole()], range(1), index("RangeIndex", &[("start", int(0)), ("stop", int(2)), ("step", int(0))])), "badInput", "start, stop and step"),
        ("a named index of a million million", frame_of(&[whole()], range(1), index("RangeIndex", &[("name", text("n")), ("start", int(0)), ("stop", int(1 << 40)), ("step", int(1))])), "limitExceeded", "raise limits.maxRatio"),
        ("a range of all numbers", frame_of(&[whole()], range(1), index("RangeIndex", &[("name", text("n")), ("start", int(i64::MIN)), ("stop", int(i64::MAX)), ("step", int(1))])), "limitExceeded", "take more than"),
        ("periods", frame_of(&[whole()], range(1), index("PeriodIndex", &[])), "unsupported", "an index that is a `PeriodIndex`"),
        ("levels without codes", frame_of(&[whole()], range(1), index("MultiIndex", &[("levels", list(&[range(2)])), ("codes", list(&[]))])), "badInput", "lacks its parts"),
    ]);
}

#[test]
#[rustfmt::skip] // a case a line
fn broken_arrays() {
    let zeros = |count: usize| bytes(&vec![0; count]);
    let time = |unit: &[u8], number: i64| {
        let metadata = tuple(&[none(), tuple(&[bytes(unit), int(number), int(1), int(1)])]);
        let dtype = dtype_with("M8", 4, &[metadata]);
        call(
            name("numpy.core.numeric", "_frombuffer"),
            &[zeros(16), dtype, tuple(&[int(1), int(2)]), text("C")],
        )
    };
    assert_errors(vec![
        ("a shape too large", frame(array("i8", &[1, 1 << 40], zeros(8))), "badInput", "does not fill its shape"),
        ("a shape that overflows", frame(array("i8", &[1 << 62, 1 << 62], zeros(8))), "badInput", "does not fill its shape"),
        ("a shape too small", frame(array("i8", &[1, 1], zeros(16))), "badInput", "does not fill its shape"),
        ("half an item", frame(array("i8", &[1, 1], zeros(12))), "badInput", "does not fill its shape"),
        ("a negative size", frame(array("i8", &[1, -1], zeros(8))), "badInput", "no list of sizes"),
        ("rows of nothing", frame(array("i8", &[1 << 62, 0], zeros(0))), "badInput", "another number of columns"),
        ("items of no length", frame(array("U0", &[1, 1 << 40], zeros(0))), "unsupported", "numpy's type `U0`"),
        ("three dimensions", frame(array("i1", &[1, 2, 1], zeros(2))), "badInput", "another number of columns"),
        ("forty dimensions", frame(array("i1", &[1; 40], zeros(1))), "badInput", "no list of sizes"),
        ("complex numbers", frame(array("c16", &[1, 2], zeros(32))), "unsupported", "column `0`: it has values of numpy's type `c16`"),
        ("records", frame(array("V8", &[1, 2], zeros(16))), "unsupported", "numpy's type `V8`"),
        ("a type of no letters", frame(array("", &[1, 2], zeros(16))), "unsupported", "numpy's type"),
        ("a type of other letters", frame(array("é8", &[1, 2], zeros(16))), "unsupported", "numpy's type"),
        ("objects that are bytes", frame(array("O8", &[1, 2], zeros(16))), "badInput", "lacks its objects"),
        ("bytes that are objects", frame(array("i8", &[1, 2], list(&[int(1), int(2)]))), "badInput", "bytes are missing"),
        ("bytes beyond latin-1", frame(array("i1", &[1, 2], call(name("_codecs", "encode"), &[text("a€"), text("latin1")]))), "badInput", "bytes are missing"),
        ("months", frame(time(b"M", 1)), "unsupported", "times in the unit `M`"),
        ("units of 25", frame(time(b"s", 25)), "badInput", "has no unit"),
        ("a list for an array", frame(list(&[int(1), int(2)])), "badInput", "a `list` stands where an array should"),
        ("a code beyond the categories", frame(categorical(range(2), &[0, 2])), "badInput", "counts beyond"),
        ("a code below -1", frame(categorical(range(2), &[0, 0xfe])), "badInput", "counts beyond"),
        ("no categories", frame(categorical(int(1), &[0, 0])), "badInput", "where an index should"),
        ("a mask of another length", frame(bare("IntegerArray", &[("_data", array("i8", &[2], zeros(16))), ("_mask", array("b1", &[1], zeros(1)))])), "badInput", "mask does not fit"),
        ("a mask of numbers", frame(bare("IntegerArray", &[("_data", array("i8", &[2], zeros(16))), ("_mask", array("i1", &[2], zeros(2)))])), "badInput", "mask does not fit"),
        ("pyarrow: a length without bytes", frame(pyarrow("int64", 1 << 20, 0, &[none(), buffer(&[0; 16])])), "badInput", ""),
        ("pyarrow: an endless length", frame(pyarrow("null", i64::MAX, 0, &[none()])), "limitExceeded", "take more than"),
        ("pyarrow: length and offset overflow", frame(pyarrow("int64", i64::MAX, i64::MAX, &[none(), buffer(&[0; 16])])), "limitExceeded", "take more than"),
        ("pyarrow: offsets that go down", frame(pyarrow("string", 2, 0, &[none(), buffer(&[0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]), buffer(b"ab")])), "badInput", "ffset"),
        ("pyarrow: offsets beyond the text", frame(pyarrow("string", 1, 0, &[none(), buffer(&[0, 0, 0, 0, 200, 0, 0, 0]), buffer(b"ab")])), "badInput", ""),
        ("pyarrow: text that is no UTF-8", frame(pyarrow("string", 1, 0, &[none(), buffer(&[0, 0, 0, 0, 2, 0, 0, 0]), buffer(b"\xff\xff")])), "badInput", ""),
        ("pyarrow: half a number", frame(pyarrow("int64", 9, 0, &[none(), buffer(&[0; 67])])), "badInput", "ends within a value"),
        ("pyarrow: half an offset", frame(pyarrow("string", 30, 0, &[none(), buffer(&[0; 63]), buffer(b"ab")])), "badInput", "ends within a value"),
        ("pyarrow: too few nulls", frame(pyarrow("int64", 9, 0, &[buffer(&[1]), buffer(&[0; 72])])), "badInput", ""),
        ("pyarrow: too few buffers", frame(pyarrow("string", 1, 0, &[none()])), "badInput", ""),
        ("pyarrow: another type", frame(pyarrow("month_day_nano_interval", 1, 0, &[none()])), "unsupported", "pyarrow's type"),
    ]);
}

#[test]
#[rustfmt::skip] // a case a line
fn broken_values() {
    let cell = |value: Vec<u8>| frame(objects(&[value, none()]));
    let date = |of: &[u8]| call(name("datetime", "date"), &[bytes(of)]);
    let zoned = |zone: Vec<u8>| {
        call(
            name("datetime", "datetime"),
            &[bytes(&[7, 227, 2, 18, 0, 0, 0, 0, 0, 0]), zone],
        )
    };
    let uuid = |number: Vec<u8>| {
        build(
            [name("uuid", "UUID"), b")\x81".to_vec()].concat(),
            dict(&[("int", number)]),
        )
    };
    assert_errors(vec![
        ("a class", cell(name("builtins", "int")), "unsupported", "column `0`: it holds a `class`"),
        ("a frame", cell([name("pandas", "DataFrame"), b")\x81".to_vec()].concat()), "unsupported", "it holds a `DataFrame`"),
        ("month 13", cell(date(&[7, 227, 13, 1])), "badInput", "a date is no date"),
        ("year 65535", cell(date(&[255, 255, 1, 1])), "badInput", "a date is no date"),
        ("a short date", cell(date(&[1])), "badInput", "a date is no date"),
        ("a zone that is none", cell(zoned(int(1))), "badInput", "a time zone is none"),
        ("a zone a year away", cell(zoned(call(name("pytz", "_p"), &[text("x"), int(1 << 60)]))), "badInput", "a time zone is none"),
        ("a UUID of 129 bits", cell(uuid([&[0x8a, 17][..], &[1; 17]].concat())), "badInput", "a UUID has no number"),
        ("a UUID below 0", cell(uuid(int(-1))), "badInput", "a UUID has no number"),
        ("an address of 33 bits", cell(call(name("ipaddress", "IPv4Address"), &[int(1 << 33)])), "badInput", "an address is none"),
        ("days without end", cell(call(name("datetime", "timedelta"), &[int(i64::MAX), int(0), int(0)])), "badInput", "out of range"),
        ("a time in no unit", cell(call(name("pandas", "_unpickle_timestamp"), &[int(1), none(), none(), int(99)])), "badInput", "is no number"),
        ("a scalar of another length", cell(call(name("numpy.core.multiarray", "scalar"), &[dtype("i8"), bytes(&[1])])), "badInput", "a wrong length"),
    ]);
}

#[test]
#[rustfmt::skip] // a case a line
fn bombs_and_circles() {
    // A value that holds itself: made, remembered, and put into itself.
    let in_itself = |open: &[u8], close: &[u8]| [open, b"\x94", close].concat();
    let circle_index = [
        name("pandas", "_new_Index"),
        name("pandas", "Index"),
        b"}\x94".to_vec(),
        b"\x86R\x94h\x00".to_vec(),
    ]
    .concat();
    // _new_Index(Index, d), then d["data"] is that index.
    let circle_index = [
        circle_index,
        text("data"),
        b"h\x01s0".to_vec()
    ]
    .concat();
    let shared = [array("i8", &[1, 100_000], bytes(&[0; 800_000])), b"\x94".to_vec()].concat();
    let mut blocks = vec![block(shared, slice(0, 1, 1))];
    blocks.extend((1..9000).map(|place| block(b"h\x00".to_vec(), slice(place, place + 1, 1))));
    let lists = billion_laughs(12, b"](", b"", b"e");
    let tuples = billion_laughs(12, b"(", b"", b"t");
    let dicts = billion_laughs(12, b"}(", b"N", b"u");
    let keys = billion_laughs(3, b"}(", b"", b"u");
    let often = |value: Vec<u8>| {
        // One long value, and a list that has it a hundred thousand times.
        let value = [value, b"\x94".to_vec()].concat();
        let list = [value, b"0](".to_vec(), b"h\x00".repeat(100_000), b"e".to_vec()].concat();
        frame(array("O8", &[1, 100_000], list))
    };
    let latin = |text_: &str| call(name("_codecs", "encode"), &[text(text_), text("latin1")]);
    let long = "7".repeat(10_000);
    let categories = index("Index", &[("data", array("O8", &[1], list(&[text(&long)])))]);
    let often_coded = index("CategoricalIndex", &[("data", categorical(categories, &[0; 10_000]))]);
    let deep = [vec![b']'; 100_000], vec![b'a'; 99_999]].concat();
    assert_errors(vec![
        ("a list in itself", frame(objects(&[in_itself(b"]", b"h\x00a"), none()])), "unsupported", "nested deeper than 100"),
        ("a dict in itself", frame(objects(&[in_itself(b"}", b"Nh\x00s"), none()])), "unsupported", "nested deeper than 100"),
        ("lists a hundred thousand deep", frame(objects(&[deep, none()])), "unsupported", "nested deeper than 100"),
        ("an index in itself", frame_of(&[], circle_index, range(0)), "badInput", "holds itself"),
        ("lists of the same lists", frame(objects(&[lists, none()])), "limitExceeded", "as bombs do; raise limits.maxRatio"),
        ("tuples of the same tuples", frame(objects(&[tuples, none()])), "limitExceeded", "as bombs do"),
        ("dicts of the same dicts", frame(objects(&[dicts, none()])), "limitExceeded", "as bombs do"),
        ("a long integer often", often([&[0x8b, 0, 2, 0, 0][..], &[7; 512]].concat()), "limitExceeded", "as bombs do"),
        ("long text often", often(text(&long)), "limitExceeded", "as bombs do"),
        ("a long decimal often", often(call(name("decimal", "Decimal"), &[text(&long)])), "limitExceeded", "as bombs do"),
        ("long bytes often", often(latin(&long)), "limitExceeded", "as bombs do"),
        ("a long interval often", often(call(name("pandas", "Interval"), &[text(&long), text(""), text("left")])), "limitExceeded", "as bombs do"),
        ("a long numpy string often", often(call(name("numpy", "scalar"), &[dtype("S10000"), bytes(&[7; 10_000])])), "limitExceeded", "as bombs do"),
        ("an array nine thousand times", frame_of(&blocks, range(9000), range(100_000)), "limitExceeded", "as bombs do"),
    ]);
    // Text in categories of categories is not written out.
    let table = read_pickle(frame(categorical(often_coded, &[9; 2]))).expect("small");
    let text = table.column("0").expect("there");
    assert_eq!(text.get_array_memory_size() / long.len(), 1);
    // Few levels are no bomb.
    let table = read_pickle(frame(objects(&[keys, none()]))).expect("small");
    assert_eq!(table.num_rows(), 2);
}
