//! Passwords in the settings file: plain, or hidden the way MicroSIP does it.
//!
//! Hiding is no protection: whoever has the program has the key. Guard the file (it is saved for its owner only).
//!
//! The password, serialised as FF FE FF, its length in UTF-16 units and these units, goes through RC2 (128 bits, CBC, zero
//! vector, PKCS#5 padding) under the MD5 of the key text in UTF-16LE, and is stored as lower-case hexadecimal. **The key
//! text of MicroSIP's official programs is not public**: the published source has nine asterisks, and these are the default
//! here. A password hidden by an official program is told as unreadable; store it anew as plain text, or give the key if
//! you have it.

use std::fmt::{self, Write as _};

use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use md5::{Digest, Md5};
use rc2::Rc2;
use zeroize::Zeroizing;

use crate::{Error, Result, Secret};

/// The key text in the published source.
const PUBLISHED_KEY: &str = "*********";
/// The longest password MicroSIP reads, in UTF-16 units.
const MAX_UNITS: usize = 1040;
const MARK: [u8; 3] = [0xFF, 0xFE, 0xFF];

/// How a stored password was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PasswordForm {
    /// There is none.
    #[default]
    Empty,
    /// As plain text.
    Plain,
    /// Hidden, and read with the key in use.
    Hidden,
    /// Hidden, with another key.
    Unreadable,
}

impl PasswordForm {
    /// Stable lower-case name: `"empty"`, `"plain"`, `"hidden"`, `"unreadable"`.
    pub fn name(self) -> &'static str {
        match self {
            PasswordForm::Empty => "empty",
            PasswordForm::Plain => "plain",
            PasswordForm::Hidden => "hidden",
            PasswordForm::Unreadable => "unreadable",
        }
    }
}

/// A password, and how it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoredPassword {
    /// The password; empty if it is unreadable.
    pub secret: Secret,
    /// How it was found.
    pub form: PasswordForm,
}

impl<T: Into<Secret>> From<T> for StoredPassword {
    fn from(secret: T) -> Self {
        let secret = secret.into();
        let form = if secret.is_empty() {
            PasswordForm::Empty
        } else {
            PasswordForm::Plain
        };
        StoredPassword { secret, form }
    }
}

/// How passwords are read from and written to the settings file.
#[derive(Clone)]
#[non_exhaustive]
pub struct PasswordStore {
    /// The key text. Default: nine asterisks, as in the published source.
    pub key: Secret,
    /// Whether new passwords are hidden, as MicroSIP does. Default true; false writes plain text, which MicroSIP reads too.
    pub hide: bool,
    /// Whether lower-case hexadecimal that does not decrypt is a plain password, as MicroSIP itself takes it. Default false:
    /// it most likely comes from an official program, and registering with it would only lock the account.
    pub hex_is_plain: bool,
}

impl Default for PasswordStore {
    fn default() -> Self {
        PasswordStore {
            key: Secret::new(PUBLISHED_KEY),
            hide: true,
            hex_is_plain: false,
        }
    }
}

impl fmt::Debug for PasswordStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordStore")
            .field("key", &self.key)
            .field("hide", &self.hide)
            .field("hex_is_plain", &self.hex_is_plain)
            .finish()
    }
}

impl PasswordStore {
    /// Sets the key text.
    pub fn key(mut self, key: impl Into<Secret>) -> Self {
        self.key = key.into();
        self
    }

    /// Sets whether new passwords are hidden.
    pub fn hide(mut self, hide: bool) -> Self {
        self.hide = hide;
        self
    }

    /// Sets whether hexadecimal that does not decrypt is a plain password.
    pub fn hex_is_plain(mut self, plain: bool) -> Self {
        self.hex_is_plain = plain;
        self
    }

    /// The password a stored value stands for; empty if it is unreadable.
    ///
    /// Sixteen decimal digits that do not decrypt are plain: hidden, they could only be a password of one character.
    pub fn read(&self, stored: &str) -> (Secret, PasswordForm) {
        if stored.is_empty() {
            return (Secret::default(), PasswordForm::Empty);
        }
        let Some(bytes) = from_hex(stored) else {
            return (Secret::new(stored), PasswordForm::Plain);
        };
        if let Some(password) = self.decrypt(&bytes) {
            return (password, PasswordForm::Hidden);
        }
        let digits = stored.len() == 16 && stored.bytes().all(|b| b.is_ascii_digit());
        if self.hex_is_plain || digits {
            return (Secret::new(stored), PasswordForm::Plain);
        }
        (Secret::default(), PasswordForm::Unreadable)
    }

    /// The value that stands for a password, hidden or not.
    ///
    /// A password that looks like a hidden one is always hidden: in plain text it would not be read back.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for more than 1040 characters, which is what
    /// MicroSIP reads, and for plain text with line ends or NUL.
    pub fn write(&self, password: &Secret) -> Result<String> {
        let text = password.reveal();
        if text.is_empty() {
            return Ok(String::new());
        }
        let units = text.encode_utf16().count();
        if units > MAX_UNITS {
            return Err(Error::invalid(
                "store password",
                format!("the password has {units} characters; MicroSIP reads {MAX_UNITS}"),
            ));
        }
        if self.hide || self.read(text) != (password.clone(), PasswordForm::Plain) {
            return self.encrypt(text, units);
        }
        if text.contains(['\r', '\n', '\0']) {
            return Err(Error::invalid(
                "store password",
                "the password has a line end or NUL in it; store it hidden, or choose another one",
            ));
        }
        Ok(text.to_owned())
    }

