//! A case for every command that writes.
