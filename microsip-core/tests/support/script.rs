//! SIPp scenarios put together from steps, for sequences of one capability and one direction.

/// A scenario; "we" is SIPp here.
pub struct Script {
    name: String,
    steps: String,
    caller: bool,
    cseq: u32,
    /// Of the newest INVITE, which is the one to acknowledge.
    invite: u32,
    branch: u32,
    checks: u32,
}

/// An answer or offer of SIPp's stream; the argument is a direction, empty for none.
pub fn sdp(direction: &str) -> String {
    let direction = match direction {
        "" => String::new(),
        name => format!("a={name}\n"),
    };
    format!(
        "v=0\no=sipp 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 [media_ip]\nt=0 0\nm=audio [media_port] RTP/AVP 0\n\
         a=rtpmap:0 PCMU/8000\n{direction}"
    )
}

/// A body that names a codec nobody has.
pub const FOREIGN: &str = "v=0\no=sipp 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 [media_ip]\nt=0 0\n\
                           m=audio [media_port] RTP/AVP 99\na=rtpmap:99 nobody/8000\n";

impl Script {
    /// SIPp calls.
    pub fn caller(name: &str) -> Script {
        Script::new(name, true)
    }

    /// SIPp is called: begins with the INVITE it gets, for which `checks` hold.
    pub fn callee(name: &str, checks: &[(&str, &str)]) -> Script {
        let mut script = Script::new(name, false);
        let mut actions = script.checks(checks);
        actions.push_str(
            "<ereg regexp=\".*\" search_in=\"hdr\" header=\"From:\" check_it=\"true\" assign_to=\"from\"/>\n\
             <ereg regexp=\".*\" search_in=\"hdr\" header=\"To:\" check_it=\"true\" assign_to=\"to\"/>\n",
        );
        script.push(&format!(
            "<recv request=\"INVITE\" rrs=\"true\"><action>{actions}</action></recv>"
        ));
        script
    }

    fn new(name: &str, caller: bool) -> Script {
        Script {
            name: name.to_owned(),
            steps: String::new(),
            caller,
            cseq: 0,
            invite: 0,
            branch: 0,
            checks: 0,
        }
    }

    fn push(&mut self, step: &str) {
        self.steps.push_str(step);
        self.steps.push('\n');
    }

    /// Each is a header with colon, or "body", and what it must match.
    fn checks(&mut self, checks: &[(&str, &str)]) -> String {
        let mut actions = String::new();
        for (place, pattern) in checks {
            self.checks += 1;
            let place = match *place {
                "body" => "search_in=\"body\"".to_owned(),
                header => format!("search_in=\"hdr\" header=\"{header}\""),
            };
            actions.push_str(&format!(
                "<ereg regexp=\"{pattern}\" {place} check_it=\"true\" assign_to=\"check{}\"/>\n",
                self.checks
            ));
        }
        actions
    }

    /// Sends a request: INVITE begins the call, others are in it. `body` is SDP.
    fn send(mut self, method: &str, headers: &[&str], body: &str) -> Script {
        let first = self.caller && self.cseq == 0;
        if method != "ACK" && method != "CANCEL" {
            self.cseq += 1;
            self.branch += 1;
        }
        if method == "INVITE" {
            self.invite = self.cseq;
        }
        let number = if method == "ACK" { self.invite } else { self.cseq };
        let branch = if method == "ACK" {
            self.branch + 1000
        } else {
            self.branch
        };
        let (from, to) = if self.caller {
            let tag = if first || method == "CANCEL" {
                ""
            } else {
                "[peer_tag_param]"
            };
            (
                "From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]".to_owned(),
                format!("To: <sip:[service]@[remote_ip]:[remote_port]>{tag}"),
            )
        } else {
            ("From:[$to];tag=[pid]s[call_number]".to_owned(), "To:[$from]".to_owned())
        };
        let uri = if first || method == "CANCEL" {
            "sip:[service]@[remote_ip]:[remote_port]"
        } else {
            "[next_url]"
        };
        let retrans = if method == "ACK" { "" } else { " retrans=\"500\"" };
        let start = format!(
            "{method} {uri} SIP/2.0\nVia: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-{branch};rport\n\
             Max-Forwards: 70\n{from}\n{to}\nCall-ID: [call_id]\nCSeq: {} {method}\nContact: <sip:sipp@[local_ip]:[local_port]>",
            number
        );
        self.message(&start, retrans, headers, body);
        self
    }

