//! Requests of the application: OPTIONS as a ping, INFO in a call, any other method.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::account::{Account, AccountId};
use crate::call::Call;
use crate::engine::{Lane, Shared};
use crate::sip::{Additions, Headers, Message, StatusCode, uri};
use crate::watch::Watch;
use crate::{Error, ErrorKind, Result};

/// What goes with a request.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RequestOptions {
    /// Added to the request, after the stack's own headers.
    pub headers: Headers,
    /// `Content-Type` and body.
    pub body: Option<(String, Vec<u8>)>,
}

impl RequestOptions {
    /// Nothing.
    pub fn new() -> RequestOptions {
        RequestOptions::default()
    }

    /// Adds a header.
    ///
    /// # Errors
    /// As [`Headers::add`].
    pub fn header(mut self, name: &str, value: &str) -> Result<RequestOptions> {
        self.headers.add(name, value)?;
        Ok(self)
    }

    /// Sets the body; `content_type` as `type/subtype`, with parameters if wanted.
    pub fn body(mut self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> RequestOptions {
        self.body = Some((content_type.into(), body.into()));
        self
    }

    pub(crate) fn additions(self, op: &'static str) -> Result<Additions> {
        if let Some((content_type, body)) = &self.body {
            let (kind, subtype) = content_type.split_once('/').unwrap_or_default();
            if kind.is_empty() || subtype.is_empty() || content_type.chars().any(char::is_control) {
                return Err(Error::invalid(
                    op,
                    format!("{content_type:?} is no content type; expected something like text/plain"),
                ));
            }
            if body.len() > MAX_BODY {
                return Err(Error::invalid(
                    op,
                    format!("the body has {} bytes; at most {MAX_BODY} are allowed", body.len()),
                ));
            }
        }
        Ok(Additions {
            headers: self.headers,
            body: self.body,
            ..Additions::default()
        })
    }
}

/// Leaves room for the headers in PJSIP's 64 KiB.
pub(crate) const MAX_BODY: usize = 48_000;

/// How a request was answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response {
    /// The final code, the peer's, or 408 and 503 made up by PJSIP for want of an answer.
    pub code: StatusCode,
    /// The reason phrase that came with it.
    pub reason: String,
    /// From sending to the final answer; with a repetition for credentials, of both.
    pub round_trip: Duration,
    /// The answer itself, if one came.
    pub message: Option<Arc<Message>>,
    /// Set unless the code is 2xx.
    pub error: Option<Error>,
}

pub(crate) struct RequestCore {
    pub(crate) id: u64,
    pub(crate) method: String,
    /// Who sends it, outside of calls.
    pub(crate) account: Option<AccountId>,
    pub(crate) sent: Instant,
    pub(crate) response: Watch<Option<Arc<Response>>>,
    pub(crate) shared: Arc<Shared>,
}

/// A request on its way. Dropping the handle changes nothing.
#[derive(Clone)]
pub struct Request {
    pub(crate) core: Arc<RequestCore>,
}

impl Request {
    pub(crate) fn new(shared: &Arc<Shared>, method: &str) -> Request {
        Request::by(None, shared, method)
    }

    fn by(account: Option<AccountId>, shared: &Arc<Shared>, method: &str) -> Request {
        Request {
            core: Arc::new(RequestCore {
                id: shared.next_id(),
                method: method.to_owned(),
                account,
                sent: Instant::now(),
                response: Watch::new(None),
                shared: Arc::clone(shared),
            }),
        }
    }

    /// Its number in this process; never reused.
    pub fn id(&self) -> u64 {
        self.core.id
    }

    /// Its method.
    pub fn method(&self) -> &str {
        &self.core.method
    }

    /// The final answer, once it is there.
    pub fn response(&self) -> Option<Arc<Response>> {
        self.core.response.look(Clone::clone)
    }

    /// Waits for the final answer, whatever it is: a 404 is an answer too, and [`Response::error`] tells.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the deadline passes first.
    pub fn wait(&self, timeout: Duration) -> Result<Arc<Response>> {
        const OP: &str = "wait for response";
        self.core.shared.refuse_wait_on_engine(OP)?;
        let found = self.core.response.wait(timeout, Clone::clone);
        found.ok_or_else(|| {
            Error::new(
                ErrorKind::Timeout,
                OP,
                format!("no answer to {} within {timeout:?}", self.core.method),
            )
        })
    }

