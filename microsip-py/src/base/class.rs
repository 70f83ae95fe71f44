//! Classes of `microsip` that are made from here.

use pyo3::call::PyCallArgs;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::life;

/// Looked up once: a class, or anything else that `microsip` exports.
pub struct Class {
    name: &'static str,
    cell: PyOnceLock<Py<PyAny>>,
}

impl Class {
    pub const fn new(name: &'static str) -> Class {
        Class {
            name,
            cell: PyOnceLock::new(),
        }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The class itself.
    pub fn get<'py>(&'py self, py: Python<'py>) -> PyResult<&'py Bound<'py, PyAny>> {
        self.cell
            .get_or_try_init(py, || model(py, self.name).map(Bound::unbind))
            .map(|it| it.bind(py))
    }

    /// Calls it. Python code runs then, so whoever ends the interpreter waits for it.
    pub fn call1<'py>(&'py self, py: Python<'py>, args: impl PyCallArgs<'py>) -> PyResult<Bound<'py, PyAny>> {
        let it = self.get(py)?;
        let _inside = life::enter(py);
        it.call1(args)
    }

    /// Calls a method of it, in the same way.
    pub fn call_method1<'py>(
        &'py self,
        py: Python<'py>,
        name: &str,
        args: impl PyCallArgs<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let it = self.get(py)?;
        let _inside = life::enter(py);
        it.call_method1(name, args)
    }

    /// As [`Class::get`], looked at once by `check`.
    pub fn get_checked<'py>(
        &'py self,
        py: Python<'py>,
        check: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<()>,
    ) -> PyResult<&'py Bound<'py, PyAny>> {
        self.cell
            .get_or_try_init(py, || {
                let class = model(py, self.name)?;
                check(&class)?;
                Ok(class.unbind())
            })
            .map(|it| it.bind(py))
    }
}

/// What the package exports by this name; `"compat.Contact"` is what its subpackage `compat` exports.
pub fn model<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match name.rsplit_once('.') {
        Some((package, name)) => py.import(format!("microsip.{package}"))?.getattr(name),
        None => py.import("microsip")?.getattr(name),
    }
}
