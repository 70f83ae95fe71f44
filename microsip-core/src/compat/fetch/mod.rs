//! A small client for documents by HTTP and HTTPS: one GET, blocking, with a bound on everything.
//!
//! For the users directory and for provisioning; nothing of SIP goes through it. HTTP/1.1 by `ureq`; TLS is the platform's own
//! (OpenSSL on Linux, which PJSIP is linked to as well; Schannel on Windows; Secure Transport on macOS). Unlike in MicroSIP, a bad
//! certificate is an error, and nothing here switches that off.
//!
//! * **Trust**: the system's authorities, and those of [`FetchOptions::ca_file`] besides. `SSL_CERT_FILE` (and on Linux
//!   `SSL_CERT_DIR`) stands in for the system's list on Linux, as OpenSSL does it, read once per process; elsewhere it is a `ca_file`.
//! * **Proxies**: `ureq`'s rule: the first that is set of `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` (also in lower case; HTTP or SOCKS) is
//!   used for every host that `NO_PROXY` does not name. Loopback addresses are never asked by a proxy, to which they would mean another
//!   machine.
//! * **Secrets**: errors and logs show addresses without user, password, query and fragment ([`shown_url`]), and without the path
//!   where [`FetchOptions::hide_path`] says so.
//! * Nothing is decompressed, no cookie is kept, no page is cached.

mod address;
mod failure;
#[cfg(test)]
pub(crate) mod test_server;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use ureq::http::{HeaderMap, StatusCode, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider};
use url::Url;

use crate::{Error, ErrorKind, FailureCode, Result, TlsRefusal};

pub use address::shown_url;
use address::{is_loopback, parse};

const OP: &str = "fetch";
/// The longest file of authorities that is read.
const MAX_CA_BYTES: u64 = 16 << 20;
/// The longest `ETag` that is kept.
const MAX_ETAG: usize = 1024;

/// Whether addresses with `http:` are asked, by which anybody on the way can read and change the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PlainHttp {
    /// Yes, as MicroSIP does.
    #[default]
    Allowed,
    /// Only at `127.0.0.0/8`, `::1` and `localhost`.
    Loopback,
    /// No.
    Refused,
}

impl PlainHttp {
    /// Stable lower-case name, as it appears in JSON: `"allowed"`, `"loopback"`, `"refused"`.
    pub fn name(self) -> &'static str {
        match self {
            PlainHttp::Allowed => "allowed",
            PlainHttp::Loopback => "loopback",
            PlainHttp::Refused => "refused",
        }
    }
}

/// How [`fetch`] asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchOptions {
    /// Until name, connection and TLS stand, for each server. Default 10 s; at least 1 ms.
    pub connect_timeout: Duration,
    /// For all of it: every redirect, and the last byte. Default 30 s; at least 1 ms, at most an hour.
    pub timeout: Duration,
    /// The longest document, in bytes. Default 4 MiB; at most 1 GiB.
    pub max_bytes: usize,
    /// How many redirects are followed. Default 5, at most 20. None leads from `https:` to `http:`.
    pub max_redirects: u32,
    /// Default: `microsip/` and the version.
    pub user_agent: String,
    /// A PEM file of authorities that are trusted besides the system's. Default none.
    pub ca_file: Option<PathBuf>,
    /// Whether `http:` is asked. Default: yes.
    pub plain_http: PlainHttp,
    /// Whether errors and logs leave out the path too, since there is a password in it. Default false.
    pub hide_path: bool,
}

impl Default for FetchOptions {
    fn default() -> Self {
        FetchOptions {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            max_bytes: 4 << 20,
            max_redirects: 5,
            user_agent: concat!("microsip/", env!("CARGO_PKG_VERSION")).to_owned(),
            ca_file: None,
            plain_http: PlainHttp::Allowed,
            hide_path: false,
        }
    }
}

impl FetchOptions {
    /// Sets the time until a connection stands.
    #[must_use]
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// Sets the time for all of it.
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// Sets the longest document, in bytes.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets how many redirects are followed.
    #[must_use]
    pub fn max_redirects(mut self, count: u32) -> Self {
        self.max_redirects = count;
        self
    }

