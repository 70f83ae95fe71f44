//! Enumerations: by their stable lower-case names, which are the values of Python's.

use pyo3::exceptions::PySystemError;
use pyo3::prelude::*;

use super::Class;

/// The enum of Python, once its values have been compared.
pub fn class<'py>(py: Python<'py>, class: &'py Class, names: &[&str]) -> PyResult<&'py Bound<'py, PyAny>> {
    class.get_checked(py, |it| {
        let members: Vec<Bound<'_, PyAny>> = it.try_iter()?.collect::<PyResult<_>>()?;
        let known: Vec<String> = members
            .iter()
            .map(|member| member.getattr("value")?.extract())
            .collect::<PyResult<_>>()?;
        let mut theirs: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut ours = names.to_vec();
        theirs.sort_unstable();
        ours.sort_unstable();
        if theirs != ours {
            return Err(PySystemError::new_err(format!(
                "{} has the values {theirs:?} in Python and {ours:?} in Rust",
                class.name()
            )));
        }
        Ok(())
    })
}

/// An enum of the library that Python has as an `enum.Enum` with the same names as values. A text of that value is taken, too.
///
/// The first form asks the library for the names (`.name()`); the second gives them.
#[macro_export]
macro_rules! names {
    ($core:ty as $class:literal [$($variant:ident),+ $(,)?]) => {
        $crate::names!(@impl $core, $class, |it: $core| it.name(), [$((<$core>::$variant, <$core>::$variant.name())),+]);
    };
    ($core:ty as $class:literal { $($variant:ident = $name:literal),+ $(,)? }) => {
        $crate::names!(@impl $core, $class, |it: $core| {
            #[allow(unreachable_patterns, reason = "the library may add values; those of today are all here")]
            match it {
                $(<$core>::$variant => $name,)+
                _ => "unknown",
            }
        }, [$((<$core>::$variant, $name)),+]);
    };
    (@impl $core:ty, $class:literal, $name:expr, [$($pair:expr),+]) => {
        impl $crate::base::ToPy for $core {
            fn to_py<'py>(&self, py: ::pyo3::Python<'py>) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                use ::pyo3::types::PyAnyMethods as _;
                static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                let name: &str = ($name)(*self);
                let names = [$($pair),+].map(|(_, name)| name);
                let class = $crate::base::enum_class(py, &CLASS, &names)?;
                let _inside = $crate::base::life::enter(py);
                class.call1((name,))
            }
        }
        impl $crate::base::FromPy for $core {
            fn from_py(value: &::pyo3::Bound<'_, ::pyo3::PyAny>) -> ::pyo3::PyResult<Self> {
                use ::pyo3::types::PyAnyMethods as _;
                let known = [$($pair),+];
                let text = match value.extract::<String>() {
                    Ok(text) => text,
                    Err(_) => {
                        static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                        let names = known.each_ref().map(|(_, name)| *name);
                        let class = $crate::base::enum_class(value.py(), &CLASS, &names)?;
                        if !value.is_instance(class)? {
                            return Err($crate::base::Fault::type_error(format!(
                                concat!("expected a ", $class, " or its name, not {}"), value.get_type()
                            )).into());
                        }
                        value.getattr("_value_")?.extract()?
                    }
                };
                known.iter().find(|(_, name)| *name == text).map(|(it, _)| it.clone()).ok_or_else(|| {
                    let names: Vec<&str> = known.iter().map(|(_, name)| *name).collect();
                    $crate::base::Fault::value_error(format!(
                        concat!("{:?} is no ", $class, "; expected one of: {}"), text, names.join(", ")
                    )).into()
                })
            }
        }
    };
}