    fn message(&mut self, start: &str, retrans: &str, headers: &[&str], body: &str) {
        let mut text = format!("{start}\n");
        for header in headers {
            text.push_str(header);
            text.push('\n');
        }
        if body.is_empty() {
            text.push_str("Content-Length: 0\n\n");
        } else {
            text.push_str(&format!(
                "Content-Type: application/sdp\nContent-Length: [len]\n\n{body}\n"
            ));
        }
        self.push(&format!("<send{retrans}>\n<![CDATA[\n{text}\n]]>\n</send>"));
    }

    pub fn invite(self, headers: &[&str], direction: &str) -> Script {
        self.send("INVITE", headers, &sdp(direction))
    }

    pub fn invite_without_offer(self) -> Script {
        self.send("INVITE", &[], "")
    }

    pub fn request(self, method: &str, headers: &[&str], body: &str) -> Script {
        self.send(method, headers, body)
    }

    pub fn update(self, headers: &[&str], direction: &str) -> Script {
        self.send("UPDATE", headers, &sdp(direction))
    }

    pub fn ack(self) -> Script {
        self.send("ACK", &[], "")
    }

    pub fn ack_with(self, direction: &str) -> Script {
        self.send("ACK", &[], &sdp(direction))
    }

    pub fn bye(self) -> Script {
        self.send("BYE", &[], "").expect(200, &[])
    }

    /// Answers the request it got last.
    fn reply(mut self, code: u16, headers: &[&str], body: &str, tag: bool) -> Script {
        let tag = if tag { ";tag=[pid]s[call_number]" } else { "" };
        let start = format!(
            "SIP/2.0 {code} Says SIPp\n[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n\
             [last_Record-Route:]\nContact: <sip:sipp@[local_ip]:[local_port]>"
        );
        self.message(&start, "", headers, body);
        self
    }

    /// Answers the INVITE of a callee.
    pub fn answer(self, code: u16, headers: &[&str], direction: Option<&str>) -> Script {
        let body = direction.map(sdp).unwrap_or_default();
        self.reply(code, headers, &body, true)
    }

    /// Answers a request within the call.
    pub fn answer_in_dialog(self, code: u16, headers: &[&str], direction: Option<&str>) -> Script {
        let body = direction.map(sdp).unwrap_or_default();
        self.reply(code, headers, &body, false)
    }

    /// Waits for a response; a 100 before it is let pass.
    pub fn expect(mut self, code: u16, checks: &[(&str, &str)]) -> Script {
        let actions = self.checks(checks);
        self.push("<recv response=\"100\" optional=\"true\"/>");
        self.push(&format!(
            "<recv response=\"{code}\" rrs=\"true\"><action>{actions}</action></recv>"
        ));
        self
    }

    /// As [`Script::expect`], and keeps RSeq for [`Script::prack`].
    pub fn expect_reliable(mut self, code: u16) -> Script {
        self.push("<recv response=\"100\" optional=\"true\"/>");
        self.push(&format!(
            "<recv response=\"{code}\" rrs=\"true\"><action>\
             <ereg regexp=\"[0-9]+\" search_in=\"hdr\" header=\"RSeq:\" check_it=\"true\" assign_to=\"rseq\"/>\
             <ereg regexp=\"100rel\" search_in=\"hdr\" header=\"Require:\" check_it=\"true\" assign_to=\"rel\"/>\
             </action></recv>"
        ));
        self
    }

    pub fn prack(self) -> Script {
        self.send("PRACK", &["RAck: [$rseq] 1 INVITE"], "").expect(200, &[])
    }

    /// Waits for a request.
    pub fn expect_request(mut self, method: &str, checks: &[(&str, &str)]) -> Script {
        let actions = self.checks(checks);
        self.push(&format!("<recv request=\"{method}\"><action>{actions}</action></recv>"));
        self
    }

    pub fn pause(mut self, ms: u32) -> Script {
        self.push(&format!("<pause milliseconds=\"{ms}\"/>"));
        self
    }

    /// The end: our BYE is answered.
    pub fn expect_bye(self) -> Script {
        self.expect_request("BYE", &[]).answer_in_dialog(200, &[], None)
    }

    pub fn text(&self) -> String {
        let mut names: Vec<String> = (1..=self.checks).map(|n| format!("check{n}")).collect();
        for name in ["rseq", "rel", "from", "to"] {
            if self.steps.contains(&format!("assign_to=\"{name}\"")) {
                names.push(name.to_owned());
            }
        }
        let used = match names.is_empty() {
            true => String::new(),
            false => format!("<Reference variables=\"{}\"/>\n", names.join(",")),
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"{}\">\n{}{used}</scenario>\n",
            self.name, self.steps
        )
    }
}
