//! Whatever the bytes, reading ends, and without a panic.

use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::assemble::*;
use super::hostile::read_pickle;

static FIXTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(fixtures);

fn fixtures() -> Vec<Vec<u8>> {
    let files = fs::read_dir("tests/fixtures/pickles").expect("the fixtures are committed");
    let mut paths: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pkl"));
    paths.sort();
    paths
        .iter()
        .map(|path| fs::read(path).expect("readable"))
        .collect()
}

/// Pieces of pickles: opcodes, numbers, names of the list.
fn opcodes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => any::<u8>().prop_map(|byte| vec![byte]),
        6 => prop::sample::select(b"NN()]}teusabR\x81\x94\x85\x86\x87\x8f\x90\x91012".to_vec()).prop_map(|op| vec![op]),
        3 => (0..6u8).prop_map(|index| vec![b'h', index]),
        3 => prop::sample::select(vec![0, 1, 2, -1, 1 << 40, i64::MIN, i64::MAX]).prop_map(int),
        2 => prop::sample::select(vec!["i8", "O8", "M8", "data", "values", "<", ""]).prop_map(text),
        1 => prop::sample::select(vec![0, 1, 8, 16]).prop_map(|count| bytes(&vec![0; count])),
        2 => prop::sample::select(vec![
            ("numpy", "dtype"), ("numpy", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "scalar"),
            ("pandas", "_new_Index"), ("pandas", "Index"), ("pandas", "Timestamp"), ("datetime", "datetime"),
            ("builtins", "slice"), ("builtins", "set"), ("collections", "OrderedDict"),
        ]).prop_map(|(module, class)| name(module, class)),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_opcodes_end_without_a_panic(value in opcodes()) {
        let _ = read_pickle(file(value.clone()));
        let _ = read_pickle(frame(objects(&[value, none()])));
    }

    #[test]
    fn damaged_pickles_end_without_a_panic(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..4),
    ) {
        let mut pickle = which.get(&FIXTURES).clone();
        for (at, byte, how) in changes {
            let at = at.index(pickle.len());
            match how {
                0 => pickle[at] = byte,
                1 => pickle[at] = pickle[at].wrapping_add(1),
                2 => drop(pickle.drain(at..(at + usize::from(byte % 16)).min(pickle.len() - 1).max(at))),
                _ => {
                    let piece = pickle[at..(at + usize::from(byte)).min(pickle.len())].to_vec();
                    pickle.splice(at..at, piece);
                }
            }
        }
        if let Err(error) = read_pickle(pickle) {
            prop_assert!(error.to_string().len() < 1000, "{}", error);
        }
    }

    #[test]
    fn pickles_cut_short_are_errors(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let pickle = which.get(&FIXTURES);
        let cut = pickle[..at.index(pickle.len())].to_vec();
        prop_assert!(read_pickle(cut).is_err());
    }
}
