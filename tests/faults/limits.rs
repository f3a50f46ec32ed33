//! Limits of what is read and echoed.
