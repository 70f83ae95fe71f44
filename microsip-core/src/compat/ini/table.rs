//! The macro that makes a typed struct and its table of keys from one list, so that they cannot differ.

/// One line is one key: documentation, field, type, name in the file, default as text, how it is read, what becomes of it.
macro_rules! keys {
    (
        $(#[$struct_doc:meta])* $name:ident in $section:ident, $table:ident;
        $(#[doc = $doc:literal] $field:ident: $ty:ty = $key:literal $default:literal $kind:expr, $disposition:ident;)*
    ) => {
        /// The keys of this section, in MicroSIP's order.
        pub const $table: &[Key] = &[$(Key {
            name: $key,
            section: SectionKind::$section,
            kind: $kind,
            default: $default,
            disposition: Disposition::$disposition,
            meaning: $doc.trim_ascii(),
        },)*];

        $(#[$struct_doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                #[doc = $doc]
                #[doc = ""]
                #[doc = concat!("Key `", $key, "`, default `", $default, "`.")]
                pub $field: $ty,
            )*
        }

        /// Values as they are in the file; secrets are masked, those in URLs as well.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &masked($key, &self.$field.text($kind))))*
                    .finish()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name { $($field: <$ty as Value>::parse($kind, $default).unwrap_or_default(),)* }
            }
        }

        impl $name {
            $(
                #[doc = concat!("Sets `", $key, "`.")]
                pub fn $field(mut self, value: impl Into<$ty>) -> Self {
                    self.$field = value.into();
                    self
                }
            )*

            /// The keys in which two differ; what a live reload has to act on.
            pub fn differences(&self, other: &Self) -> Vec<&'static Key> {
                let mut keys = $table.iter();
                let mut found = Vec::new();
                $(if let Some(key) = keys.next() && self.$field != other.$field {
                    found.push(key);
                })*
                found
            }

            fn read_section(section: &Section<'_>, warnings: &mut Vec<IniWarning>) -> Self {
                let mut keys = $table.iter();
                $name {
                    $($field: match keys.next() {
                        Some(key) => section.read(key, warnings),
                        None => Default::default(),
                    },)*
                }
            }

            /// Writes what differs from `old`, which is what the file says; how many lines changed. Passwords are not written.
            fn write_section(&self, old: &Self, ini: &mut IniFile, section: &str) -> Result<usize> {
                let mut changed = 0;
                $(if self.$field != old.$field {
                    let text = self.$field.text($kind);
                    changed += usize::from(match $kind {
                        ValueKind::Password => false,
                        ValueKind::Quoted => ini.set_quoted(section, $key, &text)?,
                        _ => ini.set(section, $key, &text)?,
                    });
                })*
                Ok(changed)
            }
        }
    };
}
pub(super) use keys;