    /// As [`Request::wait`], for tasks of any runtime: without an answer, the task is woken when there is one.
    pub fn poll_response(&self, cx: &mut Context<'_>) -> Poll<Arc<Response>> {
        self.core.response.poll(cx, Clone::clone)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("id", &self.core.id)
            .field("method", &self.core.method)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Asks `target` what it can do (OPTIONS, RFC 3261 §11), which also shows that it is there and how far away:
    /// [`Response::round_trip`].
    ///
    /// Returns once it is queued; the answer is waited for with [`Request::wait`] or arrives as
    /// [`Event::Response`](crate::Event::Response).
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) for a malformed URI, [`Gone`](ErrorKind::Gone) when the account was
    /// removed.
    ///
    /// # Threads
    /// Any.
    pub fn options(&self, target: &str) -> Result<Request> {
        self.request("OPTIONS", target, RequestOptions::default())
    }

    /// Sends a request of any method outside of a dialog, with the account's credentials and route.
    ///
    /// # Errors
    /// As [`Account::options`], and [`InvalidArgument`](ErrorKind::InvalidArgument) for a method that is no token, or that
    /// belongs to the stack (INVITE, ACK, BYE, CANCEL, REGISTER, PRACK, UPDATE, …), or a malformed content type.
    #[doc(alias = "pjsua_acc_create_request")]
    pub fn request(&self, method: &str, target: &str, options: RequestOptions) -> Result<Request> {
        const OP: &str = "request";
        check_method(OP, method)?;
        uri::check(OP, "target", target)?;
        let mut options = options;
        if method == "OPTIONS" && !options.headers.contains("Accept") {
            // What the answer's body may be (RFC 3261 §11.1).
            options.headers.add("Accept", "application/sdp")?;
        }
        let additions = options.additions(OP)?;
        let request = Request::by(Some(self.id()), self.shared(), method);
        let (id, handle, target): (AccountId, _, _) = (self.id(), request.clone(), target.to_owned());
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.request_send(OP, id, handle, &target, &additions)
        })?;
        Ok(request)
    }
}

impl Call {
    /// Sends INFO with a body of the application's (RFC 6086 §3) in this call.
    ///
    /// # Errors
    /// As [`Call::request`].
    pub fn send_info(&self, content_type: &str, body: impl Into<Vec<u8>>) -> Result<Request> {
        self.request("INFO", RequestOptions::new().body(content_type, body))
    }

    /// Sends a request of any method in this call's dialog, from the first provisional answer on.
    ///
    /// Returns once it is queued; the answer is waited for with [`Request::wait`] or arrives as
    /// [`Event::Response`](crate::Event::Response).
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorKind::InvalidArgument) as for [`Account::request`],
    /// [`WrongState`](ErrorKind::WrongState) while there is no dialog yet, [`Gone`](ErrorKind::Gone) after the end.
    ///
    /// # Threads
    /// Any.
    #[doc(alias = "pjsua_call_send_request")]
    pub fn request(&self, method: &str, options: RequestOptions) -> Result<Request> {
        const OP: &str = "request";
        check_method(OP, method)?;
        let additions = options.additions(OP)?;
        let request = Request::new(self.shared(), method);
        let (id, handle) = (self.id(), request.clone());
        self.shared().run(OP, Lane::Normal, move |engine| {
            engine.call_request(OP, id, handle, &additions)
        })?;
        Ok(request)
    }
}

/// Methods whose requests are part of what the stack does by itself.
const OURS: [&str; 10] = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "REGISTER",
    "PRACK",
    "UPDATE",
    "REFER",
    "SUBSCRIBE",
    "NOTIFY",
];

fn check_method(op: &'static str, method: &str) -> Result<()> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&b);
    if method.is_empty() || method.len() > 64 || !method.bytes().all(token) {
        return Err(Error::invalid(
            op,
            format!("{method:?} is no method; expected something like OPTIONS"),
        ));
    }
    if OURS.contains(&method) {
        return Err(Error::invalid(
            op,
            format!("{method} is sent by the function made for it, not as a plain request"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_the_stack_and_malformed_ones_are_refused() {
        for bad in ["", "IN VITE", "OPTIONS\r\n", "INVITE", "BYE", "Ü"] {
            assert!(check_method("t", bad).is_err(), "{bad:?}");
        }
        for good in ["OPTIONS", "INFO", "MESSAGE", "X-Own.1"] {
            check_method("t", good).unwrap();
        }
    }

    #[test]
    fn a_malformed_content_type_or_too_long_a_body_is_refused() {
        for options in [
            RequestOptions::new().body("text", ""),
            RequestOptions::new().body("/", ""),
            RequestOptions::new().body("text/plain\r\nX: y", ""),
            RequestOptions::new().body("text/plain", vec![0; MAX_BODY + 1]),
        ] {
            assert!(options.additions("t").is_err());
        }
    }
}
