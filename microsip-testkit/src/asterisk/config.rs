//! The files Asterisk reads.

use std::path::Path;

use super::options::{AsteriskDtmf, AsteriskOptions, AsteriskSrtp, AsteriskUse, AsteriskUser};
use super::{Paths, Ports};
use crate::Result;
use crate::dir::TestDir;

/// Modules that need servers, devices or settings no call of ours has, by the beginning of their names.
const LEFT_OUT: &[&str] = &[
    "app_adsiprog",
    "app_agent",
    "app_alarm",
    "app_amd",
    "app_audiosocket",
    "app_dictate",
    "app_disa",
    "app_externalivr",
    "app_festival",
    "app_followme",
    "app_getcpeid",
    "app_jack",
    "app_minivm",
    "app_mp3",
    "app_sla",
    "app_sms",
    "app_speech",
    "app_stasis",
    "app_test",
    "app_voicemail",
    "app_zapateller",
    "cdr_",
    "cel_",
    "chan_audiosocket",
    "chan_console",
    "chan_iax2",
    "chan_motif",
    "chan_rtp",
    "chan_unistim",
    "chan_websocket",
    "func_callcompletion",
    "func_curl",
    "func_enum",
    "func_odbc",
    "func_realtime",
    "func_speex",
    "func_srv",
    "func_vmcount",
    "pbx_ael",
    "pbx_dundi",
    "pbx_loopback",
    "pbx_lua",
    "pbx_realtime",
    "pbx_spool",
    "res_adsi",
    "res_aeap",
    "res_ael",
    "res_agi",
    "res_ari",
    "res_audiosocket",
    "res_calendar",
    "res_cdrel",
    "res_clialiases",
    "res_config_",
    "res_curl",
    "res_fax",
    "res_geolocation",
    "res_hep",
    "res_http",
    "res_odbc",
    "res_parking",
    "res_phoneprov",
    "res_pjsip_config_wizard",
    "res_pjsip_exten_state",
    "res_pjsip_geolocation",
    "res_pjsip_notify",
    "res_pjsip_outbound_publish",
    "res_pjsip_phoneprov",
    "res_pjsip_publish",
    "res_pjsip_stir",
    "res_pjsip_t38",
    "res_pjsip_transport_websocket",
    "res_pjsip_dialog_info",
    "res_pjsip_xpidf",
    "res_prometheus",
    "res_realtime",
    "res_resolver",
    "res_rtp_multicast",
    "res_smdi",
    "res_snmp",
    "res_sorcery_realtime",
    "res_speech",
    "res_stasis",
    "res_statsd",
    "res_stir",
    "res_stun_monitor",
    "res_timing_pthread",
    "res_tonedetect",
    "res_websocket",
    "res_xmpp",
];

/// Writes everything into `dir`.
pub(super) fn write(options: &AsteriskOptions, ports: &Ports, paths: &Paths, dir: &TestDir) -> Result<()> {
    for sub in ["run", "log", "spool", "lib/keys", "moh", "recordings"] {
        let path = dir.join(sub);
        std::fs::create_dir_all(&path).map_err(|e| crate::Error::io(format!("make {}", path.display()), e))?;
    }
    // Music on hold is a tone of its own pitch, so that a recording tells it from everything else.
    crate::audio::tone(super::HOLD_TONE_HZ, -12.0, std::time::Duration::from_secs(10), 8000)
        .write_wav(dir.join("moh/hold.wav"))?;
    dir.write("asterisk.conf", main_config(paths, dir.path()))?;
    dir.write("modules.conf", modules(&paths.modules)?)?;
    dir.write(
        "logger.conf",
        "[general]\ndateformat=%T.%3q\n[logfiles]\nconsole => notice,warning,error,verbose\n",
    )?;
    dir.write("pjsip.conf", pjsip(options, ports))?;
    dir.write("extensions.conf", extensions(options, ports, dir.path()))?;
    dir.write(
        "rtp.conf",
        format!("[general]\nrtpstart={}\nrtpend={}\n", ports.rtp.0, ports.rtp.1),
    )?;
    dir.write(
        "manager.conf",
        format!(
            "[general]\nenabled=yes\nbindaddr=127.0.0.1\nport={}\n[testkit]\nsecret=testkit\nread=all\nwrite=all\n",
            ports.manager
        ),
    )?;
    dir.write(
        "features.conf",
        "[general]\nfeaturedigittimeout=1000\ntransferdigittimeout=5\natxfernoanswertimeout=15\npickupexten=*8\n\
         [featuremap]\nblindxfer=#1\natxfer=*2\ndisconnect=*0\n",
    )?;
    let moh = dir.join("moh");
    dir.write(
        "musiconhold.conf",
        format!("[default]\nmode=files\ndirectory={}\n", moh.display()),
    )?;
    dir.write(
        "confbridge.conf",
        "[general]\n[default_bridge]\ntype=bridge\n[default_user]\ntype=user\nquiet=yes\nannounce_join_leave=no\nmusic_on_hold_when_empty=no\n",
    )?;
    let members: String = options
        .users
        .iter()
        .map(|u| format!("[wait-for-{0}]\nmember => PJSIP/{0}\nringinuse=no\n", u.name))
        .collect();
    dir.write("queues.conf", format!("[general]\n{members}"))?;
    dir.write(
        "indications.conf",
        "[general]\ncountry=us\n[us]\ndescription=United States\nringcadence=2000,4000\ndial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\n\
         congestion=480+620/250,0/250\nrecord=1400/500,0/15000\ncallwaiting=440/300,0/10000\ninfo=950/330,1400/330,1800/330,0/1000\n",
    )?;
    // Their absence is logged as an error.
    for name in [
        "cdr.conf",
        "cel.conf",
        "udptl.conf",
        "pjproject.conf",
        "ccss.conf",
        "queuerules.conf",
        "codecs.conf",
        "dsp.conf",
    ] {
        dir.write(name, "[general]\n")?;
    }
    Ok(())
}

