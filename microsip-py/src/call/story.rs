//! The story of a call.

use microsip_core as core;
use pyo3::prelude::*;

use crate::base::ToPy;
use crate::{event, names, snapshot};

names!(core::Decision as "Decision" [Account, Route, Transport, Codec, Protection, Credentials, Policy]);
snapshot!(core::StoryEntry as "StoryEntry" { at, step });
snapshot!(core::Story as "Story" { entries, left_out, text = |it| it.to_string() });

impl ToPy for core::StoryStep {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            core::StoryStep::Asked { what } => event!(py, "StoryAsked" { what }),
            core::StoryStep::Message {
                direction,
                line,
                bytes,
                transport,
                remote,
            } => event!(py, "StoryMessage" { direction, line, bytes, transport, remote }),
            core::StoryStep::Decided { about, what } => event!(py, "StoryDecided" { about, what }),
            core::StoryStep::Ended { why } => event!(py, "StoryEnded" { why }),
            // Of a newer library than this module was written for.
            other => event!(py, "StoryAsked" { what: format!("{other:?}") }),
        }
    }
}
