//! Snapshots: structs of the library that Python has as frozen dataclasses with the same fields in the same order.

use pyo3::exceptions::PySystemError;
use pyo3::prelude::*;

use super::Class;

/// The dataclass, once its fields have been compared.
pub fn class<'py>(py: Python<'py>, class: &'py Class, fields: &[&str]) -> PyResult<&'py Bound<'py, PyAny>> {
    class.get_checked(py, |it| {
        let theirs: Vec<String> = it.getattr("__match_args__")?.extract()?;
        if theirs != fields {
            return Err(PySystemError::new_err(format!(
                "{} has the fields {theirs:?} in Python and {fields:?} in Rust",
                class.name()
            )));
        }
        Ok(())
    })
}

/// Makes a `ToPy` of a struct: `snapshot!(core::CallEnd as "CallEnd" { code, reason, by })`. A field that is not one of
/// the struct is given by an expression: `{ name = |it| it.name() }`.
#[macro_export]
macro_rules! snapshot {
    ($core:ty as $class:literal { $($field:ident $(= |$it:ident| $value:expr)?),+ $(,)? }) => {
        impl $crate::base::ToPy for $core {
            fn to_py<'py>(&self, py: ::pyo3::Python<'py>) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                use ::pyo3::types::PyAnyMethods as _;
                static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                let values = [$($crate::snapshot!(@value self, py, $field $(, $it, $value)?)?),+];
                let class = $crate::base::snapshot_class(py, &CLASS, &[$(stringify!($field)),+])?;
                let _inside = $crate::base::life::enter(py);
                class.call1(::pyo3::types::PyTuple::new(py, values)?)
            }
        }
    };
    (@value $self:ident, $py:ident, $field:ident) => {
        $crate::base::ToPy::to_py(&$self.$field, $py)
    };
    (@value $self:ident, $py:ident, $field:ident, $it:ident, $value:expr) => {{
        let $it = $self;
        $crate::base::ToPy::to_py(&$value, $py)
    }};
}
