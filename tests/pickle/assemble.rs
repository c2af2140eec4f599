//! A small assembler: each function gives the opcodes that make one value.

pub(crate) fn text(text: &str) -> Vec<u8> {
    [
        b"X",
        &(text.len() as u32).to_le_bytes()[..],
        text.as_bytes(),
    ]
    .concat()
}

pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [b"B", &(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}

pub(crate) fn int(number: i64) -> Vec<u8> {
    [&[0x8a, 8], &number.to_le_bytes()[..]].concat()
}

pub(crate) fn name(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

pub(crate) fn tuple(items: &[Vec<u8>]) -> Vec<u8> {
    [b"(", &items.concat()[..], b"t"].concat()
}

pub(crate) fn list(items: &[Vec<u8>]) -> Vec<u8> {
    [b"](", &items.concat()[..], b"e"].concat()
}

pub(crate) fn dict(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let pairs: Vec<Vec<u8>> = pairs
        .iter()
        .map(|(key, value)| [text(key), value.clone()].concat())
        .collect();
    [b"}(", &pairs.concat()[..], b"u"].concat()
}

pub(crate) fn call(function: Vec<u8>, args: &[Vec<u8>]) -> Vec<u8> {
    [function, tuple(args), b"R".to_vec()].concat()
}

pub(crate) fn build(object: Vec<u8>, state: Vec<u8>) -> Vec<u8> {
    [object, state, b"b".to_vec()].concat()
}

pub(crate) fn none() -> Vec<u8> {
    b"N".to_vec()
}

pub(crate) fn file(value: Vec<u8>) -> Vec<u8> {
    [&[0x80, 4], &value[..], b"."].concat()
}

pub(crate) fn dtype(code: &str) -> Vec<u8> {
    dtype_with(code, 3, &[])
}

/// A dtype whose state is of `version` and ends with `metadata`.
pub(crate) fn dtype_with(code: &str, version: i64, metadata: &[Vec<u8>]) -> Vec<u8> {
    let state = [
        int(version),
        text("<"),
        none(),
        none(),
        none(),
        int(-1),
        int(-1),
        int(0),
    ];
    build(
        call(name("numpy", "dtype"), &[text(code), int(0), int(1)]),
        tuple(&[&state[..], metadata].concat()),
    )
}

pub(crate) fn array(code: &str, shape: &[i64], data: Vec<u8>) -> Vec<u8> {
    let class = name("numpy.core.multiarray", "_reconstruct");
    let made = call(
        class,
        &[name("numpy", "ndarray"), tuple(&[int(0)]), bytes(b"b")],
    );
    let shape: Vec<Vec<u8>> = shape.iter().map(|&size| int(size)).collect();
    build(
        made,
        tuple(&[int(1), tuple(&shape), dtype(code), b"\x89".to_vec(), data]),
    )
}

pub(crate) fn objects(values: &[Vec<u8>]) -> Vec<u8> {
    array("O8", &[1, values.len() as i64], list(values))
}

pub(crate) fn index(class: &str, fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let function = name("pandas.core.indexes.base", "_new_Index");
    call(
        function,
        &[name("pandas.core.indexes.base", class), dict(fields)],
    )
}

pub(crate) fn range(stop: i64) -> Vec<u8> {
    index(
        "RangeIndex",
        &[("start", int(0)), ("stop", int(stop)), ("step", int(1))],
    )
}

pub(crate) fn slice(start: i64, stop: i64, step: i64) -> Vec<u8> {
    call(
        name("builtins", "slice"),
        &[int(start), int(stop), int(step)],
    )
}

pub(crate) fn block(values: Vec<u8>, placement: Vec<u8>) -> Vec<u8> {
    let function = name("pandas._libs.internals", "_unpickle_block");
    call(function, &[values, placement, int(2)])
}

pub(crate) fn frame_of(blocks: &[Vec<u8>], columns: Vec<u8>, rows: Vec<u8>) -> Vec<u8> {
    let manager = call(
        name("pandas.core.internals.managers", "BlockManager"),
        &[tuple(blocks), list(&[columns, rows])],
    );
    let frame = [name("pandas.core.frame", "DataFrame"), b")\x81".to_vec()].concat();
    file(build(frame, dict(&[("_mgr", manager)])))
}

/// A frame of one column, `0`, of two rows.
pub(crate) fn frame(values: Vec<u8>) -> Vec<u8> {
    frame_of(&[block(values, slice(0, 1, 1))], range(1), range(2))
}

/// An object of pandas' with fields.
pub(crate) fn bare(class: &str, fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let object = [name("pandas", class), b")\x81".to_vec()].concat();
    build(object, dict(fields))
}

pub(crate) fn categorical(categories: Vec<u8>, codes: &[u8]) -> Vec<u8> {
    let dtype = bare("CategoricalDtype", &[("categories", categories)]);
    let codes = array("i1", &[codes.len() as i64], bytes(codes));
    bare("Categorical", &[("_dtype", dtype), ("_codes", codes)])
}

pub(crate) fn pyarrow(kind: &str, length: i64, offset: i64, buffers: &[Vec<u8>]) -> Vec<u8> {
    let kind = call(name("pyarrow.lib", "type_for_alias"), &[text(kind)]);
    let parts = tuple(&[
        kind,
        int(length),
        int(0),
        int(offset),
        list(buffers),
        list(&[]),
        none(),
    ]);
    let array = call(name("pyarrow.lib", "_restore_array"), &[parts]);
    bare("ArrowStringArray", &[("_pa_array", array)])
}

pub(crate) fn buffer(of: &[u8]) -> Vec<u8> {
    call(name("pyarrow.lib", "py_buffer"), &[bytes(of)])
}

/// Lists of ten times the same list, this many levels deep.
pub(crate) fn billion_laughs(levels: u8, open: &[u8], between: &[u8], close: &[u8]) -> Vec<u8> {
    let mut pickle = [text("ha"), b"\x94".to_vec()].concat();
    for level in 0..levels {
        pickle.extend_from_slice(b"0");
        pickle.extend_from_slice(open);
        for _ in 0..10 {
            pickle.extend_from_slice(between);
            pickle.extend_from_slice(&[b'h', level]);
        }
        pickle.extend_from_slice(close);
        pickle.extend_from_slice(b"\x94");
    }
    pickle
}
