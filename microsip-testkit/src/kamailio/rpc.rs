//! Kamailio's JSON-RPC over a Unix datagram socket.

use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Error, Result};

/// A registered contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The contact URI.
    pub contact: String,
    /// Seconds until it expires.
    pub expires: u32,
    /// The Call-ID of its REGISTER.
    pub call_id: String,
    /// The User-Agent header; may be empty.
    pub user_agent: String,
    /// Where requests for it are sent if not to the contact itself (`sip:ip:port`); may be empty.
    pub received: String,
}

/// Makes the client's socket names distinct.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Calls a method; `client` is the beginning of our socket's path.
pub(super) fn call(server: &Path, client: &Path, method: &str, params: &[&str]) -> Result<Value> {
    let answer = exchange(server, client, method, params)?;
    match answer.get("result") {
        Some(result) => Ok(result.clone()),
        None => Err(Error::Format(format!("kamailio answers {method} with {answer}"))),
    }
}

/// The contacts of a user.
pub(super) fn bindings(server: &Path, client: &Path, user: &str) -> Result<Vec<Binding>> {
    let answer = exchange(server, client, "ul.lookup", &["location", user])?;
    let Some(result) = answer.get("result") else {
        // 404 means that the user has no contact.
        if answer.pointer("/error/code") == Some(&json!(404)) || answer.to_string().contains("not found") {
            return Ok(Vec::new());
        }
        return Err(Error::Format(format!("kamailio answers ul.lookup with {answer}")));
    };
    let list = result
        .get("Contacts")
        .and_then(Value::as_array)
        .ok_or_else(|| Error::Format(format!("no contacts in {result}")))?;
    let text = |contact: &Value, key: &str| {
        let value = contact.get(key).and_then(Value::as_str).unwrap_or_default();
        if matches!(value, "[not set]" | "<null>" | "n/a") {
            String::new()
        } else {
            value.to_owned()
        }
    };
    Ok(list
        .iter()
        .map(|entry| {
            let contact = entry.get("Contact").unwrap_or(entry);
            Binding {
                contact: text(contact, "Address"),
                expires: contact
                    .get("Expires")
                    .and_then(Value::as_u64)
                    .and_then(|n| n.try_into().ok())
                    .unwrap_or(0),
                call_id: text(contact, "Call-ID"),
                user_agent: text(contact, "User-Agent"),
                received: text(contact, "Received"),
            }
        })
        // Expired ones linger until the next sweep.
        .filter(|binding| binding.expires > 0)
        .collect())
}

fn exchange(server: &Path, client: &Path, method: &str, params: &[&str]) -> Result<Value> {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = PathBuf::from(format!("{}-{number}", client.display()));
    let failed = |e| Error::io(format!("call {method} of kamailio"), e);
    let socket = UnixDatagram::bind(&name).map_err(failed)?;
    let request = json!({ "jsonrpc": "2.0", "id": number, "method": method, "params": params }).to_string();
    let answer = socket
        .set_read_timeout(Some(Duration::from_secs(3)))
        .and_then(|()| socket.send_to(request.as_bytes(), server))
        .and_then(|_| {
            let mut buffer = vec![0; 1 << 18];
            let length = socket.recv(&mut buffer)?;
            buffer.truncate(length);
            Ok(buffer)
        });
    let _ = std::fs::remove_file(&name);
    let answer = answer.map_err(failed)?;
    serde_json::from_slice(&answer).map_err(|e| {
        Error::Format(format!(
            "kamailio's answer to {method}: {e}: {}",
            String::from_utf8_lossy(&answer)
        ))
    })
}