fn main_config(paths: &Paths, dir: &Path) -> String {
    let dir = dir.display();
    // Packages link the prompts' usual name to a language when they are installed, which unpacking leaves out.
    let language = paths.data.join("sounds/en_US_f_Allison").is_dir();
    let language = if language {
        "defaultlanguage = en_US_f_Allison\n"
    } else {
        ""
    };
    format!(
        "[directories]\nastetcdir => {dir}\nastcachedir => {dir}/lib\nastmoddir => {}\nastvarlibdir => {dir}/lib\nastdbdir => {dir}/lib\n\
         astkeydir => {dir}/lib\nastdatadir => {}\nastagidir => {dir}/lib\nastspooldir => {dir}/spool\nastrundir => {dir}/run\n\
         astlogdir => {dir}/log\n[options]\nverbose = 4\nnocolor = yes\n{language}",
        paths.modules.display(),
        paths.data.display(),
    )
}

/// Loads what is there, without what is left out.
fn modules(dir: &Path) -> Result<String> {
    let entries = std::fs::read_dir(dir).map_err(|e| crate::Error::io(format!("read {}", dir.display()), e))?;
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".so") && !LEFT_OUT.iter().any(|start| name.starts_with(start)))
        .collect();
    names.sort();
    let lines: String = names.iter().map(|name| format!("load={name}\n")).collect();
    Ok(format!("[modules]\nautoload=no\n{lines}"))
}

fn pjsip(options: &AsteriskOptions, ports: &Ports) -> String {
    let mut text = format!(
        "[global]\ntype=global\nuser_agent=Asterisk\ndebug=yes\n\
         [udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{0}\n\
         [tcp]\ntype=transport\nprotocol=tcp\nbind=127.0.0.1:{0}\n",
        ports.sip
    );
    if let (Some(files), Some(port)) = (&options.tls, ports.tls) {
        text.push_str(&format!(
            "[tls]\ntype=transport\nprotocol=tls\nmethod=tlsv1_2\nbind=127.0.0.1:{port}\ncert_file={}\npriv_key_file={}\n",
            files.cert.display(),
            files.key.display()
        ));
    }
    for user in &options.users {
        text.push_str(&endpoint(user));
    }
    text.push_str(&options.pjsip);
    text
}

fn endpoint(user: &AsteriskUser) -> String {
    let name = &user.name;
    let yes = |on: bool| if on { "yes" } else { "no" };
    let srtp = match user.srtp {
        AsteriskSrtp::Off => "media_encryption=no\n",
        AsteriskSrtp::Sdes => "media_encryption=sdes\n",
        AsteriskSrtp::SdesOptional => "media_encryption=sdes\nmedia_encryption_optimistic=yes\n",
        AsteriskSrtp::Dtls => {
            "media_encryption=dtls\ndtls_auto_generate_cert=yes\ndtls_verify=fingerprint\ndtls_setup=actpass\nrtcp_mux=yes\n"
        }
    };
    let dtmf = match user.dtmf {
        AsteriskDtmf::Rtp => "rfc4733",
        AsteriskDtmf::Inband => "inband",
        AsteriskDtmf::Info => "info",
        AsteriskDtmf::Auto => "auto",
    };
    let timers = match user.timers {
        AsteriskUse::No => "no",
        AsteriskUse::Supported => "yes",
        AsteriskUse::Required => "required",
        AsteriskUse::Always => "always",
    };
    let rel100 = match user.rel100 {
        AsteriskUse::No => "no",
        AsteriskUse::Supported | AsteriskUse::Always => "yes",
        AsteriskUse::Required => "required",
    };
    let more: String = user
        .more
        .iter()
        .map(|(key, value)| format!("{key}={value}\n"))
        .collect();
    let digest = user
        .digest
        .as_ref()
        .map_or(String::new(), |list| format!("supported_algorithms_uas={list}\n"));
    format!(
        "[{name}]\ntype=endpoint\ncontext=tests\ndisallow=all\nallow={codecs}\nauth={name}\naors={name}\ncallerid={name} <{name}>\n\
         direct_media={direct}\nrtp_symmetric=yes\nforce_rport=yes\nrewrite_contact=yes\nmedia_address=127.0.0.1\n\
         bind_rtp_to_media_address=yes\nice_support={ice}\ndtmf_mode={dtmf}\ntimers={timers}\n100rel={rel100}\nallow_transfer=yes\n\
         notify_early_inuse_ringing=yes\nallow_subscribe=yes\ncall_group=1\npickup_group=1\nsend_pai=yes\ntrust_id_inbound=yes\n{srtp}{more}\
         [{name}]\ntype=auth\nauth_type=digest\nusername={name}\npassword={password}\nrealm=asterisk\n{digest}\
         [{name}]\ntype=aor\nmax_contacts=4\nremove_existing=no\nminimum_expiration=5\n",
        codecs = user.codecs,
        direct = yes(user.direct_media),
        ice = yes(user.ice),
        password = user.password,
    )
}

