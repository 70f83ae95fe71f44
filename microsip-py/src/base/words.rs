//! Enumerations that are open: words nobody knows are texts in Python.

/// As [`names!`](crate::names), for an enum of the library whose variant `Other` holds a text: that is a `str` in Python, every other
/// one a member of the enum. A text that is the value of a member is taken for it.
#[macro_export]
macro_rules! words {
    ($core:ident as $class:literal [$($variant:ident),+ $(,)?]) => {
        impl $crate::base::ToPy for ::microsip_core::$core {
            fn to_py<'py>(&self, py: ::pyo3::Python<'py>) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                match self {
                    $(::microsip_core::$core::$variant)|+ => CLASS.call1(py, (self.name(),)),
                    ::microsip_core::$core::Other(text) => $crate::base::ToPy::to_py(text, py),
                    newer => $crate::base::ToPy::to_py(newer.name(), py),
                }
            }
        }

        impl $crate::base::FromPy for ::microsip_core::$core {
            fn from_py(value: &::pyo3::Bound<'_, ::pyo3::PyAny>) -> ::pyo3::PyResult<Self> {
                let text: String = match value.extract() {
                    Ok(text) => text,
                    Err(_) => {
                        let class = $crate::base::model(value.py(), $class)?;
                        if !value.is_instance(&class)? {
                            return Err($crate::base::Fault::type_error(format!(
                                concat!("expected a ", $class, " or a text, not {}"), value.get_type()
                            )).into());
                        }
                        value.getattr("value")?.extract()?
                    }
                };
                let known = [$(::microsip_core::$core::$variant),+];
                Ok(known.into_iter().find(|it| it.name() == text).unwrap_or(::microsip_core::$core::Other(text)))
            }
        }
    };
}
