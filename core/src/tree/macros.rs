//! Readers of tables and words.

/// Reads a table into a struct, or into an enum that a field names a variant of. A field without a
/// default must be there, except an `Option`.
macro_rules! from_tree {
    (@default) => { None };
    (@default $default:expr) => { Some($default) };
    (struct $name:ident { $($field:ident $(= $default:expr)?),* $(,)? }) => {
        impl $crate::tree::FromTree for $name {
            fn read(node: &$crate::tree::Node<'_>, errors: &mut $crate::tree::FirstError) -> Self {
                let mut fields = $crate::tree::Fields::of(node, concat!("struct ", stringify!($name)), errors);
                fields.known(&[$(stringify!($field)),*]);
                Self {
                    $($field: fields.take(stringify!($field), $crate::tree::from_tree!(@default $($default)?))),*
                }
            }

            fn nothing() -> Self {
                Self { $($field: $crate::tree::FromTree::nothing()),* }
            }
        }
    };
    (enum $name:ident by $tag:literal, nothing $nothing:expr, {
        $($word:literal => $variant:ident { $($field:ident $(= $default:expr)?),* $(,)? }),* $(,)?
    }) => {
        impl $crate::tree::FromTree for $name {
            fn read(node: &$crate::tree::Node<'_>, errors: &mut $crate::tree::FirstError) -> Self {
                let mut fields = $crate::tree::Fields::of(node, concat!("enum ", stringify!($name)), errors);
                let Some(word) = fields.word($tag) else { return Self::nothing() };
                match word {
                    $($word => {
                        fields.known(&[$(stringify!($field)),*]);
                        Self::$variant {
                            $($field: fields.take(
                                stringify!($field),
                                $crate::tree::from_tree!(@default $($default)?),
                            )),*
                        }
                    })*
                    other => {
                        fields.unknown_word(other, &[$($word),*]);
                        Self::nothing()
                    }
                }
            }

            fn nothing() -> Self {
                $nothing
            }
        }
    };
}

/// Defines the table of a TOML file, and reads it: each field is a key of its name.
macro_rules! toml_table {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$of_field:meta])* $field_vis:vis $field:ident: $kind:ty $(= $default:expr)?),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$of_field])* $field_vis $field: $kind),*
        }

        $crate::tree::from_tree!(struct $name { $($field $(= $default)?),* });
    };
}

/// Reads an enum whose variants are words: as a value, and, `as key`, as a key.
macro_rules! tree_words {
    ($name:ident { $first:literal => $variant:ident $(, $word:literal => $other:ident)* $(,)? }) => {
        impl $crate::tree::FromTree for $name {
            fn read(node: &$crate::tree::Node<'_>, errors: &mut $crate::tree::FirstError) -> Self {
                let found = node.word(&[$first, $($word),*], errors);
                found.and_then(|place| [$name::$variant, $($name::$other),*].get(place).copied()).unwrap_or($name::$variant)
            }

            fn nothing() -> Self {
                $name::$variant
            }
        }
    };
    ($name:ident as key { $($word:literal => $variant:ident),* $(,)? }) => {
        $crate::tree::tree_words!($name { $($word => $variant),* });

        impl $crate::tree::FromKey for $name {
            fn of_key(key: &str) -> Result<Self, serde::de::value::Error> {
                let place = $crate::tree::of_word(key, &[$($word),*])?;
                Ok([$($name::$variant),*][place])
            }
        }
    };
}

pub(crate) use {from_tree, toml_table, tree_words};
