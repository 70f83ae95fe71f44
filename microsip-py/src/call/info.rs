//! What is known about a call.

use microsip_core as core;

use crate::{names, snapshot};

names!(core::CallState as "CallState" [Calling, Incoming, Early, Connecting, Confirmed, Disconnected]);
names!(core::EndedBy as "EndedBy" [Local, Remote, Network]);
names!(core::EndCause as "EndCause" [HungUp, Cancelled, Rejected, TimedOut, TransportFailed, Replaced]);
names!(core::HoldState as "HoldState" [None, Local, Remote, Both]);
names!(core::MediaDirection as "MediaDirection" [Inactive, SendOnly, ReceiveOnly, SendReceive]);

snapshot!(core::CallEnd as "CallEnd" { code, reason, by, cause, error, reasons });
snapshot!(core::Codec as "Codec" { name, clock_rate, channels });
snapshot!(core::MediaInfo as "MediaInfo" {
    active, direction, codec, payload_type, remote_rtp, srtp, srtp_suite, ice,
});

snapshot!(core::CallInfo as "CallInfo" {
    id = |it| it.id.get(),
    account = |it| it.account.get(),
    direction, state, local_uri, remote_uri, remote_contact, sip_call_id, local_tag, remote_tag,
    invite, message, last_status, media, hold, muted, started, confirmed,
    transferred_from = |it| it.transferred_from.map(core::CallId::get),
    replaces = |it| it.replaces.map(core::CallId::get),
    end, stats,
    duration = |it| it.duration(),
    remote_user = |it| it.remote_user(),
});
