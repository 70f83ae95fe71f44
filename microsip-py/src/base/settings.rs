//! Settings: dataclasses of Python whose fields are those of a struct of the library. `None` leaves the library's default.

use pyo3::prelude::*;

use pyo3::exceptions::PySystemError;

use super::{Class, Fault, FromPy};

/// The dataclass, once its fields have been compared, whose order does not matter.
pub fn class<'py>(py: Python<'py>, class: &'py Class, fields: &[&str]) -> PyResult<&'py Bound<'py, PyAny>> {
    class.get_checked(py, |it| {
        let known: Vec<String> = it.getattr("__match_args__")?.extract()?;
        let mut theirs: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut ours = fields.to_vec();
        theirs.sort_unstable();
        ours.sort_unstable();
        if theirs != ours {
            return Err(PySystemError::new_err(format!(
                "{} has the fields {theirs:?} in Python, and Rust reads {ours:?}",
                class.name()
            )));
        }
        Ok(())
    })
}

/// Reads one field into its place; an error says which field it is about.
pub fn field<T: FromPy>(from: &Bound<'_, PyAny>, class: &str, name: &str, into: &mut T) -> PyResult<()> {
    let value = from.getattr(name)?;
    if !value.is_none() {
        *into = T::from_py(&value).map_err(|e| named(from.py(), class, name, e))?;
    }
    Ok(())
}

/// The same exception, with the name of the field before its words.
pub fn named(py: Python<'_>, class: &str, name: &str, error: PyErr) -> PyErr {
    let reason = error.value(py).getattr("reason").and_then(|it| it.extract::<String>());
    let text = format!(
        "{class}.{name}: {}",
        reason.unwrap_or_else(|_| error.value(py).to_string())
    );
    if error.is_instance_of::<pyo3::exceptions::PyTypeError>(py) {
        Fault::type_error(text).into()
    } else if error.is_instance_of::<pyo3::exceptions::PyValueError>(py)
        || error.is_instance_of::<pyo3::exceptions::PyOverflowError>(py)
    {
        Fault::value_error(text).into()
    } else {
        error
    }
}

/// Makes a `FromPy` of a struct with a default: `settings!(core::CallOptions as "CallOptions" { anonymous, headers })`.
/// A field that wants more than its value is set by a function: `{ codecs: |it, list: String| it.codecs = core::Codec::list(&list)? }`.
#[macro_export]
macro_rules! settings {
    ($core:ty as $class:literal { $($field:ident $(: |$it:ident, $value:ident : $type:ty| $set:expr)?),+ $(,)? }) => {
        $crate::settings!($core, <$core>::default(), $class { $($field $(: |$it, $value: $type| $set)?),+ });
    };
    ($core:ty, $new:expr, $class:literal { $($field:ident $(: |$it:ident, $value:ident : $type:ty| $set:expr)?),+ $(,)? }) => {
        impl $crate::base::FromPy for $core {
            fn from_py(from: &::pyo3::Bound<'_, ::pyo3::PyAny>) -> ::pyo3::PyResult<Self> {
                use ::pyo3::types::PyAnyMethods as _;
                static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                let class = $crate::base::settings_class(from.py(), &CLASS, &[$(stringify!($field)),+])?;
                if !from.is_instance(class)? {
                    return Err($crate::base::Fault::type_error(format!(
                        concat!("expected ", $class, ", not {}"), from.get_type()
                    )).into());
                }
                let mut it: $core = $new;
                $($crate::settings!(@field it, from, $class, $field $(, $core, $it, $value, $type, $set)?);)+
                Ok(it)
            }
        }
    };
    (@field $into:ident, $from:ident, $class:literal, $field:ident) => {
        $crate::base::settings_field($from, $class, stringify!($field), &mut $into.$field)?
    };
    (@field $into:ident, $from:ident, $class:literal, $field:ident, $core:ty, $it:ident, $value:ident, $type:ty, $set:expr) => {{
        let found = $from.getattr(stringify!($field))?;
        if !found.is_none() {
            let set = |$it: &mut $core, $value: $type| -> $crate::base::Outcome<()> { $set; Ok(()) };
            <$type as $crate::base::FromPy>::from_py(&found)
                .and_then(|value| set(&mut $into, value).map_err(::pyo3::PyErr::from))
                .map_err(|e| $crate::base::settings_named($from.py(), $class, stringify!($field), e))?;
        }
    }};
}