    /// Sets the `User-Agent`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Sets the file of further authorities.
    #[must_use]
    pub fn ca_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(file.into());
        self
    }

    /// Sets whether `http:` is asked.
    #[must_use]
    pub fn plain_http(mut self, plain: PlainHttp) -> Self {
        self.plain_http = plain;
        self
    }

    /// Sets whether paths are left out of errors and logs.
    #[must_use]
    pub fn hide_path(mut self, hide: bool) -> Self {
        self.hide_path = hide;
        self
    }

    fn check(&self) -> Result<()> {
        let millisecond = Duration::from_millis(1);
        if self.connect_timeout < millisecond || self.timeout < millisecond || self.timeout > Duration::from_secs(3600)
        {
            let what = format!(
                "the timeouts are {:?} and {:?}; they must be at least 1 ms, the whole at most an hour",
                self.connect_timeout, self.timeout
            );
            return Err(Error::invalid(OP, what));
        }
        if self.max_bytes > 1 << 30 || self.max_redirects > 20 {
            let what = format!(
                "at most 1 GiB and 20 redirects can be allowed, not {} bytes and {}",
                self.max_bytes, self.max_redirects
            );
            return Err(Error::invalid(OP, what));
        }
        if header::HeaderValue::from_str(&self.user_agent).is_err() {
            return Err(Error::invalid(
                OP,
                "the user agent must be one line of visible characters",
            ));
        }
        Ok(())
    }
}

/// A document as it came.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Document {
    /// Its bytes.
    pub body: Vec<u8>,
    /// The value of `Content-Type`, as it stood.
    pub content_type: Option<String>,
    /// The value of `Cache-Control`, as it stood; several lines joined by commas.
    pub cache_control: Option<String>,
    /// The value of `ETag`, for the next request.
    pub etag: Option<String>,
}

impl std::fmt::Debug for Document {
    /// The body, which may have passwords in it, by its length alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("bytes", &self.body.len())
            .field("content_type", &self.content_type)
            .field("cache_control", &self.cache_control)
            .finish_non_exhaustive()
    }
}

/// What a server said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fetched {
    /// Here it is.
    Document(Document),
    /// It is still the one whose `ETag` was given (304).
    NotModified {
        /// The value of `Cache-Control`.
        cache_control: Option<String>,
    },
}

/// Asks for the document at `url`; `etag` is that of the one the caller has already. Blocks the calling thread for at most
/// [`FetchOptions::timeout`].
///
/// User and password in the address are sent as `Authorization: Basic` to that server alone, not where it redirects to.
///
/// # Errors
/// * [`ErrorKind::InvalidArgument`]: the address is no `http:` or `https:` URL, or an option is out of range;
///   [`ErrorKind::Config`]: `http:` is refused by [`FetchOptions::plain_http`], or a redirect leads from `https:` to it.
/// * [`ErrorKind::Tls`], with [`Error::tls_refusal`]: the certificate or the handshake. A CA file that cannot be used is
///   [`FailureCode::FileUnreadable`] or [`FailureCode::TlsSettings`].
/// * [`ErrorKind::Transport`]: no connection, or it broke, or an answer that is no HTTP, or a status that is no success, which the
///   message has; [`ErrorKind::Auth`] for 401, 403 and 407.
/// * [`ErrorKind::Timeout`], and [`FailureCode::DocumentTooLarge`] beyond [`FetchOptions::max_bytes`].
pub fn fetch(url: &str, etag: Option<&str>, options: &FetchOptions) -> Result<Fetched> {
    options.check()?;
    // A panic of a library must not end the thread that is to ask again.
    catch_unwind(AssertUnwindSafe(|| Fetch::new(options)?.run(url, etag))).unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Internal,
            OP,
            "the HTTP client panicked; please report it",
        ))
    })
}

