//! `tailproof completions` and `tailproof man`, both made from the parser.

use clap::CommandFactory;

use crate::cli::{Arguments, Completions, Man};
use crate::failure::Failure;
use crate::output;

/// Prints a script that completes commands in a shell.
pub fn complete(options: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "tailproof", &mut script);
    output::bytes(&script);
    Ok(())
}

/// Prints the page of a command in the manual.
pub fn man(options: &Man) -> Result<(), Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut name = String::from("tailproof");
    for word in &options.command {
        let unknown = || Failure::Usage(format!("{name} has no command '{word}'; `{name} --help` lists them"));
        let next = command.find_subcommand(word).cloned().ok_or_else(unknown)?;
        name = format!("{name} {word}");
        command = next;
    }
    let page = clap_mangen::Man::new(command);
    let mut text = Vec::new();
    page.render(&mut text).map_err(|_| Failure::Defect("a page of the manual cannot be made"))?;
    output::bytes(&text);
    Ok(())
}
