//! Values that are one of a few words.

use super::key::{Value, ValueKind};

macro_rules! choices {
    ($(
        $(#[$doc:meta])* $ty:ident {
            $(#[$first_doc:meta])* $first:ident $first_name:literal = $first_text:literal $(| $first_alias:literal)*,
            $($(#[$variant_doc:meta])* $variant:ident $name:literal = $text:literal $(| $alias:literal)*,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[non_exhaustive]
        pub enum $ty {
            $(#[$first_doc])* #[default] $first,
            $($(#[$variant_doc])* $variant,)*
        }

        impl $ty {
            /// Every value.
            pub const ALL: &'static [$ty] = &[$ty::$first, $($ty::$variant,)*];
            pub(super) const TEXTS: &'static [&'static str] = &[$first_text, $($text,)*];

            /// Stable lower-case name for JSON.
            pub fn name(self) -> &'static str {
                match self { $ty::$first => $first_name, $($ty::$variant => $name,)* }
            }

            /// The text in the settings file.
            pub fn ini_text(self) -> &'static str {
                match self { $ty::$first => $first_text, $($ty::$variant => $text,)* }
            }
        }

        impl Value for $ty {
            fn parse(_: ValueKind, text: &str) -> Option<Self> {
                match text.to_ascii_lowercase().as_str() {
                    $first_text $(| $first_alias)* => Some($ty::$first),
                    $($text $(| $alias)* => Some($ty::$variant),)*
                    _ => None,
                }
            }

            fn text(&self, _: ValueKind) -> String {
                self.ini_text().into()
            }
        }
    )*};
}

choices! {
    /// `autoAnswer`: which incoming calls are answered without asking.
    AutoAnswerMode {
        /// None.
        Never "never" = "",
        /// All, while the state `AA` is on.
        Button "button" = "button",
        /// Those whose headers ask for it: `X-AUTOANSWER`, or `Call-Info` with `answer-after=`.
        Header "header" = "header",
        /// All.
        All "all" = "all",
    }

    /// `autoAnswerCalls` (3.22): whether a call is answered automatically while there are others.
    AutoAnswerBeside {
        /// Only when there is no other call.
        Alone "alone" = "",
        /// Also if all others are on hold.
        Held "hold" = "hold",
        /// Always.
        Always "all" = "all",
    }

    /// `forwarding` (3.21): which incoming calls are forwarded to `forwardingNumber`.
    ForwardingMode {
        /// None.
        Never "never" = "",
        /// All, while the state `FWD` is on.
        Button "button" = "button",
        /// All.
        All "all" = "all",
    }

    /// `denyIncoming`: which incoming calls are refused.
    DenyIncoming {
        /// None; the state `DND` has no effect.
        Never "never" = "",
        /// All, while the state `DND` is on.
        Button "button" = "button",
        /// Those for another user name than the account's.
        User "user" = "user",
        /// Those for another domain than the account's.
        Domain "domain" = "domain",
        /// Those for another user name or domain; `address` in 3.20.
        UserDomain "userdomain" = "userdomain" | "address",
        /// Those from another domain than the account's; `rdomain` in 3.20.
        RemoteDomain "remotedomain" = "remotedomain" | "rdomain",
        /// All.
        All "all" = "all",
    }

    /// `DTMFMethod`: how digits are sent in a call.
    IniDtmf {
        /// As RFC 4733 events, or as tones if these are not negotiated.
        Auto "auto" = "0",
        /// As tones in the audio.
        Inband "inband" = "1",
        /// As RFC 4733 events only.
        Rfc4733 "rfc4733" = "2",
        /// By SIP INFO.
        Info "info" = "3",
    }

    /// `recordingFormat`: what recordings are written as.
    IniRecordFormat {
        /// MP3.
        Mp3 "mp3" = "" | "mp3",
        /// WAV.
        Wav "wav" = "wav",
    }

    /// `defaultAction`: what a double-click in a list does.
    DefaultAction {
        /// A call in single-call mode, else a message.
        Mode "mode" = "",
        /// A call.
        Call "call" = "call",
        /// A call with video.
        Video "video" = "video",
        /// A message.
        Message "message" = "message",
    }

    /// `updatesInterval`: how often MicroSIP asks for a new version. Here nothing ever asks.
    UpdatesInterval {
        /// Every week.
        Weekly "weekly" = "" | "weekly",
        /// Every day.
        Daily "daily" = "daily",
        /// Every month.
        Monthly "monthly" = "monthly",
        /// Every three months.
        Quarterly "quarterly" = "quarterly",
        /// Never.
        Never "never" = "never",
        /// At every start.
        Always "always" = "always",
    }

    /// `SRTP`: encryption of media.
    IniSrtp {
        /// None.
        Off "off" = "",
        /// Offered with SDES, not insisted on.
        Optional "optional" = "optional",
        /// SDES or no call.
        Mandatory "mandatory" = "mandatory",
        /// DTLS or SDES, else no call (3.22).
        DtlsSdes "dtls-sdes" = "dtls-sdes",
        /// DTLS or no call (3.22).
        Dtls "dtls" = "dtls",
    }

    /// `transport`: how an account sends.
    IniTransport {
        /// UDP, and TCP for what is too long for it.
        Any "any" = "",
        /// UDP.
        Udp "udp" = "udp",
        /// TCP.
        Tcp "tcp" = "tcp",
        /// TLS.
        Tls "tls" = "tls",
    }
}
