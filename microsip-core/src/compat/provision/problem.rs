//! What is wrong with a document.

use std::fmt;

use crate::{Error, FailureCode};

/// So many problems are told word by word.
const MAX_PROBLEMS: usize = 100;

/// One thing that is wrong with a document. It never has a secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionProblem {
    /// Where, as JSONPath: `$.accounts[0].transport`; `$` for the whole document.
    pub path: String,
    /// What is wrong, and what is allowed.
    pub message: String,
}

impl fmt::Display for ProvisionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Why a document was refused: everything that is wrong with it. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionRefusal {
    /// At least one; beyond 100, their number only.
    pub problems: Vec<ProvisionProblem>,
}

impl fmt::Display for ProvisionRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the provisioning document is refused")?;
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{} {problem}", if i == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ProvisionRefusal {}

impl From<ProvisionRefusal> for Error {
    fn from(refusal: ProvisionRefusal) -> Error {
        FailureCode::DocumentMalformed.error("provision", refusal.to_string())
    }
}

/// Collects problems; a document that is wrong everywhere must not fill the memory.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<ProvisionProblem>,
    more: usize,
}

impl Problems {
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        if self.list.len() >= MAX_PROBLEMS {
            self.more += 1;
            return;
        }
        self.list.push(ProvisionProblem {
            path: path.into(),
            message: message.into(),
        });
    }

    /// Takes them out; none if there are none.
    pub(super) fn refusal(mut self) -> Option<ProvisionRefusal> {
        if self.more > 0 {
            self.list.push(ProvisionProblem {
                path: "$".into(),
                message: format!("{} more problems are not listed", self.more),
            });
        }
        (!self.list.is_empty()).then_some(ProvisionRefusal { problems: self.list })
    }
}
