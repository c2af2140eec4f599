#![no_main]

use std::sync::Arc;

use arrow_array::StringArray;
use huntbook::Table;
use huntbook::table::Progress;
use huntbook::transform::command_line::{
    CommandLineSyntax, RiskyOptions, pretty_powershell, risky_command_lines, split_command_line,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for syntax in [CommandLineSyntax::Windows, CommandLineSyntax::Posix] {
        let arguments = split_command_line(text, syntax);
        let length: usize = arguments.iter().map(String::len).sum();
        assert!(length <= text.len(), "no argument has more than the line");
    }
    let pretty = pretty_powershell(text).expect("it is short");
    let kept = |text: &str| text.replace(|c: char| c.is_whitespace() || c == ';', "");
    assert_eq!(kept(&pretty), kept(text));
    assert_eq!(pretty_powershell(&pretty).expect("it is short"), pretty);
    // Making the rules ready costs far more than all of the above.
    if text.len() % 16 != 0 {
        return;
    }
    let column = Arc::new(StringArray::from(vec![text]));
    let table = Table::new(vec![("CommandLine", column)]).expect("one column");
    let options = RiskyOptions::default();
    risky_command_lines(&table, &options, &mut Progress::none()).expect("no option is wrong");
});
