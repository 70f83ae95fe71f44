//! Enumerations: by their stable lower-case names, which are the values of Python's.

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
                let class = CLASS.get(py)?;
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
                        let class = $crate::base::model(value.py(), $class)?;
                        if !value.is_instance(&class)? {
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
