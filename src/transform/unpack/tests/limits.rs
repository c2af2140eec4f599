//! What is broken, hostile or too much.

use sha2::Digest;

use super::*;

#[test]
fn broken_archives_are_rows_with_an_error() {
    // Defect 6: in msticpy each of these ends the whole run.
    let whole = gzip(HELLO.repeat(100).as_bytes());
    let zipped = zip(&[("a.txt", HELLO.as_bytes()), ("b.txt", HELLO.as_bytes())]);
    let mut damaged = zipped.clone();
    damaged[40] ^= 0xff;
    let mut other_way = zipped.clone();
    let directory = zipped.windows(4).position(|four| four == b"PK\x01\x02");
    let directory = directory.expect("a zip");
    (other_way[8], other_way[directory + 10]) = (12, 12);
    let rows: [(&str, Vec<u8>, &[&str], &str); 6] = [
        (
            "gzip cut short",
            whole[..whole.len() - 12].to_vec(),
            &["gz", "-"],
            "ends too early",
        ),
        (
            "gzip of a header alone",
            whole[..16].to_vec(),
            &["gz"],
            "ends too early",
        ),
        (
            "zip cut short",
            zipped[..zipped.len() - 30].to_vec(),
            &["zip"],
            "cannot be opened",
        ),
        ("a damaged member", damaged, &["zip", "-", "-"], "damaged"),
        (
            "packed by bzip2",
            other_way,
            &["zip", "-", "-"],
            "a way that is not supported",
        ),
        (
            "xz of a header alone",
            b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0\x21".to_vec(),
            &["xz"],
            "after 0 unpacked bytes",
        ),
    ];
    for (name, bytes, types, expected) in rows {
        let text = format!("{} and {}", base64(bytes), base64(HELLO));
        let table = run(&text, &UnpackOptions::default());
        let all = column(&table, "file_type");
        assert_eq!(all[..all.len() - 1], *types, "{name}");
        let errors = column(&table, "error").join(" ");
        assert!(errors.contains(expected), "{name}: {errors}");
        let texts = column(&table, "decoded_string");
        assert_eq!(texts[texts.len() - 1], HELLO, "{name}: the rest is read");
    }
}

#[test]
fn an_archive_that_breaks_says_so_after_what_was_read() {
    let mut writer = ::tar::Builder::new(Vec::new());
    for name in ["a.txt", "b.txt"] {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(HELLO.len() as u64);
        writer
            .append_data(&mut header, name, HELLO.as_bytes())
            .expect("memory");
    }
    let whole = writer.into_inner().expect("memory");
    let mut damaged = whole.clone();
    damaged[1024] ^= 1;
    let rows = [
        ("a damaged header", damaged, "damaged"),
        ("cut in a header", whole[..1100].to_vec(), "damaged"),
        (
            "cut in a member",
            whole[..1536 + 9].to_vec(),
            "ends too early, after 9 unpacked bytes",
        ),
    ];
    for (name, bytes, expected) in rows {
        let options = UnpackOptions::default();
        let table = unpack_bytes(&bytes, &options, &mut Progress::none()).expect(name);
        assert_eq!(column(&table, "decoded_string")[0], HELLO, "{name}");
        let errors = column(&table, "error");
        assert_eq!((errors.len(), errors[0].as_str()), (2, "-"), "{name}");
        assert!(errors[1].contains(expected), "{name}: {errors:?}");
        // What was read is shown where the archive stands, too.
        let inside = run(&base64(&bytes), &options);
        assert!(
            column(&inside, "full_decoded_string")[0].contains(HELLO),
            "{name}"
        );
    }
}

