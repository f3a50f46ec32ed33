//! Every step of writing fails.