fn extensions(options: &AsteriskOptions, ports: &Ports, dir: &Path) -> String {
    let dir = dir.display();
    let users: String = options
        .users
        .iter()
        .map(|u| {
            format!(
                "exten => {0},1,Dial(${{PJSIP_DIAL_CONTACTS({0})}},30,tTkK)\nsame => n,Hangup(${{HANGUPCAUSE}})\n\
                 exten => direct-{0},1,Dial(${{PJSIP_DIAL_CONTACTS({0})}},30)\nsame => n,Hangup(${{HANGUPCAUSE}})\n\
                 exten => hold-{0},1,Answer()\nsame => n,Queue(wait-for-{0},,,,20)\nsame => n,Hangup()\n\
                 exten => call-info-{0},1,Dial(${{PJSIP_DIAL_CONTACTS({0})}},30,b(added^call-info^1))\n\
                 exten => alert-info-{0},1,Dial(${{PJSIP_DIAL_CONTACTS({0})}},30,b(added^alert-info^1))\n\
                 exten => pickup-{0},1,Pickup({0}@tests)\nsame => n,Hangup(3)\n",
                u.name
            )
        })
        .collect();
    format!(
        r#"[general]
static=yes
writeprotect=yes

[tests]
exten => echo,1,Answer()
same => n,Echo()
same => n,Hangup()

exten => tone,1,Answer()
same => n,Playtones(1000)
same => n,Wait(60)

exten => _to[n]e-.,1,Answer()
same => n,Playtones(${{EXTEN:5}})
same => n,Wait(60)

exten => 1300,1,Goto(tone-1300,1)

exten => record,1,Answer()
same => n,Record({dir}/recordings/${{UNIQUEID}}.wav,0,60,kqx)

exten => ring,1,Ringing()
same => n,Wait(1)
same => n,Answer()
same => n,Echo()

exten => ring-on,1,Ringing()
same => n,Wait(60)

exten => busy,1,Busy(5)

exten => congestion,1,Congestion(5)

exten => _cause-.,1,Hangup(${{EXTEN:6}})

exten => early,1,Progress()
same => n,Playtones(440)
same => n,Wait(2)
same => n,StopPlaytones()
same => n,Answer()
same => n,Echo()

exten => early-busy,1,Progress()
same => n,Playtones(480+620)
same => n,Wait(2)
same => n,Hangup(17)

exten => ring-then-early,1,Ringing()
same => n,Wait(1)
same => n,Goto(early,1)

exten => timed,1,Answer()
same => n,Wait(1)
same => n,Hangup(16)

exten => read,1,Answer()
same => n,Read(DIGITS,,4,,1,10)
same => n,Verbose(1,read digits: ${{DIGITS}})
same => n,SendDTMF(${{DIGITS}})
same => n,Wait(30)

exten => music,1,Answer()
same => n,MusicOnHold(default)

exten => connected,1,Answer()
same => n,Wait(1)
same => n,Set(CONNECTEDLINE(name,i)=Somebody Else)
same => n,Set(CONNECTEDLINE(num)=4711)
same => n,Echo()

exten => conference,1,Answer()
same => n,ConfBridge(room)

exten => headers,1,Verbose(1,header X-Test: ${{PJSIP_HEADER(read,X-Test)}})
same => n,Answer()
same => n,Wait(30)

exten => _refer-.,1,Answer()
same => n,Wait(1)
same => n,Transfer(PJSIP/sip:${{EXTEN:6}}@127.0.0.1:{port})
same => n,Verbose(1,transfer status: ${{TRANSFERSTATUS}})
same => n,Wait(5)
same => n,Hangup()

exten => _redirect-.,1,Transfer(PJSIP/sip:${{EXTEN:9}}@127.0.0.1:{port})
same => n,Hangup()

{users}{more}

[added]
exten => call-info,1,Set(PJSIP_HEADER(add,Call-Info)=<sip:127.0.0.1>\;answer-after=0)
same => n,Return()

exten => alert-info,1,Set(PJSIP_HEADER(add,Alert-Info)=<http://127.0.0.1>\;info=alert-autoanswer\;delay=0)
same => n,Return()
"#,
        port = ports.sip,
        more = options.dialplan,
    )
}
