//! JSON as Python's own types.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::{Map, Value};

use crate::base::{Fault, Outcome, ToPy};

impl ToPy for Value {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Value::Null => Ok(py.None().into_bound(py)),
            Value::Bool(value) => value.to_py(py),
            Value::String(value) => value.to_py(py),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => value.to_py(py),
                (None, Some(value)) => value.to_py(py),
                (None, None) => number.as_f64().to_py(py),
            },
            Value::Array(items) => {
                let items = items.iter().map(|it| it.to_py(py)).collect::<PyResult<Vec<_>>>()?;
                Ok(PyList::new(py, items)?.into_any())
            }
            Value::Object(members) => {
                let dict = PyDict::new(py);
                for (name, value) in members {
                    dict.set_item(name, value.to_py(py)?)?;
                }
                Ok(dict.into_any())
            }
        }
    }
}

/// A JSON object from its text. The text may hold a secret, so the error does not repeat it.
pub fn object(source: &str) -> Outcome<Map<String, Value>> {
    match serde_json::from_str(source) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Fault::value_error("a request is a JSON object")),
    }
}
