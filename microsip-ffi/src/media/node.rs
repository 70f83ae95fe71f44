//! Who hears whom.

use microsip_core::{AudioNode, AudioNodeRef};

use super::gain::gain;
use super::{
    microsip_audio_devices_t, microsip_audio_sink_t, microsip_audio_source_t, microsip_player_t, microsip_recorder_t,
    microsip_tone_player_t,
};
use crate::base::{Fault, Out, free, get, guard, put, share};
use crate::call::microsip_call_t;
use crate::endpoint::{microsip_endpoint_t, running};
use crate::handle;
use crate::status::microsip_status_t;

/// Names something with audio: a call, a player, a recorder, a stream, devices. For `microsip_endpoint_connect`. It
/// keeps nothing alive: connecting what has ended is `GONE`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct microsip_node_t {
    /// Opaque.
    pub token: u64,
}

handle!(microsip_node_t, 90, "node", AudioNodeRef);

/// The call as a node: what it says comes from the peer, what it hears goes to the peer. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_call_node(call: microsip_call_t, node: *mut microsip_node_t) -> microsip_status_t {
    guard("microsip_call_node", || {
        let out = Out::new(node, "node")?;
        let call = get(call)?;
        out.set(put(call.node_ref())?);
        Ok(())
    })
}

/// The player as a node, which is heard and hears nothing. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_player_node(
    player: microsip_player_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_player_node", || {
        let out = Out::new(node, "node")?;
        let player = get(player)?;
        out.set(put(player.node_ref())?);
        Ok(())
    })
}

/// The recorder as a node, which hears and says nothing. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_recorder_node(
    recorder: microsip_recorder_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_recorder_node", || {
        let out = Out::new(node, "node")?;
        let recorder = get(recorder)?;
        out.set(put(recorder.node_ref())?);
        Ok(())
    })
}

/// The tone as a node, which is heard and hears nothing. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_tone_player_node(
    player: microsip_tone_player_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_tone_player_node", || {
        let out = Out::new(node, "node")?;
        let player = get(player)?;
        out.set(put(player.node_ref())?);
        Ok(())
    })
}

/// The sink as a node, which hears and says nothing. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_sink_node(
    sink: microsip_audio_sink_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_audio_sink_node", || {
        let out = Out::new(node, "node")?;
        let sink = get(sink)?;
        out.set(put(sink.node)?);
        Ok(())
    })
}

/// The source as a node, which is heard and hears nothing. As a new handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_source_node(
    source: microsip_audio_source_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_audio_source_node", || {
        let out = Out::new(node, "node")?;
        let source = get(source)?;
        out.set(put(source.node)?);
        Ok(())
    })
}

/// Open devices as a node: what it says comes from the microphone, what it hears goes to the loudspeaker. As a new
/// handle to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_node(
    devices: microsip_audio_devices_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_node", || {
        let out = Out::new(node, "node")?;
        let devices = get(devices)?;
        out.set(put(devices.node_ref())?);
        Ok(())
    })
}

/// The ringing loudspeaker of open devices as a node, to connect players and tones to, as a new handle to be freed;
/// `NO_VALUE` if none was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_audio_devices_ringing_node(
    devices: microsip_audio_devices_t,
    node: *mut microsip_node_t,
) -> microsip_status_t {
    guard("microsip_audio_devices_ringing_node", || {
        let out = Out::new(node, "node")?;
        let node = get(devices)?
            .ringing_node()
            .ok_or_else(|| Fault::none("loudspeaker for ringing"))?;
        out.set(put(node.node_ref())?);
        Ok(())
    })
}

/// Lets `to` hear `from`, with a gain of -42 to +6 dB (minus infinity: silence); again to change the gain. Both may be
/// calls whose audio starts later: the link is made whenever both run, and lasts until `microsip_endpoint_disconnect`
/// or the end of one of them. A link adds to others: whoever is linked from several hears them mixed.
///
/// Statuses: `INVALID_ARGUMENT` for a gain out of its range, when `from` cannot be heard, `to` cannot hear or both are
/// the same; `GONE` when one of them has ended; `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_connect(
    endpoint: microsip_endpoint_t,
    from: microsip_node_t,
    to: microsip_node_t,
    gain_db: f32,
) -> microsip_status_t {
    guard("microsip_endpoint_connect", || {
        let gain = gain(gain_db)?;
        let (from, to) = (get(from)?, get(to)?);
        running(endpoint)?.with(|e| Ok(e.connect(&**from, &**to, gain)?))
    })
}

/// Takes back what `microsip_endpoint_connect` did. Two calls of a conference still hear each other. Nothing happens
/// when the two are not connected.
///
/// Statuses: `GONE` when one of them has ended, `NOT_RUNNING`.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_endpoint_disconnect(
    endpoint: microsip_endpoint_t,
    from: microsip_node_t,
    to: microsip_node_t,
) -> microsip_status_t {
    guard("microsip_endpoint_disconnect", || {
        let (from, to) = (get(from)?, get(to)?);
        running(endpoint)?.with(|e| Ok(e.disconnect(&**from, &**to)?))
    })
}

/// Another handle to the same node, to be freed as well.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn microsip_node_clone(node: microsip_node_t, clone: *mut microsip_node_t) -> microsip_status_t {
    guard("microsip_node_clone", || {
        let out = Out::new(clone, "clone")?;
        out.set(share(node)?);
        Ok(())
    })
}

/// Frees a handle; the zero handle is fine.
#[unsafe(no_mangle)]
pub extern "C" fn microsip_node_free(node: microsip_node_t) -> microsip_status_t {
    guard("microsip_node_free", || free(node))
}
