//! NAT settings of accounts in PJSUA's form.

use std::ffi::c_int;
use std::net::{IpAddr, SocketAddr};

use pjsip_sys as sys;

use crate::account::{AccountNat, ContactRewrite, ContactRewriteMethod, TurnUse};
use crate::endpoint::{EndpointConfig, IceMode, NatConfig, TlsConfig, TurnConfig};
use crate::pj::string::Text;
use crate::pj::tls::system_file;
use crate::pj::transport::Families;
use crate::sip::Transport;

/// Strings of an account's NAT settings; they live until PJSUA has copied them.
struct Texts {
    server: Text,
    realm: Text,
    user: Text,
    password: Text,
    name: Text,
    ca: Text,
    cert: Text,
    key: Text,
    public: Option<Text>,
}

/// An account's settings, joined with the endpoint's.
pub(crate) struct Chosen<'a> {
    nat: &'a NatConfig,
    tls: &'a TlsConfig,
    account: &'a AccountNat,
    turn: Option<&'a TurnConfig>,
    relay: Option<SocketAddr>,
    texts: Texts,
}

/// The relay an account uses.
pub(crate) fn turn_of<'a>(nat: &'a NatConfig, account: &'a AccountNat) -> Option<&'a TurnConfig> {
    match &account.turn {
        TurnUse::Endpoint => nat.turn.as_ref(),
        TurnUse::Off => None,
        TurnUse::Server(turn) => Some(turn),
    }
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(config: &'a EndpointConfig, account: &'a AccountNat, relay: Option<SocketAddr>) -> Chosen<'a> {
        let nat = &config.nat;
        let turn = turn_of(nat, account);
        let of_turn = |get: fn(&TurnConfig) -> &str| Text::new(turn.map_or("", get));
        let TlsConfig {
            ca_file,
            cert_file,
            key_file,
            ..
        } = &config.tls;
        let file = |path: Option<std::path::PathBuf>| Text::new(&path.unwrap_or_default().to_string_lossy());
        let over_tls = turn.is_some_and(|t| t.transport == Transport::Tls);
        let texts = Texts {
            server: Text::new(&relay.map(|r| r.to_string()).unwrap_or_default()),
            realm: of_turn(|t| &t.realm),
            user: of_turn(|t| &t.user),
            password: of_turn(|t| t.password.reveal()),
            name: Text::new(
                &turn
                    .and_then(TurnConfig::address)
                    .map(|(host, _)| host)
                    .unwrap_or_default(),
            ),
            ca: file(over_tls.then(|| ca_file.clone().or_else(system_file)).flatten()),
            cert: file(over_tls.then(|| cert_file.clone()).flatten()),
            key: file(over_tls.then(|| key_file.clone()).flatten()),
            public: account
                .media_address
                .or(nat.public_address)
                .map(|ip| Text::new(&ip.to_string())),
        };
        Chosen {
            nat,
            tls: &config.tls,
            account,
            turn,
            relay,
            texts,
        }
    }

    /// Writes the settings.
    ///
    /// # Safety
    /// `s` must be initialised, and copied while `self` lives.
    pub(in crate::pj) unsafe fn apply(&self, families: Families, s: &mut sys::pjsua_acc_config) {
        let account = self.account;
        s.allow_contact_rewrite = match account.contact_rewrite {
            ContactRewrite::Off => 0,
            ContactRewrite::On => 1,
            ContactRewrite::Always => 2,
        };
        s.contact_rewrite_method = match account.contact_rewrite_method {
            ContactRewriteMethod::Replace => sys::PJSUA_CONTACT_REWRITE_NO_UNREG,
            ContactRewriteMethod::Early => {
                sys::PJSUA_CONTACT_REWRITE_NO_UNREG | sys::PJSUA_CONTACT_REWRITE_ALWAYS_UPDATE
            }
        } as c_int;
        s.allow_via_rewrite = account.via_rewrite.into();
        s.allow_sdp_nat_rewrite = account.sdp_rewrite.into();
        if !account.stun {
            s.sip_stun_use = sys::PJSUA_STUN_USE_DISABLED;
            s.media_stun_use = sys::PJSUA_STUN_USE_DISABLED;
        }
        let v4 = matches!(account.media_address.or(self.nat.public_address), Some(IpAddr::V4(_)));
        if let Some(public) = &self.texts.public
            && (families == Families::V4) == v4
        {
            s.rtp_cfg.public_addr = public.pj();
        }
        let mode = account.ice.unwrap_or(self.nat.ice);
        if mode == IceMode::Off {
            return;
        }
        s.ice_cfg_use = sys::PJSUA_ICE_CONFIG_USE_CUSTOM;
        s.ice_cfg.enable_ice = 1;
        s.ice_cfg.ice_max_host_cands = if mode == IceMode::RelayOnly { 0 } else { -1 };
        // An offer that says the same again only surprises the peer.
        s.ice_cfg.ice_always_update = 0;
        s.ice_cfg.ice_opt.aggressive = self.nat.aggressive.into();
        if mode == IceMode::RelayOnly {
            s.media_stun_use = sys::PJSUA_STUN_USE_DISABLED;
        }
        let (Some(turn), Some(_)) = (self.turn, self.relay) else {
            s.turn_cfg_use = sys::PJSUA_TURN_CONFIG_USE_CUSTOM;
            s.turn_cfg.enable_turn = 0;
            return;
        };
        // SAFETY: initialises members of the caller's structure in place.
        unsafe {
            s.turn_cfg_use = sys::PJSUA_TURN_CONFIG_USE_CUSTOM;
            let t = &mut s.turn_cfg;
            t.enable_turn = 1;
            t.turn_server = self.texts.server.pj();
            t.turn_conn_type = match turn.transport {
                Transport::Udp => sys::PJ_TURN_TP_UDP,
                Transport::Tcp => sys::PJ_TURN_TP_TCP,
                Transport::Tls => sys::PJ_TURN_TP_TLS,
            };
            t.turn_auth_cred.type_ = sys::PJ_STUN_AUTH_CRED_STATIC;
            let cred = &mut t.turn_auth_cred.data.static_cred;
            cred.realm = self.texts.realm.pj();
            cred.username = self.texts.user.pj();
            cred.data_type = sys::PJ_STUN_PASSWD_PLAIN;
            cred.data = self.texts.password.pj();
            #[cfg(feature = "tls")]
            if turn.transport == Transport::Tls {
                let settings = &mut t.turn_tls_setting;
                sys::pj_turn_sock_tls_cfg_default(settings);
                settings.ca_list_file = self.texts.ca.pj();
                settings.cert_file = self.texts.cert.pj();
                settings.privkey_file = self.texts.key.pj();
                settings.ssock_param.verify_peer = self.tls.verify.into();
                settings.ssock_param.server_name = self.texts.name.pj();
                settings.ssock_param.proto = sys::PJ_SSL_SOCK_PROTO_TLS1_2 | sys::PJ_SSL_SOCK_PROTO_TLS1_3;
            }
        }
    }
}
