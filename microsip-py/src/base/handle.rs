//! Handles: objects of the library that Python has as classes with one slot, `_native`.

/// Makes a `#[pyclass]` that holds a handle, the way from the library's to Python's class (`Class._of(native)`) and back.
#[macro_export]
macro_rules! handle {
    ($native:ident, $core:ty, $class:literal) => {
        #[doc = concat!("What a `microsip.", $class, "` holds.")]
        #[::pyo3::pyclass(frozen, module = "microsip._microsip")]
        pub struct $native(pub $core);

        impl $crate::base::ToPy for $core {
            fn to_py<'py>(&self, py: ::pyo3::Python<'py>) -> ::pyo3::PyResult<::pyo3::Bound<'py, ::pyo3::PyAny>> {
                use ::pyo3::types::PyAnyMethods as _;
                static CLASS: $crate::base::Class = $crate::base::Class::new($class);
                let native = ::pyo3::Py::new(py, $native(self.clone()))?;
                let class = CLASS.get(py)?;
                let _inside = $crate::base::life::enter(py);
                class.call_method1(::pyo3::intern!(py, "_of"), (native,))
            }
        }

        impl $crate::base::FromPy for $core {
            fn from_py(value: &::pyo3::Bound<'_, ::pyo3::PyAny>) -> ::pyo3::PyResult<Self> {
                use ::pyo3::types::PyAnyMethods as _;
                let wrong = || {
                    $crate::base::Fault::type_error(format!(
                        concat!("expected a ", $class, ", not {}"),
                        value.get_type()
                    ))
                };
                let native = value
                    .getattr(::pyo3::intern!(value.py(), "_native"))
                    .map_err(|_| wrong())?;
                let native = native.cast::<$native>().map_err(|_| wrong())?;
                Ok(native.get().0.clone())
            }
        }
    };
}