struct Fetch<'a> {
    options: &'a FetchOptions,
    end: Instant,
    /// Besides the system's.
    authorities: Option<RootCerts>,
}

impl<'a> Fetch<'a> {
    fn new(options: &'a FetchOptions) -> Result<Self> {
        let variable = || std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
        // Where OpenSSL is the platform's library it reads the variable itself.
        let own = cfg!(any(windows, target_vendor = "apple"));
        let file = options.ca_file.clone().or_else(|| own.then(variable).flatten());
        Ok(Fetch {
            options,
            end: Instant::now() + options.timeout,
            authorities: file.as_deref().map(read_authorities).transpose()?,
        })
    }

    fn run(&self, url: &str, etag: Option<&str>) -> Result<Fetched> {
        let mut url = parse(url)?;
        self.permit(&url)?;
        for redirects in 0.. {
            let response = self.ask(&url, etag)?;
            let status = response.status();
            let location = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
                .then(|| response.headers().get(header::LOCATION))
                .flatten();
            let Some(location) = location else {
                return self.answer(&url, response, etag.is_some());
            };
            if redirects >= self.options.max_redirects {
                let what = format!("more than {} redirects; the last one is not followed", redirects);
                return Err(self.failed(&url, FailureCode::LimitReached, &what));
            }
            let next = location.to_str().ok().and_then(|to| url.join(to).ok());
            let Some(next) = next.filter(address::is_web) else {
                let what = "the server redirects to what is no http or https address";
                return Err(self.failed(&url, FailureCode::TransportFailed, what));
            };
            let shown = address::shown(&next, self.options.hide_path);
            if url.scheme() == "https" && next.scheme() == "http" {
                let what = format!(
                    "the server redirects from https to {shown}, which anybody on the way could read and change; this is not followed"
                );
                return Err(self.failed(&url, FailureCode::ConfigConflict, &what));
            }
            self.permit(&next)?;
            tracing::debug!("{} redirects to {shown}", address::shown(&url, self.options.hide_path));
            url = next;
        }
        Err(Error::new(ErrorKind::Internal, OP, "redirects without end"))
    }

    fn permit(&self, url: &Url) -> Result<()> {
        let refused = url.scheme() == "http"
            && match self.options.plain_http {
                PlainHttp::Allowed => false,
                PlainHttp::Loopback => !is_loopback(url),
                PlainHttp::Refused => true,
            };
        if refused {
            let what = "http is refused here, as anybody on the way could read and change the document; use https";
            return Err(self.failed(url, FailureCode::ConfigConflict, what));
        }
        Ok(())
    }

    /// One request. An authority of the CA file is tried first, and then the system's, as the platforms' libraries take either
    /// these or those.
    fn ask(&self, url: &Url, etag: Option<&str>) -> Result<ureq::http::Response<ureq::Body>> {
        let Some(authorities) = self.authorities.as_ref().filter(|_| url.scheme() == "https") else {
            return self.ask_with(url, etag, RootCerts::PlatformVerifier);
        };
        let first = match self.ask_with(url, etag, authorities.clone()) {
            Ok(response) => return Ok(response),
            Err(e) => e,
        };
        // Handshake: refused without a reason that is understood.
        if !matches!(first.tls_refusal(), Some(TlsRefusal::Untrusted | TlsRefusal::Handshake)) {
            return Err(first);
        }
        self.ask_with(url, etag, RootCerts::PlatformVerifier)
            .map_err(|second| match second.tls_refusal() {
                Some(TlsRefusal::Handshake) => first,
                _ => second,
            })
    }

