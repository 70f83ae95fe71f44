//! SIP's own things: messages of the peer, transports, digits, reasons.

use microsip_core as core;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::base::ToPy;
use crate::{handle, names, snapshot};

names!(core::Transport as "Transport" [Udp, Tcp, Tls]);
names!(core::Direction as "Direction" [Outgoing, Incoming]);
names!(core::DtmfMethod as "DtmfMethod" [Auto, RtpEvent, InBand, Info, InfoPlain]);

snapshot!(core::Reason as "Reason" { protocol, cause, text });
snapshot!(core::Identity as "Identity" { asserted, remote_party, diversions, history, privacy, anonymous });
snapshot!(core::Diversion as "Diversion" { from_ = |it| it.from, reason, count });
snapshot!(core::HistoryEntry as "HistoryEntry" { uri, index });

impl ToPy for core::Digit {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_char().to_string().to_py(py)
    }
}

handle!(Message, core::Message, "Message");

#[pymethods]
impl Message {
    #[getter]
    fn raw<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.raw())
    }

    #[getter]
    fn source<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.source().to_py(py)
    }

    #[getter]
    fn transport<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.transport().to_py(py)
    }

    #[getter]
    fn received_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.received_at().to_py(py)
    }

    #[getter]
    fn method(&self) -> &str {
        self.0.method()
    }

    #[getter]
    fn request_uri(&self) -> Option<&str> {
        self.0.request_uri()
    }

    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.status().to_py(py)
    }

    #[getter]
    fn reason_phrase(&self) -> &str {
        self.0.reason_phrase()
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.headers().to_py(py)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    fn header_all(&self, name: &str) -> Vec<String> {
        self.0.headers().all(name).map(str::to_owned).collect()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    #[getter]
    fn content_type(&self) -> String {
        self.0.content_type()
    }

    #[getter]
    fn call_id(&self) -> &str {
        self.0.call_id()
    }

    #[getter]
    fn cseq(&self) -> (u32, &str) {
        self.0.cseq()
    }

    #[getter]
    #[expect(clippy::wrong_self_convention, reason = "it is the tag of From")]
    fn from_tag(&self) -> Option<&str> {
        self.0.from_tag()
    }

    #[getter]
    fn to_tag(&self) -> Option<&str> {
        self.0.to_tag()
    }

    #[getter]
    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.identity().to_py(py)
    }

    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.reasons().to_py(py)
    }
}
