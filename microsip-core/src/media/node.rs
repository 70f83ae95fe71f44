//! What can be connected over the bridge.

use super::{Conference, Player, Recorder, Tap};
use crate::call::Call;
use crate::engine::Owner;

pub(crate) mod sealed {
    /// The number of a node in the engine's graph.
    pub trait Node {
        /// The number.
        fn node(&self) -> u64;
    }
}

/// Something with audio on the bridge: a [`Call`], a [`Player`], a [`Recorder`], a stream or a device.
///
/// [`Endpoint::connect`](crate::Endpoint::connect) lets one hear another. Only this crate implements it.
pub trait AudioNode: sealed::Node {
    /// Names it without keeping it: for those who hold nodes of several kinds, or connect a stream that another thread reads.
    fn node_ref(&self) -> AudioNodeRef {
        AudioNodeRef { node: self.node() }
    }
}

/// Names a node ([`AudioNode::node_ref`]). It keeps nothing alive: connecting what has ended is [`Gone`](crate::ErrorKind::Gone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AudioNodeRef {
    node: u64,
}

impl AudioNodeRef {
    /// Its number: no other node of this process has it.
    pub fn number(&self) -> u64 {
        self.node
    }
}

macro_rules! node {
    ($type:ty, |$it:ident| $id:expr) => {
        impl sealed::Node for $type {
            fn node(&self) -> u64 {
                let $it = self;
                $id
            }
        }
        impl AudioNode for $type {}
    };
}
pub(super) use node;

node!(AudioNodeRef, |it| it.node);
node!(Call, |call| call.id().get());
node!(Player, |player| player.core.id);
node!(Recorder, |recorder| recorder.core.id);

/// What a file or stream belongs to: it ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudioTarget {
    /// A call: its peer hears a source; a sink hears what its [`Tap`] says.
    Call(Call),
    /// A conference: all calls hear a source; a sink hears all of them and what is played to them.
    Conference(Conference),
    /// Nothing: [`Endpoint::connect`](crate::Endpoint::connect) connects it by hand, and it lasts until it is stopped or has
    /// played through.
    Free,
}

impl AudioTarget {
    /// In the graph's terms.
    pub(crate) fn owner(&self, tap: Tap) -> Owner {
        match self {
            AudioTarget::Call(call) => Owner::Call(call.id(), tap),
            AudioTarget::Conference(conference) => Owner::Conference(conference.core.id),
            AudioTarget::Free => Owner::Nobody,
        }
    }

    /// The call, if it is one.
    pub fn call(&self) -> Option<&Call> {
        match self {
            AudioTarget::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The conference, if it is one.
    pub fn conference(&self) -> Option<&Conference> {
        match self {
            AudioTarget::Conference(conference) => Some(conference),
            _ => None,
        }
    }
}

impl From<&Call> for AudioTarget {
    fn from(call: &Call) -> Self {
        AudioTarget::Call(call.clone())
    }
}

impl From<&Conference> for AudioTarget {
    fn from(conference: &Conference) -> Self {
        AudioTarget::Conference(conference.clone())
    }
}