    fn ask_with(
        &self,
        url: &Url,
        etag: Option<&str>,
        authorities: RootCerts,
    ) -> Result<ureq::http::Response<ureq::Body>> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(self.failed(url, FailureCode::TimedOut, &self.out_of_time()));
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(authorities)
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(left))
            .timeout_resolve(Some(self.options.connect_timeout))
            .timeout_connect(Some(self.options.connect_timeout))
            .user_agent(self.options.user_agent.clone())
            .accept("*/*");
        // Otherwise ureq's default: the environment's.
        let config = if is_loopback(url) { config.proxy(None) } else { config };
        let agent = config.build().new_agent();
        let mut bare = url.clone();
        bare.set_fragment(None);
        let mut authorization = None;
        if !url.username().is_empty() || url.password().is_some() {
            authorization = Some(basic(url));
            // It fails only for addresses that can have no user at all.
            let _ = (bare.set_username(""), bare.set_password(None));
        }
        let mut request = agent.get(bare.as_str());
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        if let Some(etag) = etag.and_then(|etag| header::HeaderValue::from_str(etag).ok()) {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        request.call().map_err(|e| self.understood(url, e))
    }

    fn answer(&self, url: &Url, response: ureq::http::Response<ureq::Body>, conditional: bool) -> Result<Fetched> {
        let status = response.status();
        let cache_control = joined(response.headers(), &header::CACHE_CONTROL);
        if status == StatusCode::NOT_MODIFIED && conditional {
            return Ok(Fetched::NotModified { cache_control });
        }
        if !status.is_success() {
            let code = match status.as_u16() {
                401 | 403 | 407 => FailureCode::AuthFailed,
                408 | 504 => FailureCode::TimedOut,
                _ => FailureCode::TransportFailed,
            };
            let phrase = status.canonical_reason().unwrap_or("a status without a name");
            let what = format!("the server answered {} {phrase}", status.as_u16());
            return Err(self.failed(url, code, &what));
        }
        let text = |name: &header::HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let mut document = Document {
            body: Vec::new(),
            content_type: text(&header::CONTENT_TYPE),
            cache_control,
            etag: text(&header::ETAG).filter(|etag| etag.len() <= MAX_ETAG),
        };
        let limit = self.options.max_bytes;
        response
            .into_body()
            .into_reader()
            .take(limit as u64 + 1)
            .read_to_end(&mut document.body)
            .map_err(|e| self.understood(url, e.into()))?;
        if document.body.len() > limit {
            let what = format!("the document is longer than the {limit} bytes that are allowed");
            return Err(self.failed(url, FailureCode::DocumentTooLarge, &what));
        }
        tracing::debug!(
            "{}: {status}, {} bytes",
            address::shown(url, self.options.hide_path),
            document.body.len()
        );
        Ok(Fetched::Document(document))
    }

    fn understood(&self, url: &Url, error: ureq::Error) -> Error {
        let (code, refusal, what) = failure::of(error);
        let what = match code {
            FailureCode::TimedOut => self.out_of_time(),
            _ => what,
        };
        let error = self.failed(url, code, &what);
        match refusal {
            Some(refusal) => error.with_tls(refusal),
            None => error,
        }
    }

    fn out_of_time(&self) -> String {
        format!("the document was not there after {:?}", self.options.timeout)
    }

    fn failed(&self, url: &Url, code: FailureCode, what: &str) -> Error {
        code.error(OP, format!("{}: {what}", address::shown(url, self.options.hide_path)))
    }
}

fn basic(url: &Url) -> String {
    let plain = |text: &str| percent_encoding::percent_decode_str(text).collect::<Vec<u8>>();
    let mut pair = plain(url.username());
    pair.push(b':');
    pair.extend(plain(url.password().unwrap_or_default()));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

fn joined(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

fn read_authorities(path: &Path) -> Result<RootCerts> {
    let unreadable = |e: std::io::Error| {
        FailureCode::FileUnreadable.error(OP, format!("the CA file {} cannot be read: {e}", path.display()))
    };
    let mut pem = Vec::new();
    fs::File::open(path)
        .map_err(unreadable)?
        .take(MAX_CA_BYTES)
        .read_to_end(&mut pem)
        .map_err(unreadable)?;
    let certificates: Vec<_> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        let what = format!(
            "the CA file {} has no certificate in it; PEM is expected",
            path.display()
        );
        return Err(FailureCode::TlsSettings.error(OP, what));
    }
    Ok(certificates.into())
}
