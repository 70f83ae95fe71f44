//! Values that cross over.
//!
//! Durations are seconds as `float` (a `timedelta` is taken, too), points in time are aware `datetime`s, addresses are
//! `"host:port"`, statuses are numbers, bytes are `bytes`.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use microsip_core as core;
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDelta, PyList, PyTuple};

use super::Fault;

/// A value that goes to Python.
pub trait ToPy {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// A value that comes from Python.
pub trait FromPy: Sized {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self>;
}

/// Python calls it an overflow, which is no `ValueError`.
fn in_range<T>(value: &Bound<'_, PyAny>, found: PyResult<T>, least: impl Display, most: impl Display) -> PyResult<T> {
    found.map_err(|e| {
        if e.is_instance_of::<PyOverflowError>(value.py()) {
            Fault::value_error(format!("expected a number from {least} to {most}")).into()
        } else {
            e
        }
    })
}

macro_rules! plain {
    ($($type:ty),+) => {$(
        impl ToPy for $type {
            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.clone().into_bound_py_any(py)
            }
        }
        impl FromPy for $type {
            fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
                in_range(value, value.extract(), <$type>::MIN, <$type>::MAX)
            }
        }
    )+};
}

plain!(u8, u16, u32, u64, usize, i8, i16, i32, i64, f32, f64);

impl ToPy for String {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.into_bound_py_any(py)
    }
}

impl FromPy for String {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value.extract()
    }
}

impl ToPy for bool {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.into_bound_py_any(py)
    }
}

impl FromPy for bool {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value.extract()
    }
}

impl ToPy for str {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.into_bound_py_any(py)
    }
}

impl<T: ToPy + ?Sized> ToPy for &T {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (**self).to_py(py)
    }
}

impl<T: ToPy + ?Sized> ToPy for Arc<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (**self).to_py(py)
    }
}

impl<T: ToPy + ?Sized> ToPy for Box<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (**self).to_py(py)
    }
}

impl<T: ToPy> ToPy for Option<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(it) => it.to_py(py),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<T: FromPy> FromPy for Option<T> {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            Ok(None)
        } else {
            T::from_py(value).map(Some)
        }
    }
}

/// Lists are tuples in snapshots, which are frozen.
impl<T: ToPy> ToPy for Vec<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_slice().to_py(py)
    }
}

impl<T: ToPy> ToPy for [T] {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items = self.iter().map(|it| it.to_py(py)).collect::<PyResult<Vec<_>>>()?;
        Ok(PyTuple::new(py, items)?.into_any())
    }
}

/// A list that its owner may change.
pub fn list_of<'py, T: ToPy>(py: Python<'py>, items: impl IntoIterator<Item = T>) -> PyResult<Bound<'py, PyList>> {
    let items = items.into_iter().map(|it| it.to_py(py)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, items)
}

impl<T: FromPy> FromPy for Vec<T> {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<pyo3::types::PyString>() {
            return Err(Fault::type_error("expected a sequence, not one text").into());
        }
        value.try_iter()?.map(|it| T::from_py(&it?)).collect()
    }
}

impl<A: ToPy, B: ToPy> ToPy for (A, B) {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, [self.0.to_py(py)?, self.1.to_py(py)?])?.into_any())
    }
}

impl<A: FromPy, B: FromPy> FromPy for (A, B) {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let [a, b]: [Bound<'_, PyAny>; 2] = value.extract()?;
        Ok((A::from_py(&a)?, B::from_py(&b)?))
    }
}

impl ToPy for Duration {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_secs_f64().to_py(py)
    }
}

impl FromPy for Duration {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let seconds: f64 = if value.is_instance_of::<PyDelta>() {
            value.call_method0("total_seconds")?.extract()?
        } else {
            match value.extract::<f64>() {
                Err(e) if e.is_instance_of::<PyOverflowError>(value.py()) => f64::INFINITY,
                seconds => seconds?,
            }
        };
        Duration::try_from_secs_f64(seconds)
            .map_err(|_| Fault::value_error(format!("{seconds} is no time span; expected seconds from 0 on")).into())
    }
}

