//! One way in which values have names: an enum's variants in a table, and what is written and read as a text.

/// Gives an enum's variants their names: `ALL`, `name`, `named` and `Display`; with an error that refuses other texts
/// `FromStr`, too.
///
/// ```
/// enum Side { Left, Right }
/// corrkd_config::named!(Side { Left: "left", Right: "right" });
/// assert_eq!(Side::Left.to_string(), "left");
/// assert!(matches!(Side::named("right"), Some(Side::Right)) && Side::named("up").is_none());
/// ```
#[macro_export]
macro_rules! named {
    ($type:ident { $($variant:ident: $name:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in order.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// The name in files and messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The one of a name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(match self {
                    $(Self::$variant => $name),+
                })
            }
        }
    };
    ($type:ident { $($variants:tt)+ }, $error:ty, $refuse:expr) => {
        $crate::named!($type { $($variants)+ });

        impl ::std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> ::std::result::Result<Self, $error> {
                Self::named(text).ok_or_else(|| ($refuse)(text.to_owned()))
            }
        }
    };
}

/// Has records hold something as the text that it is written and read as: `#[serde(into = "String", try_from = "String")]`.
#[macro_export]
macro_rules! spelled {
    ($type:ty, $error:ty) => {
        impl ::std::convert::From<$type> for ::std::string::String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        impl ::std::convert::TryFrom<::std::string::String> for $type {
            type Error = $error;

            fn try_from(text: ::std::string::String) -> ::std::result::Result<Self, $error> {
                text.parse()
            }
        }
    };
}