/// A zip file whose directory names the one file in it `count` times.
fn zip_of_one_file(count: u8) -> Vec<u8> {
    let once = zip(&[("a", &noise(5000))]);
    let find = |mark: &[u8]| {
        once.windows(4)
            .rposition(|four| four == mark)
            .expect("a zip")
    };
    let (directory, end) = (find(b"PK\x01\x02"), find(b"PK\x05\x06"));
    let mut bytes = once[..directory].to_vec();
    for i in 0..count {
        let mut entry = once[directory..end].to_vec();
        entry[46] = b'a' + i;
        bytes.extend(entry);
    }
    let size = (bytes.len() - directory) as u32;
    let mut last = once[end..].to_vec();
    (last[8], last[10]) = (count, count);
    last[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(last);
    bytes
}

#[test]
fn files_of_a_zip_that_lie_over_each_other_are_not_read() {
    let table = run(&base64(zip_of_one_file(9)), &UnpackOptions::default());
    assert_eq!(column(&table, "file_name"), ["-", "a"]);
    assert!(column(&table, "error")[0].contains("lie over each other"));
    let table = run(&base64(zip_of_one_file(1)), &UnpackOptions::default());
    assert_eq!(column(&table, "error"), ["-", "-"]);
}

#[test]
fn hostile_input_ends_at_a_limit_and_soon() {
    let bomb = base64(gzip(&vec![0; 40 << 20]));
    let many = (0..2000)
        .map(|i| base64(format!("item number {i:04} with text")))
        .collect::<Vec<_>>()
        .join(" ");
    let letters = "SGVsbG8h".repeat(2500);
    let deep = (0..30).fold(b"x".to_vec(), |bytes, _| gzip(&bytes));
    let rows: [(&str, String, usize, &str); 9] = [
        ("a bomb", bomb.clone(), 2, "times its size"),
        (
            "a bomb in a zip in a gzip",
            base64(gzip(&zip(&[("b.gz", &gzip(&vec![0; 40 << 20]))]))),
            4,
            "times its size",
        ),
        ("many items", many, 1001, "more than 1000 items"),
        ("20 kB of letters", letters, 1, "-"),
        ("a million of one letter", "A".repeat(1_000_000), 0, "-"),
        ("a million plus signs", "+".repeat(1_000_000), 0, "-"),
        ("deeper than the depth", base64(deep), 20, "-"),
        ("a million escapes", "%41".repeat(333_333), 1, "-"),
        ("a million lines", "QUJD\n".repeat(200_000), 0, "-"),
    ];
    let options = UnpackOptions {
        max_items: 1000,
        ..UnpackOptions::default()
    };
    for (name, text, count, error) in rows {
        let table = run(&text, &options);
        assert_eq!(table.num_rows(), count, "{name}");
        let errors = column(&table, "error");
        let last = errors.last().map_or("-", String::as_str);
        assert!(last.contains(error), "{name}: {last}");
    }
    // Each takes 64 MiB before it gives a byte.
    let table = run(&vec![XZ9; 1002].join(" "), &UnpackOptions::default());
    let errors = column(&table, "error").concat();
    assert_eq!(
        errors
            .matches("more than 1000 bzip2 and xz streams")
            .count(),
        2
    );

    let small = UnpackOptions {
        max_bytes: 1000,
        ..UnpackOptions::default()
    };
    let table = run(&bomb, &small);
    assert!(column(&table, "error").concat().contains("maxBytes"));
}

#[test]
fn what_holds_itself_is_opened_once() {
    // A file that unpacks to itself looks, one level down, like this one: its
    // hash is among those that are open.
    let archive = gzip(HELLO.as_bytes());
    let options = UnpackOptions::default();
    let mut unpacker = Unpacker::new(&options);
    unpacker.open.push(sha2::Sha256::digest(&archive).into());
    let text = base64(&archive);
    unpacker
        .text(
            text.as_bytes(),
            true,
            Source::default(),
            &mut Progress::none(),
        )
        .expect("nobody cancels");
    let table = unpacker.finish().expect("little text");
    assert_eq!(summary(&table), ["1 base64 gz 1f"]);
    assert!(column(&table, "error")[0].contains("holds itself"));
}

#[test]
fn wrong_options_are_errors() {
    let with = |max_depth, min_length| UnpackOptions {
        max_depth,
        min_length,
        ..UnpackOptions::default()
    };
    for options in [with(0, 16), with(65, 16), with(20, 7)] {
        let error = unpack_text("x", &options, &mut Progress::none()).expect_err("a wrong option");
        assert_eq!(error.code(), "invalidArgument");
    }
    let short = run("aGVsbG8gdGhlcmU=", &with(20, 17));
    assert_eq!(short.num_rows(), 0, "15 letters are fewer than 17");
}

#[test]
fn work_can_be_cancelled() {
    let mut stop = |_: f64| false;
    let text = base64(HELLO);
    let error = unpack_text(
        &text,
        &UnpackOptions::default(),
        &mut Progress::new(&mut stop),
    );
    assert_eq!(error.expect_err("cancelled").code(), "cancelled");
}
