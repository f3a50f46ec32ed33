//! Macros that make tests and keep a list of them.

/// Makes a test of each attack, and `ATTACKS`: the labels of the constraints that it is about. An
/// attack is a function; one that is not listed is dead code, which the compiler reports.
macro_rules! attacks {
    ($($name:ident: $($label:expr),+;)+) => {
        mod refused {
            $(#[test]
            fn $name() {
                super::$name();
            })+
        }

        /// The labels of the constraints that have an attack here.
        const ATTACKS: &[tailproof_circuits::instructions::Label] = &[$($($label),+),+];
    };
}

/// Makes one test for each number: the function, called with it.
macro_rules! each {
    ($function:ident: $($name:ident = $argument:expr),+ $(,)?) => {
        mod $function {
            #[allow(unused_imports)]
            use super::*;

            $(#[test]
            fn $name() {
                super::$function($argument);
            })+
        }
    };
}