    fn cipher_key(&self) -> Zeroizing<Vec<u8>> {
        let mut digest = Md5::new();
        for unit in self.key.reveal().encode_utf16() {
            digest.update(unit.to_le_bytes());
        }
        Zeroizing::new(digest.finalize().to_vec())
    }

    fn encrypt(&self, text: &str, units: usize) -> Result<String> {
        let mut plain = Zeroizing::new(MARK.to_vec());
        match u8::try_from(units) {
            Ok(length) if length < 255 => plain.push(length),
            _ => {
                plain.push(255);
                plain.extend(u16::try_from(units).unwrap_or(u16::MAX).to_le_bytes());
            }
        }
        plain.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let cipher = cbc::Encryptor::<Rc2>::new_from_slices(&self.cipher_key(), &[0; 8])
            .map_err(|e| Error::new(crate::ErrorKind::Internal, "store password", e.to_string()))?;
        let mut hex = String::new();
        for byte in cipher.encrypt_padded_vec::<Pkcs7>(&plain) {
            let _ = write!(hex, "{byte:02x}");
        }
        Ok(hex)
    }

    fn decrypt(&self, bytes: &[u8]) -> Option<Secret> {
        let cipher = cbc::Decryptor::<Rc2>::new_from_slices(&self.cipher_key(), &[0; 8]).ok()?;
        let plain = Zeroizing::new(cipher.decrypt_padded_vec::<Pkcs7>(bytes).ok()?);
        let (length, text) = match plain.strip_prefix(&MARK)? {
            [255, low, high, text @ ..] => (usize::from(u16::from_le_bytes([*low, *high])), text),
            [length, text @ ..] => (usize::from(*length), text),
            [] => return None,
        };
        if text.len() != length * 2 {
            return None;
        }
        let units = text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        let password: Result<String, _> = char::decode_utf16(units).collect();
        password.ok().map(Secret::new)
    }
}

/// The bytes of a text that has the look of a hidden password: lower-case hexadecimal, whole blocks of 8 bytes.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    if !text.len().is_multiple_of(16) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VECTOR: &str = "092c296fac26eeb1b54ba279cea19f4211eb9d0745c66de3";

    #[test]
    fn the_check_vector_of_the_reference() {
        let store = PasswordStore::default();
        assert_eq!(store.write(&Secret::new("secret")).unwrap(), VECTOR);
        assert_eq!(store.read(VECTOR), (Secret::new("secret"), PasswordForm::Hidden));
    }

    #[test]
    fn another_key_is_told_and_not_guessed_around() {
        let other = PasswordStore::default().key("other key");
        assert_eq!(other.read(VECTOR), (Secret::default(), PasswordForm::Unreadable));
        assert_eq!(other.clone().hex_is_plain(true).read(VECTOR).1, PasswordForm::Plain);
        let hidden = other.write(&Secret::new("pässwörd😀")).unwrap();
        assert_eq!(other.read(&hidden), (Secret::new("pässwörd😀"), PasswordForm::Hidden));
        assert_eq!(PasswordStore::default().read(&hidden).1, PasswordForm::Unreadable);
    }

    #[test]
    fn plain_text_is_read_as_it_is() {
        let store = PasswordStore::default();
        for text in [
            "hunter2",
            "0123456789abcde",
            "0123456789ABCDEF",
            "1234567890123456",
            "a b;c=d",
            "ä",
        ] {
            assert_eq!(store.read(text), (Secret::new(text), PasswordForm::Plain), "{text}");
        }
        assert_eq!(store.read("").1, PasswordForm::Empty);
        assert_eq!(store.write(&Secret::default()).unwrap(), "");
    }

    #[test]
    fn a_plain_store_hides_only_what_it_could_not_read_back() {
        let store = PasswordStore::default().hide(false);
        assert_eq!(store.write(&Secret::new("hunter2")).unwrap(), "hunter2");
        let hex = Secret::new("0123456789abcdef0123456789abcdef");
        let stored = store.write(&hex).unwrap();
        assert_eq!(store.read(&stored), (hex, PasswordForm::Hidden));
        assert!(store.write(&Secret::new("a\nb")).is_err());
    }

    #[test]
    fn long_passwords_have_the_long_length_and_an_end() {
        let store = PasswordStore::default();
        for length in [1, 254, 255, 256, 1040] {
            let long = Secret::new("x".repeat(length));
            assert_eq!(store.read(&store.write(&long).unwrap()), (long, PasswordForm::Hidden));
        }
        let error = store.write(&Secret::new("x".repeat(1041))).unwrap_err();
        assert!(error.message().contains("1041") && !error.message().contains("xx"));
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_back(text in "\\PC{1,40}", hide: bool) {
            let store = PasswordStore::default().hide(hide);
            let password = Secret::new(text);
            prop_assert_eq!(store.read(&store.write(&password).unwrap()).0, password);
        }

        #[test]
        fn any_text_can_be_read(text in ".{0,100}|[0-9a-f]{16}|[0-9a-f]{32}") {
            let _ = PasswordStore::default().read(&text);
        }
    }
}
