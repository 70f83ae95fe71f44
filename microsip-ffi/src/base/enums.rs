//! Enumerations: numbers in C, which may be any number, and enums in Rust, which may not.

use super::{Fault, Outcome};
use crate::status::microsip_status_e;

/// An enum of the library and its numbers in C. 0 is no value of any enumeration in C.
pub(crate) trait Code: Sized {
    /// For messages: `"call state"`.
    const NAME: &'static str;
    /// Its number; 0 for a value that C has no name for yet.
    fn code(&self) -> i32;
    fn from_code(code: i32) -> Option<Self>;

    /// The value of an argument.
    fn arg(code: i32) -> Outcome<Self> {
        Self::from_code(code).ok_or_else(|| {
            Fault::new(
                microsip_status_e::MICROSIP_STATUS_INVALID_ENUM,
                format!("{code} is no {}", Self::NAME),
            )
        })
    }

    /// As [`Code::arg`]; 0 is `None`.
    fn opt_arg(code: i32) -> Outcome<Option<Self>> {
        match code {
            0 => Ok(None),
            code => Self::arg(code).map(Some),
        }
    }
}

/// Pairs the enum of C (whose definition stands beside, for the header) with the library's.
#[macro_export]
#[doc(hidden)]
macro_rules! code {
    ($c:ident, $name:literal, $core:ty { $($number:ident = $variant:ident),+ $(,)? }) => {
        impl $crate::base::Code for $core {
            const NAME: &'static str = $name;
            #[allow(unreachable_patterns, reason = "the library may add values; those of today are all here")]
            fn code(&self) -> i32 {
                match self {
                    $(<$core>::$variant => $c::$number as i32,)+
                    _ => 0,
                }
            }
            fn from_code(code: i32) -> Option<Self> {
                $(if code == $c::$number as i32 {
                    return Some(<$core>::$variant);
                })+
                None
            }
        }
    };
}
