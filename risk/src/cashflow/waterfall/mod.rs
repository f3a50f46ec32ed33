//! What notes receive from a pool, month by month, in whole units.
//!
//! * [`terms`]: notes, fees, accounts, external flows, triggers and steps; `file` reads them.
//! * [`trigger`]: tests of the pool and the notes.
//! * [`accounts`]: what is owed and held between months; `share` divides whole units.
//! * [`steps`]: a step of a waterfall.
//! * [`books`]: what a month receives and pays; [`mod@run`]: the months, whose books must balance.
//! * [`figures`]: weighted average life, yield and loss of each note.

pub mod accounts;
pub mod books;
mod checks;
pub mod figures;
mod file;
pub mod run;
mod share;
pub mod steps;
pub mod terms;
pub mod trigger;

pub use books::MonthBooks;
pub use figures::NoteFigures;
pub use run::{Run, run};
pub use terms::NotesTerms;