impl ToPy for SystemTime {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        (*self).into_bound_py_any(py)
    }
}

impl FromPy for SystemTime {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value.extract()
    }
}

/// A moment by the monotonic clock becomes one by the wall clock, as that is set now.
impl ToPy for Instant {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (now, wall) = (Instant::now(), SystemTime::now());
        let at = match self.checked_duration_since(now) {
            Some(ahead) => wall + ahead,
            None => wall - now.duration_since(*self),
        };
        at.to_py(py)
    }
}

impl ToPy for SocketAddr {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_string().to_py(py)
    }
}

impl FromPy for SocketAddr {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok((host, port)) = value.extract::<(String, u16)>() {
            let host: IpAddr = parse(&host, "IP address")?;
            return Ok(SocketAddr::new(host, port));
        }
        parse(
            &value.extract::<String>()?,
            "address; expected host:port, such as 0.0.0.0:5060",
        )
    }
}

impl ToPy for IpAddr {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_string().to_py(py)
    }
}

impl FromPy for IpAddr {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        parse(&value.str()?.extract::<String>()?, "IP address")
    }
}

fn parse<T: std::str::FromStr>(text: &str, what: &str) -> PyResult<T> {
    text.parse()
        .map_err(|_| Fault::value_error(format!("{text:?} is no {what}")).into())
}

impl<T: FromPy> FromPy for RangeInclusive<T> {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (first, last) = <(T, T)>::from_py(value)?;
        Ok(first..=last)
    }
}

impl<T: ToPy> ToPy for RangeInclusive<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, [self.start().to_py(py)?, self.end().to_py(py)?])?.into_any())
    }
}

impl ToPy for core::StatusCode {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.code().to_py(py)
    }
}

impl FromPy for core::StatusCode {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let no_status = || Fault::value_error(format!("{value} is no SIP status; expected 100 to 699"));
        match value.extract::<u16>() {
            Ok(number) => core::StatusCode::new(number).ok_or_else(|| no_status().into()),
            Err(e) if e.is_instance_of::<PyOverflowError>(value.py()) => Err(no_status().into()),
            Err(e) => Err(e),
        }
    }
}

impl FromPy for core::Secret {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        // The value itself must not appear in the error.
        let text: String = value.extract().map_err(|_| Fault::type_error("expected a text"))?;
        Ok(core::Secret::new(text))
    }
}

/// A file name: `str`, `bytes` or `os.PathLike`.
impl FromPy for PathBuf {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value.py().import("os")?.call_method1("fsdecode", (value,))?.extract()
    }
}

impl ToPy for PathBuf {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // As pathlib.Path.
        self.into_bound_py_any(py)
    }
}

impl ToPy for std::path::Path {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.into_bound_py_any(py)
    }
}

/// Bytes, from anything with the buffer protocol; `bytes` in Python.
pub struct Bytes(pub Vec<u8>);

impl ToPy for Bytes {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBytes::new(py, &self.0).into_any())
    }
}

impl FromPy for Bytes {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<pyo3::types::PyString>() {
            return Err(Fault::type_error("expected bytes, not a text").into());
        }
        let bytes = value.py().get_type::<PyBytes>().call1((value
            .py()
            .import("builtins")?
            .getattr("memoryview")?
            .call1((value,))?,))?;
        Ok(Bytes(bytes.cast_into::<PyBytes>()?.as_bytes().to_vec()))
    }
}

/// Headers are a tuple of pairs in order; they come as a mapping or as pairs.
impl ToPy for core::Headers {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.iter().collect::<Vec<(&str, &str)>>().to_py(py)
    }
}

impl FromPy for core::Headers {
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let pairs = match value.call_method0("items") {
            Ok(items) => items,
            Err(_) => value.clone(),
        };
        let mut headers = core::Headers::new();
        for (name, text) in Vec::<(String, String)>::from_py(&pairs)? {
            headers.add(name, text).map_err(Fault::from)?;
        }
        Ok(headers)
    }
}
